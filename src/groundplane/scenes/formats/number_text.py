"""Decimal text to the nearest double, compiled.

Up to 19 digits and an exponent make an exact pair w · 10^q. Small ones need one rounded operation
(Clinger 1990: w < 2^53 and |q| ≤ 22 are both exact doubles). The others are multiplied by a 128-bit
power of five (Lemire 2021, "Number Parsing at a Gigabyte per Second", algorithm 1, with the checks
of its section 8). What neither decides is reported as undecided, never guessed.

Digits are read eight at a time (Lemire, section 3): a loop that ends after one, two or three of
them costs more by being guessed wrong than by its steps. Of a number of at most 15 bytes one look
at its first two words tells where it ends, for where the next one begins hangs on that alone.
"""

from typing import Final

import numpy as np

from groundplane.geometry.compiled import as_int64, uncounted, uncounted_inlined
from groundplane.geometry.words import (
    WORD_BYTES,
    Bytes,
    double_of_bits,
    high_product,
    leading_zeros,
    trailing_zeros,
    word_at,
)

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

_U1, _U3, _U8, _U9, _U10 = (np.uint64(n) for n in (1, 3, 8, 9, 10))
_U16, _U32, _U52, _U63 = (np.uint64(n) for n in (16, 32, 52, 63))
_ALL_64 = np.uint64(2**64 - 1)
_BELOW_PRECISION = np.uint64(0x1FF)
# In every byte: the digit zero, all bits but the top one, the top one, and 128 - 10.
_ZEROS, _LOW_BITS = np.uint64(0x3030303030303030), np.uint64(0x7F7F7F7F7F7F7F7F)
_TOP_BITS, _TEN_TO_TOP = np.uint64(0x8080808080808080), np.uint64(0x7676767676767676)
# Pairs of digits to eight digits: 100 and 10^6 in one product, 1 and 10^4 in the other.
_PAIRS = np.uint64(0x000000FF000000FF)
_HUNDREDS, _ONES = np.uint64(0x000F424000000064), np.uint64(0x0000271000000001)
_GATHER = np.uint64(0x0102040810204080)  # the lowest bits of the bytes, in their order, to the top
_U0, _U7, _U56 = (np.uint64(n) for n in (0, 7, 56))
_BYTE, _MINUS_SIGN = np.uint64(0xFF), np.uint64(_MINUS)
_LOOKED_AT: Final = 4 * WORD_BYTES  # two words, two that begin where the first ends, and a byte
_WHOLE_TENS = np.array([10**n for n in range(WORD_BYTES + 1)], np.int64)


@uncounted
def _scale(digits: int, power: int) -> tuple[float, bool]:
    """(digits · 10^power rounded to nearest even, whether that is certain); digits > 0."""
    if power < SMALLEST_POWER or power > LARGEST_POWER:
        return 0.0, False
    word = np.uint64(digits)
    leading = leading_zeros(word)
    word = word << np.uint64(leading)
    factor = _HIGH[power - SMALLEST_POWER]
    high, low = high_product(word, factor), word * factor
    if high & _BELOW_PRECISION == _BELOW_PRECISION:
        carry = high_product(word, _LOW[power - SMALLEST_POWER])
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
    halfway = low <= _U1 and -4 <= power <= 23 and mantissa & _U3 == _U1
    if halfway and mantissa << shift == high:
        mantissa = mantissa & ~_U1
    # 53 bits, or 2^53: then the sum is the next exponent with no fraction, as it should be.
    mantissa = ((mantissa + (mantissa & _U1)) >> _U1) - (_U1 << _U52)
    return double_of_bits((np.uint64(exponent) << _U52) + mantissa), True


@uncounted_inlined
def read_number(content: Bytes, start: int, end: int) -> tuple[int, int, float, int]:
    """Read the JSON number that starts at `start`; never reads at or past `end`.

    Returns:
        What it is (INTEGER, DECIMAL, NOT_A_NUMBER or UNDECIDED), where reading stopped, the nearest
        double, and the exact value when it is an INTEGER.
    """
    if start + _LOOKED_AT <= end:
        kind, position, value, digits = _read_short(content, start)
        if kind != UNDECIDED:
            return kind, position, value, digits
    return _read_any(content, start, end)


@uncounted_inlined
def _read_any(content: Bytes, start: int, end: int) -> tuple[int, int, float, int]:
    """`read_number` of any length."""
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


