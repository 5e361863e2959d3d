"""Points on the wire: a chunk is one frame's points, quantised for the screen, and its radar.

Bytes of a chunk, little-endian, after the HTTP layer has undone `Content-Encoding: zstd`
(n = number of points; web/src/workers/chunk.ts reads the same table):

    offset  type        what
    0       4 bytes     magic "GPC1"
    4       uint16      version, 2
    6       uint16      flags: bit 0 = intensity, bit 1 = device, bit 2 = time
    8       uint32      n
    12      uint32      r, number of radar points
    16      float64[3]  origin_m: world position of the chunk's origin, whole metres
    40      float64[3]  min_m: the box's low corner, relative to origin_m
    64      float64[3]  step_m: metres per unit, 0 where the box is flat
    88      float32     intensity_min
    92      float32     intensity_step
    96      float64     time_span_s: from the first to the last point, 0 without bit 2
    104     uint32      d, number of devices, at most 255; 0 without bit 1
    108     uint32      0
    112     uint32[d]   ids of the devices, growing
            uint8[3n]   x, 18 bits           low bytes, then middle bytes, then high bytes
            uint8[3n]   y, 18 bits           the same
            uint8[2n]   z, 16 bits           low bytes, then high bytes
            uint8[2n]   intensity, 12 bits   low bytes, then high bytes; only with bit 0
            uint8[n]    device: place in the list of ids; only with bit 1
            uint8[2n]   time, 16 bits        low bytes, then high bytes; only with bit 2
            float32[7r] radar: x of all, then y, z (relative to origin_m), then the velocity's x, y,
                        z (m/s, 0 0 0 when not given), then sizes (NaN when not given)

world_m = origin_m + min_m + step_m * q; intensity = intensity_min + intensity_step * q; seconds
since the first point = time_span_s * q / 65535. A channel of values q[0..n-1] holds, except for
devices, z[k] = zigzag(q[k] - q[k-1]), q[-1] = 0, zigzag(e) = 2e for e >= 0, -2e - 1 otherwise; of
those with two bytes, differences wrap at 16 bits. Neighbours in firing order differ little, so most
high bytes are 0 and compress away. The length is exact.

18 bits are steps of 1.4 mm over 360 m, where 16 would be 5.5 mm; heights have 16 bits.

Version 1, of chunks stored earlier, ends its header at 96, has r = 0 and flag bit 0 only, and two
bytes (16 bits, differences wrap) for each of x, y, z and intensity. Both are read.
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundplane.scenes.zstd_frame import compress, decompress

Float64Array = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Uint32Array = npt.NDArray[np.uint32]

MAGIC = b"GPC1"
VERSION = 2
HAS_INTENSITY = 1
HAS_DEVICE = 2
HAS_TIME = 4
HEADER = struct.Struct("<4sHHII3d3d3dff")
MORE_HEADER = struct.Struct("<dII")
# The largest value along x, y and z, of an intensity and of a time.
LEVELS = np.array([2**18 - 1, 2**18 - 1, 2**16 - 1])
COARSE_LEVELS = 2**16 - 1
INTENSITY_LEVELS = 2**12 - 1
TIME_LEVELS = 2**16 - 1
POSITION_BYTES = (3, 3, 2)
MOST_DEVICES = 255
# A sweep takes longer than 60 ns: decimals that span less are seconds.
LONGEST_SWEEP_S = 60
# A step of 1 cm is the coarsest that a single stray point may force on everybody else.
COARSEST_EXTENT_M = 0.01 * COARSE_LEVELS
STRAY_FRACTION = 0.001


@dataclass(frozen=True, slots=True)
class RadarPoints:
    """One row a radar point.

    positions_m (r, 3) is relative to the chunk's origin; velocity (r, 3) in m/s holds zeros and
    size (r,) NaN where the file has none.
    """

    positions_m: Float64Array
    velocity: Float64Array
    size: Float64Array


NO_RADAR = RadarPoints(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))


@dataclass(frozen=True, slots=True)
class PointColumns:
    """What points may have beside a place, (n,) each; None when the file has none of it.

    `time` is nanoseconds as int64, or as written; `time_given` is true where a point has one.
    """

    intensity: Float32Array | None = None
    device: npt.NDArray[np.uint32] | None = None
    time: npt.NDArray[np.int64] | Float64Array | None = None
    time_given: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """`content` is zstd-compressed; the rest is what the header says, for the manifest.

    `first_time_ns` is the time of the first point as the file counts, None where it tells none.
    """

    content: bytes
    count: int
    first_time_ns: int | None
    min_m: tuple[float, float, float]
    max_m: tuple[float, float, float]
    step_m: tuple[float, float, float]
    far_count: int
    has_intensity: bool


@dataclass(frozen=True, slots=True)
class DecodedChunk:
    """positions_q (n, 3) and the channels (n,) as stored; `world()` undoes the quantisation."""

    origin_m: Float64Array
    min_m: Float64Array
    step_m: Float64Array
    positions_q: Uint32Array
    intensity_min: float
    intensity_step: float
    intensity_q: Uint32Array | None
    devices: Uint32Array
    device_q: npt.NDArray[np.uint8] | None
    time_span_s: float
    time_q: Uint32Array | None
    radar: RadarPoints

    def world(self) -> Float64Array:
        """(n, 3) metres, world frame."""
        return self.origin_m + self.min_m + self.step_m * self.positions_q


def encode_chunk(
    positions_m: Float64Array,
    columns: PointColumns,
    *,
    origin_m: Float64Array,
    radar: RadarPoints = NO_RADAR,
) -> EncodedChunk:
    """Quantise and compress one frame's points.

    Args:
        positions_m: (n, 3) finite, relative to origin_m, n ≥ 1.
        columns: finite.
        origin_m: (3,) world position of the origin.
        radar: relative to the same origin.
    """
    low_m, high_m = _box(positions_m)
    step_m = (high_m - low_m) / LEVELS
    positions_q = _levels(positions_m, low_m, step_m, LEVELS)
    outside = (positions_m < low_m) | (positions_m > high_m)
    planes = [
        _planes(axis, width) for axis, width in zip(positions_q.T, POSITION_BYTES, strict=True)
    ]
    flags = 0
    intensity_min = intensity_step = np.float32(0)
    if columns.intensity is not None:
        flags |= HAS_INTENSITY
        intensity_min, intensity_step, levels = _intensity_levels(columns.intensity)
        planes.append(_planes(levels, 2))
    devices, device_q = _device_places(columns.device)
    if device_q is not None:
        flags |= HAS_DEVICE
        planes.append(device_q.tobytes())
    first_time_ns, time_span_s, time_q = _time_levels(columns)
    if time_q is not None:
        flags |= HAS_TIME
        planes.append(_planes(time_q, 2))
    header = HEADER.pack(
        *(MAGIC, VERSION, flags, len(positions_m), len(radar.size)),
        *(*origin_m, *low_m, *step_m, intensity_min, intensity_step),
    )
    more = MORE_HEADER.pack(time_span_s, len(devices), 0) + devices.astype("<u4").tobytes()
    rows = np.column_stack([radar.positions_m, radar.velocity, radar.size])
    body = header + more + b"".join(planes) + rows.T.astype("<f4").tobytes()
    return EncodedChunk(
        content=compress(body),
        count=len(positions_m),
        first_time_ns=first_time_ns,
        min_m=_vec3(low_m),
        max_m=_vec3(high_m),
        step_m=_vec3(step_m),
        far_count=int(np.count_nonzero(outside.any(axis=1))),
        has_intensity=columns.intensity is not None,
    )


def decode_chunk(content: bytes) -> DecodedChunk:
    """Undo `encode_chunk`. The browser's reader is its twin; tests hold both to one golden file.

    Raises:
        ValueError: not a chunk, or one whose length does not fit its header.
    """
    return decode_body(decompress(content))


def decode_body(body: bytes) -> DecodedChunk:
    """`decode_chunk` after Content-Encoding is undone."""
    if len(body) < HEADER.size or not body.startswith(MAGIC):
        raise ValueError("not a chunk: the magic GPC1 is missing")
    _, version, flags, count, radar_count, *numbers = HEADER.unpack_from(body)
    time_span_s, device_count, offset = 0.0, 0, HEADER.size
    if version == VERSION and len(body) >= HEADER.size + MORE_HEADER.size:
        time_span_s, device_count, _ = MORE_HEADER.unpack_from(body, offset)
        offset += MORE_HEADER.size
    widths = _widths(version, flags)
    size = offset + 4 * device_count + count * sum(widths.values()) + 28 * radar_count
    if version not in (1, VERSION) or len(body) != size:
        raise ValueError(f"a chunk of version {version} with {count} points cannot be this long")
    devices = np.frombuffer(body, "<u4", device_count, offset)
    offset += 4 * device_count
    channels: dict[str, Uint32Array] = {}
    for name, width in widths.items():
        planes = np.frombuffer(body, np.uint8, width * count, offset).reshape(width, count)
        channels[name] = planes[0].astype(np.uint32) if width == 1 else _unplanes(planes)
        offset += width * count
    radar = np.frombuffer(body, "<f4", 7 * radar_count, offset).reshape(7, radar_count)
    device_q = channels.get("device")
    return DecodedChunk(
        origin_m=np.array(numbers[0:3]),
        min_m=np.array(numbers[3:6]),
        step_m=np.array(numbers[6:9]),
        positions_q=np.stack([channels[axis] for axis in "xyz"], axis=1),
        intensity_min=numbers[9],
        intensity_step=numbers[10],
        intensity_q=channels.get("intensity"),
        devices=devices,
        device_q=None if device_q is None else device_q.astype(np.uint8),
        time_span_s=time_span_s,
        time_q=channels.get("time"),
        radar=RadarPoints(
            positions_m=radar[:3].T.astype(np.float64),
            velocity=radar[3:6].T.astype(np.float64),
            size=radar[6].astype(np.float64),
        ),
    )


def _widths(version: int, flags: int) -> dict[str, int]:
    """Bytes of each channel in the order of the file, by its name."""
    widths = {"x": 2, "y": 2, "z": 2} if version == 1 else {"x": 3, "y": 3, "z": 2}
    if flags & HAS_INTENSITY:
        widths["intensity"] = 2
    if flags & HAS_DEVICE:
        widths["device"] = 1
    if flags & HAS_TIME:
        widths["time"] = 2
    return widths


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


def _levels(
    values: Float64Array,
    low: Float64Array | np.float64,
    step: Float64Array | np.float64,
    most: npt.NDArray[np.int64] | int,
) -> npt.NDArray[np.int32]:
    scaled = np.divide(values - low, step, out=np.zeros_like(values), where=step > 0)
    return np.clip(np.rint(scaled), 0, most).astype(np.int32)


def _intensity_levels(
    intensity: Float32Array,
) -> tuple[np.float32, np.float32, npt.NDArray[np.int32]]:
    low = intensity.min()
    step = np.float32((float(intensity.max()) - float(low)) / INTENSITY_LEVELS)
    wide = intensity.astype(np.float64)
    return low, step, _levels(wide, np.float64(low), np.float64(step), INTENSITY_LEVELS)


def _device_places(
    device: npt.NDArray[np.uint32] | None,
) -> tuple[Uint32Array, npt.NDArray[np.uint8] | None]:
    """The ids that occur, and each point's place among them; none when there are too many."""
    none = np.zeros(0, np.uint32)
    if device is None:
        return none, None
    ids, places = np.unique(device, return_inverse=True)
    return (ids, places.astype(np.uint8)) if len(ids) <= MOST_DEVICES else (none, None)


