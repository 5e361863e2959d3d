"""Typed access to the members of a parsed file: each one is what the format says, or a `Misfit`."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, cast

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.scenes.formats.json_binary import Array, Node

_LARGEST_INT64: Final = 2**63 - 1
_NO_DOUBLE: Final = 2**1023


class Misfit(Exception):
    """A member is missing or of the wrong type; `place` is its path in the file."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{place} {reason}")


@dataclass(slots=True)
class Fields:
    """An object of the file and where it is. Names that were asked for are known ones."""

    members: dict[str, Node]
    place: str
    asked: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, node: Node, place: str) -> "Fields":
        if not isinstance(node, dict):
            raise Misfit(place, f"must be an object, not {word(node)}.")
        return cls(cast("dict[str, Node]", node), place)

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def get(self, key: str) -> Node:
        """The value, None when it is missing."""
        self.asked.add(key)
        return self.members.get(key)

    def required(self, key: str) -> Node:
        self.asked.add(key)
        if key not in self.members:
            raise Misfit(self.at(key), "is missing.")
        return self.members[key]

    def misfit(self, key: str, wanted: str) -> Misfit:
        return Misfit(self.at(key), f"must be {wanted}, not {word(self.members.get(key))}.")

    def unknown(self) -> list[str]:
        return [key for key in self.members if key not in self.asked]

    def text(self, key: str) -> str:
        value = self.required(key)
        if not isinstance(value, str):
            raise self.misfit(key, "a string")
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def one_of(self, key: str, words: Sequence[str], default: str) -> str:
        """`default` when it is missing; null is not missing."""
        self.asked.add(key)
        value = self.members.get(key, default)
        if not isinstance(value, str) or value not in words:
            raise self.misfit(key, f"one of {', '.join(words)}")
        return value

    def whole(self, key: str) -> int:
        value = self.required(key)
        if not _is_whole(value):
            raise self.misfit(key, "a whole number")
        return value

    def whole_or_none(self, key: str) -> int | None:
        return None if self.get(key) is None else self.whole(key)

    def number(self, key: str) -> float:
        value = self.required(key)
        if not _is_number(value):
            raise self.misfit(key, "a number")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        self.asked.add(key)
        value = self.members.get(key, default)
        if not isinstance(value, bool):
            raise self.misfit(key, "true or false")
        return value

    def identity(self, key: str) -> str | int:
        value = self.required(key)
        if not (isinstance(value, str) or _is_whole(value)):
            raise self.misfit(key, "a string or a whole number")
        return value

    def identity_or_none(self, key: str) -> str | int | None:
        return None if self.get(key) is None else self.identity(key)

    def array(self, key: str) -> Array:
        value = self.required(key)
        if not isinstance(value, np.ndarray):
            raise self.misfit(key, "an array")
        return value

    def array_or_none(self, key: str) -> Array | None:
        return None if self.get(key) is None else self.array(key)

    def inner(self, key: str) -> "Fields":
        return Fields.of(self.required(key), self.at(key))

    def inner_or_none(self, key: str) -> "Fields | None":
        return None if self.get(key) is None else self.inner(key)

    def list_of(self, key: str) -> list[Node]:
        value = self.required(key)
        if not isinstance(value, list):
            raise self.misfit(key, "a list")
        return cast("list[Node]", value)

    def objects(self, key: str) -> Iterator["Fields"]:
        for index, node in enumerate(self.list_of(key)):
            yield Fields.of(node, f"{self.at(key)}.{index}")

    def objects_or_none(self, key: str) -> "list[Fields] | None":
        return None if self.get(key) is None else list(self.objects(key))

    def times(self, key: str = "timestamps") -> Int64Array:
        """(n,) of a list of whole numbers."""
        values = self.list_of(key)
        if not set(map(type, values)) <= {int}:
            raise Misfit(self.at(key), "must be a list of whole numbers.")
        try:
            return np.array(values, np.int64)
        except OverflowError as error:
            raise Misfit(self.at(key), "holds a number that does not fit 64 bits.") from error

    def numbers(self, key: str) -> tuple[float, ...]:
        values = self.list_of(key)
        if not all(map(_is_number, values)):
            raise Misfit(self.at(key), "must be a list of numbers.")
        return tuple(map(float, values))

    def rows(self, key: str = "values") -> tuple[Float64Array, Int64Array]:
        """A list of lists of numbers: all numbers in turn (m,), and each row's length (n,)."""
        values = self.list_of(key)
        if not set(map(type, values)) <= {list}:
            raise Misfit(self.at(key), "must be a list of lists of numbers.")
        lengths = np.fromiter(map(len, values), np.int64, len(values))
        try:
            packed = struct.pack(f"{int(lengths.sum())}d", *chain.from_iterable(values))
        except struct.error as error:
            self._only_numbers(key, values)
            raise Misfit(self.at(key), "holds a number that is too large.") from error
        numbers = np.frombuffer(packed)
        # struct takes a boolean for a number. To ask for all types is as slow as to pack.
        if ((numbers == 0) | (numbers == 1)).any():
            self._only_numbers(key, values)
        return numbers, lengths

    def _only_numbers(self, key: str, rows: list[Node]) -> None:
        if not set(map(type, chain.from_iterable(rows))) <= {int, float}:
            raise Misfit(self.at(key), "must be a list of lists of numbers.")


def word(value: Node) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}"'
    if value is None:
        return "null"
    if isinstance(value, bool) or _is_number(value):
        return str(value).lower()
    if isinstance(value, np.ndarray):
        return "an array"
    if isinstance(value, int):
        return "a number beyond all bounds"
    return "a list" if isinstance(value, list) else "an object"


def _is_whole(value: Node) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and -_LARGEST_INT64 - 1 <= value <= _LARGEST_INT64


def _is_number(value: Node) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < _NO_DOUBLE
    return isinstance(value, float)
