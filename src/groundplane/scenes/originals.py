"""A frame's points as they came, kept on the server for counting and export.

Bytes, little-endian, zstd-compressed as one frame (n = number of points):

    offset  type        what
    0       4 bytes     magic "GPO1"
    4       uint16      version, 1
    6       uint16      flags: which of the optional columns follow (see `_OPTIONAL`)
    8       uint32      n
    12      uint32      0
    16      float64[3]  origin_m, world, whole metres
    40      float32[n]  x, then y, then z: metres relative to origin_m
            float32[n]  i                         flag 1
            uint32[n]   d                         flag 2
            int64[n]    t, nanoseconds, exact     flag 4
            float64[n]  t, as written             flag 8 (never with flag 4)
            uint8[n]    is_ground, 0 or 1         flag 16
            uint8[n]    members given, a bit each in the order x y z i d t is_ground

Within 10 km of the origin a float32 is off by at most 0.5 mm, within 100 m by 4 micrometres.
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.scenes.pack import Float32Array, Float64Array
from groundplane.scenes.zstd_frame import compress, decompress

MAGIC: Final = b"GPO1"
VERSION: Final = 1
HEADER: Final = struct.Struct("<4sHHII3d")

# name, flag, type; the order is the order in the file.
_OPTIONAL: Final = (
    ("intensity", 1, "<f4"),
    ("device", 2, "<u4"),
    ("time_ns", 4, "<i8"),
    ("time", 8, "<f8"),
    ("is_ground", 16, "?"),
)


@dataclass(frozen=True, slots=True)
class Originals:
    """Rows are points in the order of the file. Columns are None when no point has the member.

    `relative_m` is (n, 3), to be added to `origin_m`. Of `time_ns` (every t was an integer) and
    `time` at most one is there.
    """

    origin_m: Float64Array
    relative_m: Float32Array
    intensity: Float32Array | None
    device: npt.NDArray[np.uint32] | None
    time_ns: npt.NDArray[np.int64] | None
    time: Float64Array | None
    is_ground: npt.NDArray[np.bool_] | None
    present: npt.NDArray[np.uint8]

    def world_m(self) -> Float64Array:
        """(n, 3) metres, world frame."""
        return self.origin_m + self.relative_m


def encode_originals(originals: Originals) -> bytes:
    parts = [np.ascontiguousarray(originals.relative_m.T, "<f4").tobytes()]
    flags = 0
    for name, flag, kind in _OPTIONAL:
        column: npt.NDArray[np.generic] | None = getattr(originals, name)
        if column is not None:
            flags |= flag
            parts.append(column.astype(kind, copy=False).tobytes())
    parts.append(originals.present.tobytes())
    count = len(originals.present)
    header = HEADER.pack(MAGIC, VERSION, flags, count, 0, *originals.origin_m)
    return compress(header + b"".join(parts))


def decode_originals(content: bytes) -> Originals:
    """Undo `encode_originals`.

    Raises:
        ValueError: not such a file, or one whose length does not fit its header.
    """
    body = decompress(content)
    if len(body) < HEADER.size or not body.startswith(MAGIC):
        raise ValueError("not the original points of a frame: the magic GPO1 is missing")
    _, version, flags, count, _, *origin_m = HEADER.unpack_from(body)
    kinds = [kind for _, flag, kind in _OPTIONAL if flags & flag]
    size = HEADER.size + count * (12 + sum(np.dtype(kind).itemsize for kind in kinds) + 1)
    if version != VERSION or len(body) != size:
        raise ValueError(f"originals of version {version} with {count} points cannot be this long")
    relative_m = np.frombuffer(body, "<f4", 3 * count, HEADER.size).reshape(3, count).T
    offset = HEADER.size + 12 * count
    columns: dict[str, npt.NDArray[np.generic] | None] = {}
    for name, flag, kind in _OPTIONAL:
        columns[name] = None
        if flags & flag:
            columns[name] = np.frombuffer(body, kind, count, offset)
            offset += count * np.dtype(kind).itemsize
    return Originals(
        origin_m=np.array(origin_m),
        relative_m=np.ascontiguousarray(relative_m),
        present=np.frombuffer(body, np.uint8, count, offset),
        **columns,  # pyright: ignore[reportArgumentType] - the table above gives their types
    )