@uncounted_inlined
def _read_short(  # noqa: PLR0911 - a result that depends on a comparison stalls the processor
    content: Bytes, start: int
) -> tuple[int, int, float, int]:
    """`read_number` of at most 7 digits, a dot and 16 digits; UNDECIDED says that it is another."""
    word = word_at(content, start)
    others = _not_digits(word) | _not_digits(word_at(content, start + WORD_BYTES)) << _U8
    negative = _U1 if word & _BYTE == _MINUS_SIGN else _U0
    others = others & ~negative
    dot, after_dot = trailing_zeros(others), others & (others - _U1)
    sign = as_int64(negative)
    count = dot - sign
    if count <= 0 or count >= WORD_BYTES:
        return UNDECIDED, start, 0.0, 0
    word = (word >> (negative << _U3)) ^ _ZEROS
    if (count > 1) & (word & _BYTE == _U0):
        return UNDECIDED, start, 0.0, 0
    digits = _digits(word, count)
    position = start + dot
    if content[position] != _DOT:
        if content[position] | _TO_LOWER == _LOWER_E:
            return UNDECIDED, start, 0.0, 0
        return INTEGER, position, float(digits) * float(1 - 2 * sign), digits * (1 - 2 * sign)
    position += 1
    places = trailing_zeros(after_dot) - dot - 1
    if places <= 0 or (places > WORD_BYTES and dot == WORD_BYTES):
        return UNDECIDED, start, 0.0, 0
    if places > WORD_BYTES:  # and so the eight bytes behind the dot were all seen to be digits
        return _read_long(content, position, digits, count, sign)
    if content[position + places] | _TO_LOWER == _LOWER_E:
        return UNDECIDED, start, 0.0, 0
    fraction = _digits(word_at(content, position) ^ _ZEROS, places)
    value = float(digits * _WHOLE_TENS[places] + fraction) / _EXACT_TENS[places]
    return DECIMAL, position + places, value * float(1 - 2 * sign), 0


@uncounted_inlined
def _read_long(
    content: Bytes, position: int, whole: int, count: int, sign: int
) -> tuple[int, int, float, int]:
    """`_read_short` with 8 to 16 places behind the dot, the first 8 of them known to be digits."""
    digits = whole * _WHOLE_TENS[WORD_BYTES]
    digits += _digits(word_at(content, position) ^ _ZEROS, WORD_BYTES)
    position += WORD_BYTES
    word = word_at(content, position)
    more = min(trailing_zeros(_not_digits(word)), WORD_BYTES)
    ends = content[position + more]
    if count + WORD_BYTES + more >= MOST_DIGITS or ends | _TO_LOWER == _LOWER_E or more == 0:
        return UNDECIDED, position, 0.0, 0
    if 0 <= as_int64(ends) - _ZERO <= 9:
        return UNDECIDED, position, 0.0, 0
    digits = digits * _WHOLE_TENS[more] + _digits(word ^ _ZEROS, more)
    value, certain = _nearest(digits, -WORD_BYTES - more)
    kind = DECIMAL if certain else UNDECIDED
    return kind, position + more, value * float(1 - 2 * sign), 0


@uncounted_inlined
def _not_digits(word: np.uint64) -> np.uint64:
    """Bit k says that byte k is none of 0 to 9."""
    word = word ^ _ZEROS
    others = (((word & _LOW_BITS) + _TEN_TO_TOP) | word) & _TOP_BITS
    return ((others >> _U7) * _GATHER) >> _U56


@uncounted_inlined
def _digits(word: np.uint64, count: int) -> int:
    """What the first `count` bytes (1 to 8) of a word say, each the value of a digit."""
    word = word << np.uint64(64 - 8 * count)
    word = word * _U10 + (word >> _U8)
    pairs, others = word & _PAIRS, (word >> _U16) & _PAIRS
    return as_int64((pairs * _HUNDREDS + others * _ONES) >> _U32)


@uncounted_inlined
def _read_digits(content: Bytes, start: int, end: int, before: int) -> tuple[int, int]:
    """(position after the digits, `before` followed by them, wrapped at 2^64)."""
    position = start
    digits = before
    while position + WORD_BYTES <= end:
        word = word_at(content, position) ^ _ZEROS
        others = (((word & _LOW_BITS) + _TEN_TO_TOP) | word) & _TOP_BITS
        count = trailing_zeros(others) >> 3
        if count == 0:
            return position, digits
        digits = digits * _WHOLE_TENS[count] + _digits(word, count)
        position += count
        if count < WORD_BYTES:
            return position, digits
    while position < end and 0 <= as_int64(content[position]) - _ZERO <= 9:
        digits = digits * 10 + (as_int64(content[position]) - _ZERO)
        position += 1
    return position, digits


@uncounted
def _fits(content: Bytes, first: int, end: int, count: int, digits: int) -> bool:
    """Whether at least 19 digits became `digits` without wrapping: zeros in front are free."""
    at = first
    while at < end and (content[at] == _ZERO or content[at] == _DOT):
        count -= content[at] == _ZERO
        at += 1
    # 19 digits are below 2^64, so a sum that wrapped is negative.
    return count <= MOST_DIGITS and digits >= 0


_NO_EXPONENT: Final = 1 << 40


@uncounted
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


@uncounted_inlined
def _nearest(digits: int, power: int) -> tuple[float, bool]:
    """(digits · 10^power, whether that is certain) for digits ≥ 0."""
    if digits == 0:
        return 0.0, True
    if 0 < digits < 1 << 53 and -22 <= power <= 22:
        return digits / _EXACT_TENS[-power] if power < 0 else digits * _EXACT_TENS[power], True
    if power == 0:
        return float(digits), True
    return _scale(digits, power)
