"""A strict scanner for Frame JSON, compiled: one pass over the bytes, points straight into columns.

It accepts what a JSON parser accepts, in any order and spacing, and stops at everything else and
at what is too rare to be worth its lines (keys written with escapes, numbers of 20 digits, members
given twice). Where it stops it decides nothing: `frame_json` then reads the frame with the full
parser, which accepts or says what is wrong. Every read is bounds-checked.
"""

from typing import Final, NamedTuple

import numpy as np

from groundplane.geometry.compiled import as_int64, uncounted, uncounted_inlined
from groundplane.geometry.words import WORD_BYTES, Bytes, word_at
from groundplane.scenes.formats.columns import (
    DEEPEST,
    GROUND,
    KEYS,
    T_IS_DECIMAL,
    Columns,
    Flags,
    I,
    Numbers,
    Present,
    T,
    Whole,
    room_for,
)
from groundplane.scenes.formats.number_text import DECIMAL, INTEGER, NOT_A_NUMBER, read_number

_HAS_XYZ: Final = 0b111

_QUOTE, _BACKSLASH, _COMMA, _COLON = ord('"'), ord("\\"), ord(","), ord(":")
_OPEN, _CLOSE, _OPEN_LIST, _CLOSE_LIST = ord("{"), ord("}"), ord("["), ord("]")
_SPACE = ord(" ")
_LOWER_F, _LOWER_N, _LOWER_T, _LOWER_U = ord("f"), ord("n"), ord("t"), ord("u")
_TRUE, _FALSE, _NULL = (np.frombuffer(word, np.uint8) for word in (b"true", b"false", b"null"))
_IS_GROUND, _POINTS = (np.frombuffer(word, np.uint8) for word in (b"is_ground", b"points"))

# `"x":` as the first half of a word, without its letter.
_QUOTES_AND_COLON, _NOT_KEY = np.uint64(0x3A220022), np.uint64(0xFFFF00FF)
_U8, _BYTE = np.uint64(8), np.uint64(0xFF)

_NO_SLOT: Final = 7
_SLOT = np.full(256, _NO_SLOT, np.int64)
_SLOT[[ord(letter) for letter in KEYS]] = range(len(KEYS))
_IS_SPACE = np.zeros(256, np.bool_)
_IS_SPACE[[ord(" "), ord("\t"), ord("\n"), ord("\r")]] = True
_IS_PLAIN = np.ones(256, np.bool_)  # bytes of a string that need no second look
_IS_PLAIN[:32] = False
_IS_PLAIN[[_QUOTE, _BACKSLASH]] = False
_IS_ESCAPE = np.zeros(256, np.bool_)
_IS_ESCAPE[[ord(letter) for letter in '"\\/bfnrt']] = True
_IS_HEX = np.zeros(256, np.bool_)
_IS_HEX[[ord(letter) for letter in "0123456789abcdefABCDEF"]] = True


class Scan(NamedTuple):
    """How many points (-1: the scanner stopped), and the span of their array in the content."""

    points: int
    points_start: int
    points_end: int
    columns: Columns


def scan(content: bytes) -> Scan:
    """Read the points of one frame, or stop. Whether the numbers make sense is not asked here.

    Rows of the columns past that number hold nothing.

    Raises:
        MemoryError: more points claimed than memory holds.
    """
    array = np.frombuffer(content, np.uint8)
    columns = room_for(_count_objects(array), len(content))
    return Scan(*_scan_root(array, *columns), columns)


@uncounted
def _count_objects(content: Bytes) -> int:
    """How many `{` there are; three times as fast as `bytes.count`, which stops at each."""
    count = 0
    for byte in content:
        count += byte == _OPEN
    return count


# The three functions for a point's bytes branch and leave where the others pass a position of -1
# through: a position that depends on a comparison stalls the processor (47 ms a frame, not 22).
# That, and no sets or tuples in compiled code, is why their noqa lines are there.


@uncounted
def _scan_root(
    content: Bytes, numbers: Numbers, time_whole: Whole, is_ground: Flags, present: Present
) -> tuple[int, int, int]:
    """The first three fields of `Scan`. A position of -1 passes through every helper."""
    end = len(content)
    count, points_start, points_end = -1, -1, -1
    position = _expect(content, 0, end, _OPEN)
    goes_on = position >= 0
    while goes_on:
        key = _expect(content, position, end, _QUOTE)
        key_end = _skip_string(content, key, end)
        position = _skip_space(content, _expect(content, key_end, end, _COLON), end)
        is_points = position >= 0 and _matches(content, key, key_end - 1, _POINTS)
        if is_points and points_start < 0:
            points_start = position
            count, position = _scan_points(
                content, position, end, numbers, time_whole, is_ground, present
            )
            points_end = position
        elif position < 0 or is_points or _has_escape(content, key, key_end):
            position = -1
        else:
            position = _skip_value(content, position, end, 1)
        position, goes_on = _after_value(content, position, end, _CLOSE)
    if position < 0 or _skip_space(content, position, end) != end:
        return -1, -1, -1
    return count, points_start, points_end


