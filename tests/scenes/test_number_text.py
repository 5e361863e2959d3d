"""Every number is the double nearest to its text; `float` is the witness."""

import struct

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundplane.scenes.formats.number_text import (
    DECIMAL,
    INTEGER,
    NOT_A_NUMBER,
    UNDECIDED,
    read_number,
)


def read(text: str) -> tuple[int, int, float, int]:
    """Alone, where bytes are looked at one by one, and with more behind it, where words are."""
    alone = np.frombuffer(text.encode(), np.uint8)
    found = read_number(alone, 0, len(alone))
    for behind in (",", "}", " ,", ",1"):
        content = np.frombuffer((text + behind * 32).encode(), np.uint8)
        again = read_number(content, 0, len(content))
        assert (again[:2], bits(again[2])) == (found[:2], bits(found[2]))
        assert found[0] != INTEGER or again[3] == found[3]
    return found


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


halfway = st.integers(2**53, 2**54).map(lambda odd: str((2 * odd + 1) * 64))
texts = st.one_of(
    st.floats(1e-290, 1e290).map(repr),
    st.floats(-1e3, 1e3).map(lambda value: f"{value:.15f}"),
    st.builds("{}e{}".format, st.integers(-(10**18), 10**18), st.integers(-250, 250)),
    st.builds("{}.{}".format, st.integers(0, 10**9), st.integers(0, 10**8)),
    st.from_regex(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", fullmatch=True),
    halfway,
)


@settings(max_examples=500)
@given(texts)
@example("9007199254740993")  # 2^53 + 1: halfway, to even
@example("9007199254740993e22")
@example("1e23")  # one of the two neighbours is nearer by 1 in 2^60
@example("5e-324")  # Lemire's and Clinger's classic traps from here on
@example("2.2250738585072011e-308")
@example("1.7976931348623157e308")
@example("0.000000000000000000000000000000123456789012345678")
@example("123456789012345678901234567890")
@example("-1234567.1234567")  # ends where the first two words do, and the dot with the first
@example("-123456.1234567")
@example("1234567.123456789")
@example("0.1234567890123456")
@example("-0.0")
def test_a_number_is_the_nearest_double_or_left_undecided(text: str) -> None:
    kind, after, value, _ = read(text)
    assert after == len(text)
    if kind != UNDECIDED:
        assert bits(value) == bits(float(text))


@given(st.floats(1e-200, 1e200).map(repr))
def test_what_python_prints_is_always_decided(text: str) -> None:
    assert read(text)[0] == DECIMAL


@pytest.mark.parametrize(
    "text", ["0", "7", "-7", "1541196976735462001", "9223372036854775807", "-9223372036854775807"]
)
def test_an_integer_keeps_its_exact_value(text: str) -> None:
    kind, _, _, whole = read(text)
    assert (kind, whole) == (INTEGER, int(text))


@pytest.mark.parametrize("text", ["9223372036854775808", "1e999", "12345678901234567890"])
def test_what_fits_no_word_is_undecided_not_guessed(text: str) -> None:
    assert read(text)[0] == UNDECIDED


@pytest.mark.parametrize(
    "text",
    ["", "-", "+1", ".5", "1.", "-.5", "01", "-01", "00.5", "1.e5", "1e", "1e+", "NaN", "Infinity"],
)
def test_what_json_calls_no_number_is_none(text: str) -> None:
    kind, after, _, _ = read(text)
    assert kind == NOT_A_NUMBER or after < len(text)


def test_reading_stops_at_the_end_it_is_given() -> None:
    content = np.frombuffer(b"12345.678e9", np.uint8)
    assert read_number(content, 0, 4)[1:3] == (4, 1234.0)
    assert read_number(content, 0, 6)[0] == NOT_A_NUMBER
