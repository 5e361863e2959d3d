r"""Writes what `json_binary` reads, byte by byte as the official writer does.

The JSON is spelled as its library does: no blanks, `\/`, everything outside ASCII as `\uXXXX`.
Only numbers outside 1e-4 … 1e16 may differ in how the exponent is written; their values do not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final, cast

import msgspec
import numpy as np

from groundplane.scenes.formats.json_binary import DTYPES, GAP, ITEMS, Array, Node

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_AS_THEY_ARE: Final = frozenset({str, int, bool, type(None)})
# Stands in the header where JSON text is put in: no JSON holds a zero byte.
_PLACE: Final = b"\0"
_RAW_PLACE: Final = msgspec.Raw(_PLACE)
_TOGETHER_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Text:
    """JSON in ASCII of which a tree has much: numbers that `make` spells as they are written."""

    make: Callable[[], bytes]


def write_container(root: dict[str, Node], file: BinaryIO, *, align: int = GAP) -> int:
    """Write a tree of JSON and arrays; returns the number of bytes written.

    Arrays are written one after the other, so memory holds none of them twice, and a `Text` is made
    when its turn comes.

    Args:
        root: objects, lists, strings, numbers, booleans, None, `Text`, and arrays of the dtypes
            read.
        file: opened for writing.
        align: bytes that array starts are multiples of, a power of 2; 4 is what the official
            writer does, 8 or 64 spare readers unaligned loads.

    Raises:
        ValueError: a number that JSON has not, or an array of another dtype; nothing is written.
        TypeError: a value that JSON has not.
    """
    arrays: list[Array] = []
    items: list[dict[str, Node]] = []
    texts: list[Text] = []
    offset = GAP
    tree = _without_arrays(root, (), arrays, items, texts)
    # Offsets count from the end of the header, and 4 zero bytes follow it.
    for array, item in zip(arrays, items, strict=True):
        item["offset"] = offset
        offset += array.nbytes + _padding(array.nbytes, align)
    before, *after = _ascii(msgspec.json.encode({**tree, ITEMS: items})).split(_PLACE)
    pairs = ((text.make(), rest) for text, rest in zip(texts, after, strict=True))
    length = _write_all(chain((before,), chain.from_iterable(pairs)), file)
    blanks = _padding(length + GAP, align) if align > GAP else _padding(length)
    file.write(b" " * blanks + bytes(GAP))
    for array in arrays:
        file.write(np.ascontiguousarray(array).data)
        file.write(bytes(_padding(array.nbytes, align)))
    return length + blanks + offset


def _write_all(pieces: Iterable[bytes], file: BinaryIO) -> int:
    """In calls of some 100,000 bytes: one for each of thousands of pieces takes longer."""
    together: list[bytes] = []
    size = written = 0
    for piece in pieces:
        together.append(piece)
        size += len(piece)
        if size >= _TOGETHER_BYTES:
            file.write(b"".join(together))
            written += size
            together, size = [], 0
    file.write(b"".join(together))
    return written + size


def _padding(size: int, align: int = GAP) -> int:
    """At least 1: every array is followed by a zero byte."""
    return align - size % align


def _without_arrays(
    value: Node,
    keys: tuple[str | int, ...],
    arrays: list[Array],
    items: list[dict[str, Node]],
    texts: list[Text],
) -> Node:
    """The tree with a string for each array and `_PLACE` for each text: both are moved out."""
    kind = type(value)
    if kind in _AS_THEY_ARE:  # nearly all
        return value
    if kind is Text:
        texts.append(cast("Text", value))
        return _RAW_PLACE
    if isinstance(value, np.ndarray):
        array = _little_endian(cast("Array", value), keys)
        arrays.append(array)
        items.append(
            {
                "keys": keys,
                "length": array.nbytes,
                "offset": 0,  # known when all arrays are
                "dtype": array.dtype.name,
                "shape": array.shape,
            }
        )
        return ""
    if isinstance(value, dict):
        return {
            key: inner
            if type(inner) in _AS_THEY_ARE
            else _without_arrays(inner, (*keys, key), arrays, items, texts)
            for key, inner in cast("dict[str, Node]", value).items()
        }
    if isinstance(value, list | tuple):
        return [
            _without_arrays(inner, (*keys, index), arrays, items, texts)
            for index, inner in enumerate(cast("list[Node]", value))
        ]
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError(f"{'.'.join(map(str, keys))} is {value}, which JSON has not.")
    return value


def _little_endian(array: Array, keys: tuple[str | int, ...]) -> Array:
    dtype = DTYPES.get(array.dtype.name)
    if dtype is None:
        raise ValueError(f"{'.'.join(map(str, keys))} has the dtype {array.dtype.name}.")
    return array.astype(dtype, copy=False)


def _ascii(text: bytes) -> bytes:
    text = text.replace(b"/", b"\\/")
    return text if text.isascii() else _NOT_ASCII.sub(_escaped, text.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    units = np.frombuffer(found[0].encode("utf-16-le"), "<u2")
    return "".join(f"\\u{unit:04x}" for unit in units)


def arrays_of(value: Node, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Array]]:
    """(path, array) of every array in a tree, in the order in which they are written."""
    if isinstance(value, np.ndarray):
        yield ".".join(map(str, keys)), cast("Array", value)
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, Node]", value).items():
            yield from arrays_of(inner, (*keys, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Node]", value)):
            yield from arrays_of(inner, (*keys, index))
