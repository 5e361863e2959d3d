"""The container of .sfs, .sfa and .bs5 files: JSON with typed arrays behind it.

    0               H              H + 4
    | JSON, blanks  | 4 zero bytes | array 0, 1 to 4 zero bytes | array 1, 1 to 4 zero bytes | …

H is the place of the first zero byte. The JSON is an object; its member "$items" lists the arrays:
where each belongs (`keys`), where its bytes are relative to H, its dtype and shape. Nothing is
compressed or checksummed. docs/formats/json-binary.md has the details.
"""

import gc
import json
import math
import mmap
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import numpy as np
import numpy.typing as npt

from groundplane.scenes.formats.unreadable import UnreadableFile

# JSON with arrays in it; what a member holds is found out where it is used.
Node = Any
Array = npt.NDArray[np.generic]
Content = bytes | mmap.mmap

ITEMS: Final = "$items"
GAP: Final = 4  # zero bytes behind the header, and the unit of padding
DTYPES: Final = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
    )
}
_RAW: Final = "uint8"  # what an item without a dtype holds is plain bytes
_MOST_DIMENSIONS: Final = 32


@dataclass(frozen=True, slots=True)
class Container:
    """`root` is the JSON with the arrays in their places: read-only views, nothing is copied.

    Views may be unaligned: writers align to 4 bytes only.
    """

    name: str
    root: dict[str, Node]
    header_bytes: int
    size_bytes: int
    array_count: int


class _Item(msgspec.Struct):
    keys: list[str | int]
    offset: int
    length: int
    dtype: str | None = None
    shape: list[int] | None = None


def open_container(path: Path) -> Container:
    """Map a file into memory and read its header; pages of arrays are read when they are used.

    The views keep the map open. A file that is cut while it is mapped kills the process (SIGBUS):
    read files of strangers with `read_container`.

    Raises:
        UnreadableFile: not such a container, or one whose header lies.
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            raise UnreadableFile(path.name, "", "The file is empty.")
        return read_container(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), path.name)


def read_container(content: Content, name: str) -> Container:
    """Read a container from memory; `name` is how errors call it.

    Raises:
        UnreadableFile: not such a container, or one whose header lies.
    """
    header_bytes = content.find(b"\0")
    if header_bytes < 0:
        raise UnreadableFile(name, "", "No zero byte ends the header: the file is cut, or another.")
    root = _header(memoryview(content)[:header_bytes], name)
    items = _descriptors(root, name)
    for index, item in enumerate(items):
        try:
            _put(root, item, _view(content, header_bytes, item))
        except ValueError as error:
            place = f"{ITEMS}.{index} ({'.'.join(map(str, item.keys))})"
            raise UnreadableFile(name, place, str(error)) from error
    return Container(name, root, header_bytes, len(content), len(items))


def _header(text: memoryview, name: str) -> dict[str, Node]:
    try:
        with no_collections():
            root = msgspec.json.decode(text)
    except RecursionError as error:
        raise UnreadableFile(name, "header", "Values are nested too deeply.") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        root = _header_of_python(bytes(text), name)
    if not isinstance(root, dict):
        raise UnreadableFile(name, "header", "The header must be one JSON object.")
    return cast("dict[str, Node]", root)


@contextmanager
def no_collections() -> Generator[None]:
    """A tree of 100,000 lists holds no rubbish, and looking for some takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _header_of_python(text: bytes, name: str) -> Node:
    """The same for what the format's writers emit though JSON has it not: NaN and Infinity."""
    try:
        return json.loads(text.decode())
    except UnicodeDecodeError as error:
        raise UnreadableFile(name, f"byte {error.start}", "The header is not UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"byte {len(error.doc[: error.pos].encode())}"
        raise UnreadableFile(name, place, f"The header is not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise UnreadableFile(name, "header", "Values are nested too deeply.") from error
    except ValueError as error:  # an integer of thousands of digits
        raise UnreadableFile(name, "header", "A number is too long.") from error


def _descriptors(root: dict[str, Node], name: str) -> list[_Item]:
    if ITEMS not in root:
        raise UnreadableFile(name, ITEMS, "The list of arrays is missing.")
    try:
        return msgspec.convert(root.pop(ITEMS), list[_Item])
    except (msgspec.ValidationError, RecursionError) as error:
        raise UnreadableFile(name, ITEMS, f"{error}.") from error


def _view(content: Content, header_bytes: int, item: _Item) -> Array:
    dtype = DTYPES.get(item.dtype or _RAW)
    if dtype is None:
        raise ValueError(f'The dtype "{item.dtype}" is not known.')
    if item.offset < 0 or item.length < 0:
        raise ValueError("An offset and a length are not negative.")
    start = header_bytes + item.offset
    if start + item.length > len(content):
        raise ValueError(
            f"{item.length} bytes from byte {start} on reach beyond the file's {len(content)}."
        )
    shape = item.shape if item.shape is not None else [item.length // dtype.itemsize]
    if len(shape) > _MOST_DIMENSIONS or min(shape, default=0) < 0:
        raise ValueError(f"No array has the shape {shape}.")
    count = math.prod(shape)
    if count * dtype.itemsize != item.length:
        raise ValueError(f"{shape} of {dtype.name} are not {item.length} bytes.")
    array = np.frombuffer(content, dtype, count, start)
    array.flags.writeable = False
    return array.reshape(shape)  # a ValueError of numpy: [0, 2^62] has no place


def _put(root: dict[str, Node], item: _Item, array: Array) -> None:
    if not item.keys:
        raise ValueError("keys is empty.")
    holder: Node = root
    for key in item.keys[:-1]:
        holder = holder[_place(holder, key, is_new=False)]
    last = _place(holder, item.keys[-1], is_new=True)
    held = holder.get(last) if isinstance(holder, dict) else holder[last]
    if isinstance(held, np.ndarray):
        raise ValueError("Two arrays are for this place.")  # noqa: TRY004 - the file's fault
    holder[last] = array


def _place(holder: Node, key: str | int, *, is_new: bool) -> str | int:
    """What to index the holder with; in an object an integer means the member of its digits."""
    if isinstance(holder, dict):
        if not is_new and str(key) not in holder:
            raise ValueError(f"There is no {key}.")
        return str(key)
    if not isinstance(holder, list):
        raise ValueError(f"{key} is looked for in what is neither an object nor a list.")  # noqa: TRY004 - the file's fault
    length = len(cast("list[Node]", holder))
    if not isinstance(key, int) or not 0 <= key < length:
        raise ValueError(f"{key} is no place of a list of {length}.")
    return key