@uncounted
def _scan_points(
    content: Bytes,
    start: int,
    end: int,
    numbers: Numbers,
    time_whole: Whole,
    is_ground: Flags,
    present: Present,
) -> tuple[int, int]:
    """(number of points, position after the closing bracket)."""
    position = _expect(content, start, end, _OPEN_LIST)
    row = 0
    while 0 <= position < end:
        while position < end and _IS_SPACE[content[position]]:
            position += 1
        if position >= end or content[position] != _OPEN or row >= len(present):
            return -1, -1
        members, position = _scan_point(
            content, position + 1, end, numbers, time_whole, is_ground, row
        )
        if members & _HAS_XYZ != _HAS_XYZ:
            return -1, -1
        present[row] = members
        row += 1
        while position < end and _IS_SPACE[content[position]]:
            position += 1
        position += 1
        if position > end or content[position - 1] != _COMMA:
            break
    if not 0 < position <= end or content[position - 1] != _CLOSE_LIST:
        return -1, -1
    return row, position


@uncounted_inlined
def _scan_point(
    content: Bytes,
    start: int,
    end: int,
    numbers: Numbers,
    time_whole: Whole,
    is_ground: Flags,
    row: int,
) -> tuple[int, int]:
    """(bits of the members given, position after the closing brace); no bits when it stopped."""
    position = start
    members = 0
    while True:
        member, position, whole = _scan_member(content, position, end, numbers, row)
        if position < 0 or position >= end or members & member & ~T_IS_DECIMAL != 0:
            return 0, -1
        members |= member
        if member & 1 << T:
            time_whole[row] = whole
        elif member & 1 << GROUND:
            is_ground[row] = whole == 1
        position += 1
        if content[position - 1] == _CLOSE:
            return members, position
        if content[position - 1] != _COMMA:
            return 0, -1


@uncounted_inlined
def _scan_member(  # noqa: C901, PLR0912 - as above
    content: Bytes, start: int, end: int, numbers: Numbers, row: int
) -> tuple[int, int, int]:
    """One `"key": value` of a point.

    Returns:
        The member's bit (0 for null and for members we do not know), the position of what follows
        the value or -1, and the whole value of t or 1 for a true is_ground.
    """
    if start < end and content[start] == _SPACE:  # as some writers have it after each comma
        start += 1
    slot, position = _NO_SLOT, start + 4
    if start + WORD_BYTES <= end:
        word = word_at(content, start)
        if word & _NOT_KEY == _QUOTES_AND_COLON:
            slot = as_int64(_SLOT[as_int64((word >> _U8) & _BYTE)])
    if slot == _NO_SLOT:
        position = start
        while position < end and _IS_SPACE[content[position]]:
            position += 1
        if position + 4 >= end or content[position] != _QUOTE:
            return 0, -1, 0
        if content[position + 2] == _QUOTE:
            slot = as_int64(_SLOT[content[position + 1]])
        if slot == _NO_SLOT:
            return _scan_other(content, position + 1, end)
        position = _skip_space(content, position + 3, end)
        if position >= end or content[position] != _COLON:
            return 0, -1, 0
        position += 1
    while position < end and _IS_SPACE[content[position]]:
        position += 1
    if slot >= I and position < end and content[position] == _LOWER_N:
        return 0, _skip_space(content, _skip_word(content, position, end, _NULL), end), 0
    kind, position, value, whole = read_number(content, position, end)
    if kind != INTEGER and kind != DECIMAL:  # noqa: PLR1714 - as above
        return 0, -1, 0
    numbers[row, slot] = value
    decimal_time = T_IS_DECIMAL if slot == T and kind == DECIMAL else 0
    while position < end and _IS_SPACE[content[position]]:
        position += 1
    return 1 << slot | decimal_time, position, whole


@uncounted
def _scan_other(content: Bytes, key: int, end: int) -> tuple[int, int, int]:
    """`_scan_member` for is_ground and for members that we do not know."""
    key_end = _skip_string(content, key, end)
    at = _skip_space(content, _expect(content, key_end, end, _COLON), end)
    if key_end < 0 or at < 0 or at >= end:
        return 0, -1, 0
    if not _matches(content, key, key_end - 1, _IS_GROUND):
        if _has_escape(content, key, key_end):
            return 0, -1, 0
        return 0, _skip_space(content, _skip_value(content, at, end, 3), end), 0
    if content[at] == _LOWER_N:
        return 0, _skip_space(content, _skip_word(content, at, end, _NULL), end), 0
    is_true = content[at] == _LOWER_T
    word = _TRUE if is_true else _FALSE
    after = _skip_space(content, _skip_word(content, at, end, word), end)
    return 1 << GROUND, after, 1 if is_true else 0


