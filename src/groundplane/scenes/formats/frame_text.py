"""The full reader of a frame's points: the standard library's JSON parser, point by point.

It is slow and knows where everything stands; `frame_scanner` sends here what it does not take.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.columns import (
    DEEPEST,
    GROUND,
    KEYS,
    LARGEST_FLOAT32,
    LARGEST_UINT32,
    NO_POINTS,
    T_IS_DECIMAL,
    Columns,
    D,
    I,
    T,
    room_for,
)

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"

_KNOWN: Final = frozenset([*KEYS, "is_ground"])
# The words of the documented example (api.md 5.0).
_UNEXPECTED_END: Final = "Invalid JSON Format: Unexpected end of JSON input"
_SPACE: Final = " \t\n\r"
_STRING_OR_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')
_WORDS: Final[dict[type, str]] = {
    bool: "a boolean",
    str: "a string",
    type(None): "null",
    list: "an array",
    dict: "an object",
}


class _Twice(dict[str, JSON]):
    """An object that gives a member twice; `key` is the first such member."""

    key: str


class _Wrong(Exception):
    """A point is not right; the reader adds where."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(reason)


def read_points(content: bytes, *, may_be_empty: bool = False) -> tuple[int, Columns, bytes]:
    """Read the points of one frame, at least one unless it may be empty.

    Returns:
        Their number, their columns, and the frame with an empty array in their place.

    Raises:
        AttachmentUnreadable: not JSON, or points that are none; says where.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise AttachmentUnreadable(_UNEXPECTED_END) from error
        raise AttachmentUnreadable(
            f"Invalid JSON Format: byte {error.start} is not UTF-8."
        ) from error
    try:
        return _Reader(text, may_be_empty=may_be_empty).read()
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated string") or _cut_off(text, error):
            raise AttachmentUnreadable(_UNEXPECTED_END) from error
        place = _bytes_before(text, error.pos)
        raise AttachmentUnreadable(f"Invalid JSON Format: {error.msg} at byte {place}.") from error
    except RecursionError as error:
        raise _too_deep() from error


class _Reader:
    def __init__(self, text: str, *, may_be_empty: bool) -> None:
        self.text = text
        self.may_be_empty = may_be_empty
        self.columns = room_for(text.count("{"), len(text))
        self.decode = json.JSONDecoder(
            object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant
        ).raw_decode

    def read(self) -> tuple[int, Columns, bytes]:
        at = self._after_space(0)
        if self.text[at : at + 1] != "{":
            self._value(at, depth=0)
            raise AttachmentUnreadable("A frame must be one JSON object.")
        count, start, end = -1, 0, 0
        for key, value_at in self._members(at + 1):
            if key != "points":
                self.position = self._value(value_at, depth=1)[1]
                continue
            if count >= 0:
                place = _bytes_before(self.text, value_at)
                raise AttachmentUnreadable(f"points is given twice (byte {place}).")
            count = self._points(value_at)
            start, end = value_at, self.position
        rest = self._after_space(self.position)
        if rest != len(self.text):
            raise json.JSONDecodeError("Extra data", self.text, rest)
        if count < 0:
            raise AttachmentUnreadable("points is missing.")
        return count, self.columns, (self.text[:start] + "[]" + self.text[end:]).encode()

    def _members(self, at: int) -> Iterator[tuple[str, int]]:
        """(key, where its value starts); the caller leaves the value's end in `position`."""
        at = self._after_space(at)
        if self.text[at : at + 1] == "}":
            self.position = at + 1
            return
        while True:
            if self.text[at : at + 1] != '"':
                message = "Expecting property name enclosed in double quotes"
                raise json.JSONDecodeError(message, self.text, at)
            key, at = self.decode(self.text, at)
            at = self._after_space(at)
            if self.text[at : at + 1] != ":":
                raise json.JSONDecodeError("Expecting ':' delimiter", self.text, at)
            yield key, self._after_space(at + 1)
            at = self._after_space(self.position)
            if self.text[at : at + 1] == "}":
                self.position = at + 1
                return
            if self.text[at : at + 1] != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", self.text, at)
            at = self._after_space(at + 1)

    def _points(self, start: int) -> int:
        if self.text[start : start + 1] != "[":
            value, _ = self._value(start, depth=1)
            raise AttachmentUnreadable(f"points must be an array, not {_word(value)}.")
        at = self._after_space(start + 1)
        if self.text[at : at + 1] == "]":
            if not self.may_be_empty:
                raise AttachmentUnreadable(NO_POINTS)
            self.position = at + 1
            return 0
        count = 0
        while True:
            at = self._point(at, count)
            count += 1
            if self.text[at : at + 1] == "]":
                self.position = at + 1
                return count
            if self.text[at : at + 1] != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", self.text, at)
            at = self._after_space(at + 1)

    def _point(self, at: int, row: int) -> int:
        try:
            value, after = self._value(at, depth=2)
            _store(value, self.columns, row)
        except _Wrong as wrong:
            found = self.text.find(f'"{wrong.key}"', at) if wrong.key else at
            place = _bytes_before(self.text, max(found, at))
            member = f".{wrong.key}" if wrong.key else ""
            raise AttachmentUnreadable(
                f"points[{row}]{member} {wrong.reason} (byte {place})."
            ) from wrong
        return self._after_space(after)

    def _value(self, at: int, *, depth: int) -> tuple[JSON, int]:
        try:
            value, after = self.decode(self.text, at)
        except _Constant as constant:
            words = (found for found in _STRING_OR_WORD.finditer(self.text, at) if found[1])
            place = _bytes_before(self.text, next(words).start())
            raise AttachmentUnreadable(
                f"Invalid JSON Format: {constant.name} is not a JSON value, at byte {place}."
            ) from constant
        _refuse_deeper(value, depth)
        return value, after

    def _after_space(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in _SPACE:
            at += 1
        return at


def _store(value: JSON, columns: Columns, row: int) -> None:
    if not isinstance(value, dict):
        raise _Wrong("", f"must be an object, not {_word(value)}")
    if isinstance(value, _Twice) and value.key in _KNOWN:
        raise _Wrong(value.key, "is given twice")
    present = 0
    for slot, key in enumerate(KEYS):
        if key not in value and slot < I:
            raise _Wrong("", f"has no {key}")
        number = value.get(key)
        if number is None and slot >= I:
            continue
        columns.numbers[row, slot] = _number(key, number, slot)
        present |= 1 << slot
        if slot == T and isinstance(number, int):
            columns.time_whole[row] = number
        elif slot == T:
            present |= T_IS_DECIMAL
    ground = value.get("is_ground")
    if ground is not None:
        if not isinstance(ground, bool):
            raise _Wrong("is_ground", f"must be true or false, not {_word(ground)}")
        columns.is_ground[row] = ground
        present |= 1 << GROUND
    columns.present[row] = present


def _number(key: str, value: JSON, slot: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(key, f"must be a number, not {_word(value)}")
    number = float(value)
    if not math.isfinite(number) or (slot == I and abs(number) > LARGEST_FLOAT32):
        raise _Wrong(key, "is too large")
    if slot == D and not (0 <= number <= LARGEST_UINT32 and number.is_integer()):
        raise _Wrong(key, f"must be a whole number from 0 to {LARGEST_UINT32}, not {value}")
    if slot == T and isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise _Wrong(key, "does not fit 64 bits")
    return number


class _Constant(Exception):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _constant(name: str) -> JSON:
    raise _Constant(name)


def _integer(digits: str) -> int | float:
    # Python refuses to convert more than 4,300 digits; a double is infinite long before.
    return int(digits) if len(digits) <= 300 else float(digits)


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    twice = _Twice(plain)
    keys = [key for key, _ in pairs]
    repeated = [key for key in keys if keys.count(key) > 1]
    twice.key = next((key for key in repeated if key in _KNOWN), repeated[0])
    return twice


def _refuse_deeper(value: JSON, depth: int) -> None:
    level = [value]
    while level:
        nested = [item for item in level if isinstance(item, dict | list)]
        depth += 1
        if nested and depth > DEEPEST:
            raise _too_deep()
        level = [
            inner
            for item in nested
            for inner in (item.values() if isinstance(item, dict) else item)
        ]


def _too_deep() -> AttachmentUnreadable:
    return AttachmentUnreadable(
        f"Invalid JSON Format: values are nested more than {DEEPEST} levels deep."
    )


def _cut_off(text: str, error: json.JSONDecodeError) -> bool:
    """Whether nothing follows the error but the beginning of a number or a word."""
    rest = text[error.pos :].rstrip(_SPACE)
    return error.msg != "Extra data" and (not rest or bool(re.fullmatch(r"[-+.\w]+", rest)))


def _word(value: JSON) -> str:
    return _WORDS.get(type(value), "a number")


def _bytes_before(text: str, position: int) -> int:
    return len(text[:position].encode(errors="surrogatepass"))