def _time_levels(
    columns: PointColumns,
) -> tuple[int | None, float, npt.NDArray[np.int32] | None]:
    """The first point's time, seconds from it to the last point, each point's time in that span.

    No times when all points have the same one, as writers do that know none.
    """
    time, given = columns.time, columns.time_given
    if time is None or given is None or not given.any():
        return None, 0.0, None
    first = time[given].min()
    with np.errstate(over="ignore"):
        since = time - first
    if since.dtype == np.int64:
        since = since.view(np.uint64)  # a difference of int64 may need the sign's bit
    since = np.where(given, since, 0).astype(np.float64)
    span = float(since.max())
    if not 0 < span < np.inf:
        return None, 0.0, None
    levels = _levels(since, np.float64(0), np.float64(span / TIME_LEVELS), TIME_LEVELS)
    if time.dtype == np.float64 and span < LONGEST_SWEEP_S:
        return round(float(first) * 1e9), span, levels
    return round(first.item()), span * 1e-9, levels


def _planes(channel: npt.NDArray[np.int32], width: int) -> bytes:
    difference = np.diff(channel, prepend=np.int32(0))
    if width == 2:
        difference = difference.astype(np.int16).astype(np.int32)
    zigzag = ((difference << 1) ^ (difference >> 31)).astype("<u4")
    return zigzag.view(np.uint8).reshape(-1, 4)[:, :width].T.tobytes()


def _unplanes(planes: npt.NDArray[np.uint8]) -> Uint32Array:
    zigzag = np.zeros(planes.shape[1], np.int32)
    for place, plane in enumerate(planes):
        zigzag |= plane.astype(np.int32) << (8 * place)
    values = np.cumsum((zigzag >> 1) ^ -(zigzag & 1), dtype=np.int64)
    return (values & 0xFFFF if len(planes) == 2 else values).astype(np.uint32)


def _vec3(vector: Float64Array) -> tuple[float, float, float]:
    x, y, z = vector.tolist()
    return x, y, z