@uncounted
def _skip_value(content: Bytes, start: int, end: int, outer: int) -> int:
    """Position after one JSON value of any kind, -1 when it is none or nested too deeply.

    `outer` is the number of containers already open around it; of those inside, `objects` has a bit
    each, the innermost lowest. There are fewer than 64.
    """
    objects = 0
    depth = outer
    position = start
    while True:
        position = _skip_space(content, position, end)
        if position < 0 or position >= end:
            return -1
        opens = as_int64(content[position])
        if opens == _OPEN or opens == _OPEN_LIST:  # noqa: PLR1714, SIM109 - as above
            if depth == DEEPEST:
                return -1
            depth += 1
            objects = objects << 1 | (1 if opens == _OPEN else 0)
            position = _skip_space(content, position + 1, end)
            goes_on = position >= end or content[position] != _closing(objects)
            if not goes_on:
                position += 1
                depth -= 1
                objects >>= 1
        else:
            position = _skip_scalar(content, position, end)
            goes_on = False
        while depth > outer and not goes_on:
            position, goes_on = _after_value(content, position, end, _closing(objects))
            if not goes_on:
                depth -= 1
                objects >>= 1
        if not goes_on:
            return position
        if objects & 1:
            position = _skip_key(content, position, end)


@uncounted_inlined
def _closing(objects: int) -> int:
    return _CLOSE if objects & 1 else _CLOSE_LIST


@uncounted_inlined
def _after_value(content: Bytes, start: int, end: int, closes: int) -> tuple[int, bool]:
    """(position after a comma, True) or (position after `closes`, False), or a position of -1."""
    position = _skip_space(content, start, end)
    if position < 0 or position >= end:
        return -1, False
    goes_on = content[position] == _COMMA
    return position + 1 if goes_on or content[position] == closes else -1, goes_on


@uncounted
def _skip_key(content: Bytes, start: int, end: int) -> int:
    position = _skip_string(content, _expect(content, start, end, _QUOTE), end)
    return _expect(content, position, end, _COLON)


@uncounted
def _skip_scalar(content: Bytes, start: int, end: int) -> int:
    first = as_int64(content[start])
    if first == _QUOTE:
        return _skip_string(content, start + 1, end)
    if first == _LOWER_T:
        return _skip_word(content, start, end, _TRUE)
    if first == _LOWER_F:
        return _skip_word(content, start, end, _FALSE)
    if first == _LOWER_N:
        return _skip_word(content, start, end, _NULL)
    kind, after, _, _ = read_number(content, start, end)
    return -1 if kind == NOT_A_NUMBER else after


@uncounted
def _skip_string(content: Bytes, start: int, end: int) -> int:
    """Position after the closing quote; `start` is after the opening one."""
    position = start
    if position < 0:
        return -1
    while position < end:
        byte = content[position]
        position += 1
        if _IS_PLAIN[byte]:
            continue
        if byte == _QUOTE:
            return position
        if byte != _BACKSLASH or position >= end:
            return -1
        if content[position] == _LOWER_U:
            for at in range(position + 1, position + 5):
                if at >= end or not _IS_HEX[content[at]]:
                    return -1
            position += 5
        elif _IS_ESCAPE[content[position]]:
            position += 1
        else:
            return -1
    return -1


@uncounted
def _skip_word(content: Bytes, start: int, end: int, word: Bytes) -> int:
    after = start + len(word)
    return after if after <= end and _matches(content, start, after, word) else -1


@uncounted
def _matches(content: Bytes, start: int, end: int, word: Bytes) -> bool:
    if end - start != len(word):
        return False
    for at in range(len(word)):  # noqa: SIM110 - numba compiles no generator expressions
        if content[start + at] != word[at]:
            return False
    return True


@uncounted
def _has_escape(content: Bytes, start: int, end: int) -> bool:
    for at in range(start, end):  # noqa: SIM110 - numba compiles no generator expressions
        if content[at] == _BACKSLASH:
            return True
    return False


@uncounted_inlined
def _skip_space(content: Bytes, start: int, end: int) -> int:
    position = start
    while 0 <= position < end and _IS_SPACE[content[position]]:
        position += 1
    return position


@uncounted_inlined
def _expect(content: Bytes, start: int, end: int, byte: int) -> int:
    """Position after `byte`, spaces before it skipped; -1 when something else is there."""
    position = _skip_space(content, start, end)
    return position + 1 if 0 <= position < end and content[position] == byte else -1
