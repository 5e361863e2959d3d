r"""Writes what `json_binary` reads, byte by byte as the official writer does.

The JSON is spelled as its library does: no blanks, `\/`, everything outside ASCII as `\uXXXX`.
Only numbers outside 1e-4 … 1e16 may differ in how the exponent is written; their values do not.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

import msgspec
import numpy as np

from groundplane.scenes.formats.json_binary import DTYPES, GAP, ITEMS, Array, Node

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def write_container(root: dict[str, Node], file: BinaryIO, *, align: int = GAP) -> int:
    """Write a tree of JSON and arrays; returns the number of bytes written.

    Arrays are written one after the other, so memory holds none of them twice. A part that is JSON
    text already (`msgspec.Raw`) is taken as it is.

    Args:
        root: objects, lists, strings, numbers, booleans, None and arrays of the dtypes read.
        file: opened for writing.
        align: bytes that array starts are multiples of, a power of 2; 4 is what the official
            writer does, 8 or 64 spare readers unaligned loads.

    Raises:
        ValueError: a number that JSON has not, or an array of another dtype; nothing is written.
        TypeError: a value that JSON has not.
    """
    arrays: list[Array] = []
    items: list[dict[str, Node]] = []
    offset = GAP
    tree = {key: _without_arrays(value, (key,), arrays, items) for key, value in root.items()}
    # Offsets count from the end of the header, and 4 zero bytes follow it.
    for array, item in zip(arrays, items, strict=True):
        item["offset"] = offset
        offset += array.nbytes + _padding(array.nbytes, align)
    header = _ascii(msgspec.json.encode({**tree, ITEMS: items}))
    blanks = _padding(len(header) + GAP, align) if align > GAP else _padding(len(header))
    file.write(header)  # not copied once more: of annotations it is megabytes
    file.write(b" " * blanks + bytes(GAP))
    for array in arrays:
        file.write(np.ascontiguousarray(array).data)
        file.write(bytes(_padding(array.nbytes, align)))
    return len(header) + blanks + offset


def _padding(size: int, align: int = GAP) -> int:
    """At least 1: every array is followed by a zero byte."""
    return align - size % align


def _without_arrays(
    value: Node, keys: tuple[str | int, ...], arrays: list[Array], items: list[dict[str, Node]]
) -> Node:
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
            key: _without_arrays(inner, (*keys, key), arrays, items)
            for key, inner in cast("dict[str, Node]", value).items()
        }
    if isinstance(value, list | tuple):
        return [
            _without_arrays(inner, (*keys, index), arrays, items)
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
