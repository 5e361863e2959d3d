"""Decimal text to the nearest double, compiled.

Up to 19 digits and an exponent make an exact pair w · 10^q. Small ones need one rounded operation
(Clinger 1990: w < 2^53 and |q| ≤ 22 are both exact doubles). The others are multiplied by a 128-bit
power of five (Lemire 2021, "Number Parsing at a Gigabyte per Second", algorithm 1, with the checks
of its section 8). What neither decides is reported as undecided, never guessed.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry.compiled import as_int64, compiled, inlined

Bytes = npt.NDArray[np.uint8]

SMALLEST_POWER: Final = -342
LARGEST_POWER: Final = 308
MOST_DIGITS: Final = 19

NOT_A_NUMBER: Final = 0
INTEGER: Final = 1
DECIMAL: Final = 2
UNDECIDED: Final = 3

_MINUS, _PLUS, _DOT = ord("-"), ord("+"), ord(".")
_ZERO, _LOWER_E, _TO_LOWER = ord("0"), ord("e"), 0x20


def _power_of_five(power: int) -> int:
    """5^power as a 128-bit number with its top bit set, rounded down, or up for power < 0."""
    if power >= 0:
        value = 5**power
        shift = 128 - value.bit_length()
        return value << shift if shift >= 0 else value >> -shift
    divisor = 5**-power
    bits = (divisor - 1).bit_length()
    scaled = 2 ** (bits + 127 if power >= -27 else 2 * bits + 128) // divisor + 1
    return scaled >> max(0, scaled.bit_length() - 128)


_POWERS = [_power_of_five(q) for q in range(SMALLEST_POWER, LARGEST_POWER + 1)]
_HIGH = np.array([power >> 64 for power in _POWERS], np.uint64)
_LOW = np.array([power & (2**64 - 1) for power in _POWERS], np.uint64)
_EXACT_TENS = np.array([10.0**q for q in range(23)])

_U1, _U9 = np.uint64(1), np.uint64(9)
_U32, _U63 = np.uint64(32), np.uint64(63)
_LOW_32 = np.uint64(2**32 - 1)
_ALL_64 = np.uint64(2**64 - 1)
_BELOW_PRECISION = np.uint64(0x1FF)


@compiled
def _multiply(a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    """The 128-bit product as (high, low)."""
    a_high, a_low = a >> _U32, a & _LOW_32
    b_high, b_low = b >> _U32, b & _LOW_32
    bottom = a_low * b_low
    middle = a_high * b_low + (bottom >> _U32)
    other = a_low * b_high + (middle & _LOW_32)
    high = a_high * b_high + (middle >> _U32) + (other >> _U32)
    return high, (other << _U32) | (bottom & _LOW_32)


@compiled
def _scale(digits: int, power: int) -> tuple[float, bool]:
    """(digits · 10^power rounded to nearest even, whether that is certain); digits > 0."""
    if power < SMALLEST_POWER or power > LARGEST_POWER:
        return 0.0, False
    word = np.uint64(digits)
    leading = 0
    while word >> _U63 == np.uint64(0):
        word = word << _U1
        leading += 1
    high, low = _multiply(word, _HIGH[power - SMALLEST_POWER])
    if high & _BELOW_PRECISION == _BELOW_PRECISION:
        carry, _ = _multiply(word, _LOW[power - SMALLEST_POWER])
        low = low + carry
        if carry > low:
            high = high + _U1
    if low == _ALL_64 and (power < -27 or power > 55):
        return 0.0, False
    top = high >> _U63
    shift = top + _U9
    mantissa = high >> shift
    exponent = ((217706 * power) >> 16) + 63 + as_int64(top) - leading + 1023
    if exponent <= 0 or exponent >= 2046:
        return 0.0, False
    halfway = low <= _U1 and -4 <= power <= 23 and mantissa & np.uint64(3) == _U1
    if halfway and mantissa << shift == high:
        mantissa = mantissa & ~_U1
    mantissa = (mantissa + (mantissa & _U1)) >> _U1
    return math.ldexp(float(mantissa), int(exponent - 1075)), True


@inlined
def read_number(content: Bytes, start: int, end: int) -> tuple[int, int, float, int]:
    """Read the JSON number that starts at `start`; never reads at or past `end`.

    Returns:
        What it is (INTEGER, DECIMAL, NOT_A_NUMBER or UNDECIDED), where reading stopped, the nearest
        double, and the exact value when it is an INTEGER.
    """
    first = start
    if start < end and content[start] == _MINUS:
        first += 1
    position, digits = _read_digits(content, first, end, 0)
    count = position - first
    if count == 0 or (count > 1 and content[first] == _ZERO):
        return NOT_A_NUMBER, position, 0.0, 0
    power = 0
    kind = INTEGER
    if position < end and content[position] == _DOT:
        kind = DECIMAL
        fraction = position + 1
        position, digits = _read_digits(content, fraction, end, digits)
        power = fraction - position
        count -= power
    if kind == DECIMAL and power == 0:
        return NOT_A_NUMBER, position, 0.0, 0
    fits = count < MOST_DIGITS or _fits(content, first, position, count, digits)
    if position < end and content[position] | _TO_LOWER == _LOWER_E:
        kind = DECIMAL
        position, exponent = _read_exponent(content, position + 1, end)
        if exponent == _NO_EXPONENT:
            return NOT_A_NUMBER, position, 0.0, 0
        power += exponent
    value, certain = _nearest(digits, power)
    if not (fits and certain):
        return UNDECIDED, position, 0.0, 0
    if first > start:
        digits, value = -digits, -value
    return kind, position, value, digits


@inlined
def _read_digits(content: Bytes, start: int, end: int, before: int) -> tuple[int, int]:
    """(position after the digits, `before` followed by them, wrapped at 2^64)."""
    position = start
    digits = before
    while position < end and 0 <= as_int64(content[position]) - _ZERO <= 9:
        digits = digits * 10 + (as_int64(content[position]) - _ZERO)
        position += 1
    return position, digits


@compiled
def _fits(content: Bytes, first: int, end: int, count: int, digits: int) -> bool:
    """Whether at least 19 digits became `digits` without wrapping: zeros in front are free."""
    at = first
    while at < end and (content[at] == _ZERO or content[at] == _DOT):
        count -= content[at] == _ZERO
        at += 1
    # 19 digits are below 2^64, so a sum that wrapped is negative.
    return count <= MOST_DIGITS and digits >= 0


_NO_EXPONENT: Final = 1 << 40


@compiled
def _read_exponent(content: Bytes, start: int, end: int) -> tuple[int, int]:
    first = start
    negative = start < end and content[start] == _MINUS
    if start < end and (negative or content[start] == _PLUS):
        first += 1
    position = first
    exponent = 0
    while position < end and 0 <= as_int64(content[position]) - _ZERO <= 9:
        exponent = min(exponent * 10 + (as_int64(content[position]) - _ZERO), 100_000)
        position += 1
    if position == first:
        return position, _NO_EXPONENT
    return position, -exponent if negative else exponent


@inlined
def _nearest(digits: int, power: int) -> tuple[float, bool]:
    """(digits · 10^power, whether that is certain) for digits ≥ 0."""
    if digits == 0:
        return 0.0, True
    if 0 < digits < 1 << 53 and -22 <= power <= 22:
        return digits / _EXACT_TENS[-power] if power < 0 else digits * _EXACT_TENS[power], True
    if power == 0:
        return float(digits), True
    return _scale(digits, power)
