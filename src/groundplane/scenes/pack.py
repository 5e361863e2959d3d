"""Points on the wire: a chunk is one frame's points, quantised for the screen.

Bytes of a chunk, little-endian, after the HTTP layer has undone `Content-Encoding: zstd`
(n = number of points; web/src/workers/chunk.ts reads the same table):

    offset  type        what
    0       4 bytes     magic "GPC1"
    4       uint16      version, 1
    6       uint16      flags: bit 0 = intensity planes follow the position planes
    8       uint32      n
    12      uint32      0
    16      float64[3]  origin_m: world position of the chunk's origin, whole metres
    40      float64[3]  min_m: the box's low corner, relative to origin_m
    64      float64[3]  step_m: metres per unit, 0 where the box is flat
    88      float32     intensity_min
    92      float32     intensity_step
    96      uint8[n]    x, low bytes      ┐ each channel holds uint16 values q[0..n-1] as
    96+n    uint8[n]    x, high bytes     │ z[k] = zigzag16(q[k] - q[k-1] mod 65536), q[-1] = 0,
    96+2n   uint8[n]    y, low bytes      │ zigzag16(d) = (d << 1) ^ (d >> 15) of the int16 d,
    96+3n   uint8[n]    y, high bytes     │ low bytes z & 255, then high bytes z >> 8
    96+4n   uint8[n]    z, low bytes      │
    96+5n   uint8[n]    z, high bytes     ┘
    96+6n   uint8[n]    intensity, low bytes   ┐ only when bit 0 of flags is set
    96+7n   uint8[n]    intensity, high bytes  ┘

world_m = origin_m + min_m + step_m * q; intensity = intensity_min + intensity_step * q.
Undoing: d = (z >> 1) ^ -(z & 1); q[k] = (q[k-1] + d) & 65535. The length is exactly 96 + 6n or
96 + 8n bytes. Neighbours in firing order differ little, so most high bytes are 0 and compress away.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import zstandard

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Uint16Array = npt.NDArray[np.uint16]

MAGIC = b"GPC1"
VERSION = 1
HAS_INTENSITY = 1
HEADER = struct.Struct("<4sHHII3d3d3dff")
LEVELS = 65535
ZSTD_LEVEL = 3
# A step of 1 cm is the coarsest that a single stray point may force on everybody else.
COARSEST_EXTENT_M = 0.01 * LEVELS
STRAY_FRACTION = 0.001


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """`content` is zstd-compressed; the rest is what the header says, for the manifest."""

    content: bytes
    count: int
    min_m: tuple[float, float, float]
    max_m: tuple[float, float, float]
    step_m: tuple[float, float, float]
    far_count: int
    has_intensity: bool


@dataclass(frozen=True, slots=True)
class DecodedChunk:
    """positions_q (n, 3) and intensity_q (n,) as stored; `world()` undoes the quantisation."""

    origin_m: Float64Array
    min_m: Float64Array
    step_m: Float64Array
    positions_q: Uint16Array
    intensity_min: float
    intensity_step: float
    intensity_q: Uint16Array | None

    def world(self) -> Float64Array:
        """(n, 3) metres, world frame."""
        return self.origin_m + self.min_m + self.step_m * self.positions_q


def encode_chunk(
    positions_m: Float64Array, intensity: Float32Array | None, *, origin_m: Float64Array
) -> EncodedChunk:
    """Quantise and compress one frame's points.

    Args:
        positions_m: (n, 3) finite, relative to origin_m, n ≥ 1.
        intensity: (n,) finite, or None when the file has none.
        origin_m: (3,) world position of the origin.
    """
    low_m, high_m = _box(positions_m)
    step_m = (high_m - low_m) / LEVELS
    scaled = np.divide(
        positions_m - low_m, step_m, out=np.zeros_like(positions_m), where=step_m > 0
    )
    channels = list(np.clip(np.rint(scaled), 0, LEVELS).astype(np.uint16).T)
    outside = (positions_m < low_m) | (positions_m > high_m)
    intensity_min = intensity_step = np.float32(0)
    if intensity is not None:
        intensity_min = intensity.min()
        intensity_step = np.float32((float(intensity.max()) - float(intensity_min)) / LEVELS)
        channels.append(_intensity_levels(intensity, intensity_min, intensity_step))
    header = HEADER.pack(
        MAGIC,
        VERSION,
        HAS_INTENSITY if intensity is not None else 0,
        len(positions_m),
        0,
        *origin_m,
        *low_m,
        *step_m,
        intensity_min,
        intensity_step,
    )
    body = header + b"".join(_planes(channel) for channel in channels)
    return EncodedChunk(
        content=zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body),
        count=len(positions_m),
        min_m=_vec3(low_m),
        max_m=_vec3(high_m),
        step_m=_vec3(step_m),
        far_count=int(np.count_nonzero(outside.any(axis=1))),
        has_intensity=intensity is not None,
    )


def decode_chunk(content: bytes) -> DecodedChunk:
    """Undo `encode_chunk`. The browser's reader is its twin; tests hold both to one golden file.

    Raises:
        ValueError: not a chunk, or one whose length does not fit its header.
    """
    try:
        body = zstandard.ZstdDecompressor().decompress(content)
    except zstandard.ZstdError as error:
        raise ValueError(f"not a zstd frame: {error}") from error
    return decode_body(body)


def decode_body(body: bytes) -> DecodedChunk:
    """`decode_chunk` after Content-Encoding is undone."""
    if len(body) < HEADER.size or not body.startswith(MAGIC):
        raise ValueError("not a chunk: the magic GPC1 is missing")
    _, version, flags, count, _, *numbers = HEADER.unpack_from(body)
    channels = 4 if flags & HAS_INTENSITY else 3
    if version != VERSION or len(body) != HEADER.size + 2 * channels * count:
        raise ValueError(f"a chunk of version {version} with {count} points cannot be this long")
    planes = np.frombuffer(body, np.uint8, offset=HEADER.size).reshape(channels, 2, count)
    values = [_unplanes(low, high) for low, high in planes]
    return DecodedChunk(
        origin_m=np.array(numbers[0:3]),
        min_m=np.array(numbers[3:6]),
        step_m=np.array(numbers[6:9]),
        positions_q=np.stack(values[:3], axis=1),
        intensity_min=numbers[9],
        intensity_step=numbers[10],
        intensity_q=values[3] if channels == 4 else None,
    )


def _box(positions_m: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Low and high corner of what is quantised, (3,) each, relative to the origin.

    The bounding box, unless a few strays alone make it so wide that everything else would coarsen:
    then the box of all but 0.2 % of the points, widened by its own size on both sides.
    """
    low_m, high_m = positions_m.min(axis=0), positions_m.max(axis=0)
    for axis in np.flatnonzero(high_m - low_m > COARSEST_EXTENT_M):
        inner_low_m, inner_high_m = np.quantile(
            positions_m[:, axis], [STRAY_FRACTION, 1 - STRAY_FRACTION]
        )
        size_m = max(inner_high_m - inner_low_m, 1.0)
        low_m[axis] = max(low_m[axis], inner_low_m - size_m)
        high_m[axis] = min(high_m[axis], inner_high_m + size_m)
    return low_m, high_m


def _intensity_levels(intensity: Float32Array, low: np.float32, step: np.float32) -> Uint16Array:
    if step == 0:
        return np.zeros(len(intensity), np.uint16)
    scaled = (intensity.astype(np.float64) - float(low)) / float(step)
    return np.clip(np.rint(scaled), 0, LEVELS).astype(np.uint16)


def _planes(channel: Uint16Array) -> bytes:
    delta = np.diff(channel, prepend=np.uint16(0)).view(np.int16)
    zigzag = ((delta << 1) ^ (delta >> 15)).view(np.uint16)
    return zigzag.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()


def _unplanes(low: npt.NDArray[np.uint8], high: npt.NDArray[np.uint8]) -> Uint16Array:
    zigzag = low.astype(np.uint16) | (high.astype(np.uint16) << np.uint16(8))
    delta = (zigzag >> np.uint16(1)) ^ (-(zigzag & np.uint16(1)).astype(np.int16)).view(np.uint16)
    return np.cumsum(delta, dtype=np.uint16)


def _vec3(vector: Float64Array) -> tuple[float, float, float]:
    x, y, z = vector.tolist()
    return x, y, z
