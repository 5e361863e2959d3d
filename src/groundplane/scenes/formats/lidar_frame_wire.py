"""The points of a LidarFrame, compiled: one pass over the wire format of Protocol Buffers.

A frame is a run of records, tag 0x22 and a length, one for each point. Fields come in any order,
the last of several wins, unknown ones are skipped: what google.protobuf does. Groups, which no
LidarFrame has, stop the scan. Every read is bounds-checked.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from groundplane.geometry.compiled import as_int64, compiled, inlined
from groundplane.scenes.formats.columns import GROUND, D, T
from groundplane.scenes.formats.lidar_frame import (
    BAD_TAG,
    CUT,
    FINE,
    FIXED_32,
    FIXED_64,
    LENGTH,
    NO_XYZ,
    VARINT,
)

Bytes = npt.NDArray[np.uint8]
Float32s = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Uint32s = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Present = npt.NDArray[np.uint8]
Spans = npt.NDArray[np.int64]

POINTS: Final = 4  # the field of LidarFrame
SMALLEST_POINT: Final = 17  # tag, length, and three floats with their tags

_XYZ: Final = 0b111
# Fields of Point; x, y, z, i are 1 to 4.
_LAST_FLOAT, _DEVICE, _TIME, _IS_GROUND = 4, 5, 6, 7


class Columns(NamedTuple):
    """Rows are points; what is not given is 0.

    `floats` (n, 4) are x, y, z, i; `present` has the bits of `columns`.
    """

    floats: Float32s
    device: Uint32s
    time: Doubles
    is_ground: Flags
    present: Present


class Scan(NamedTuple):
    """`status` is FINE, or what stopped the scan at byte `at`, after `points` points.

    `rest` (k, 2) are the spans of bytes between the points: all other fields, whole.
    """

    status: int
    at: int
    points: int
    rest: Spans
    columns: Columns


def scan(content: bytes) -> Scan:
    """Read the points; rows of the columns past their number hold nothing."""
    most = len(content) // SMALLEST_POINT + 1
    columns = Columns(
        floats=np.zeros((most, 4), np.float32),
        device=np.zeros(most, np.uint32),
        time=np.zeros(most, np.float64),
        is_ground=np.zeros(most, np.bool_),
        present=np.zeros(most, np.uint8),
    )
    spans = np.zeros((most + 1, 2), np.int64)
    status, at, points, runs = _scan_frame(np.frombuffer(content, np.uint8), spans, *columns)
    return Scan(status, at, points, spans[:runs], columns)


@compiled
def _scan_frame(
    content: Bytes,
    spans: Spans,
    floats: Float32s,
    device: Uint32s,
    time: Doubles,
    is_ground: Flags,
    present: Present,
) -> tuple[int, int, int, int]:
    """(status, byte, number of points, number of spans)."""
    end = len(content)
    position = 0
    row = 0
    runs = 0
    run = 0  # where the current span began
    while position < end:
        start = position
        tag, position = _varint(content, position, end)
        if position < 0:
            return CUT, start, row, runs
        if tag != POINTS << 3 | LENGTH:
            position = _skip(content, position, end, tag)
            if position < 0:
                return -position, start, row, runs
            continue
        length, position = _varint(content, position, end)
        if position < 0 or length < 0 or length > end - position:
            return CUT, start, row, runs
        if run < start:
            spans[runs, 0], spans[runs, 1] = run, start
            runs += 1
        # Fewer points than rows: each takes at least SMALLEST_POINT bytes, or stops the scan.
        members = _scan_point(
            content, position, position + length, row, floats, device, time, is_ground
        )
        if members < 0:
            return -members, start, row, runs
        present[row] = members
        row += 1
        position += length
        run = position
    if run < end:
        spans[runs, 0], spans[runs, 1] = run, end
        runs += 1
    return FINE, end, row, runs


@compiled
def _scan_point(
    content: Bytes,
    start: int,
    end: int,
    row: int,
    floats: Float32s,
    device: Uint32s,
    time: Doubles,
    is_ground: Flags,
) -> int:
    """The bits of the members given, or minus the status that stops the scan."""
    position = start
    members = 0
    while position < end:
        tag = as_int64(content[position])
        field, kind = tag >> 3, tag & 7
        if kind == FIXED_32 and 1 <= field <= _LAST_FLOAT and position + 5 <= end:
            floats[row, field - 1] = _float32(content, position + 1)
            members |= 1 << (field - 1)
            position += 5
        elif kind == FIXED_64 and field == _TIME and position + 9 <= end:
            time[row] = _float64(content, position + 1)
            members |= 1 << T
            position += 9
        elif kind == VARINT and field == _DEVICE:
            number, position = _varint(content, position + 1, end)
            device[row] = number & 0xFFFFFFFF
            members |= 1 << D
        elif kind == VARINT and field == _IS_GROUND:
            number, position = _varint(content, position + 1, end)
            is_ground[row] = number != 0
            members |= 1 << GROUND
        else:
            tag, position = _varint(content, position, end)
            position = _skip(content, position, end, tag) if position >= 0 else -CUT
        if position < 0:
            return position
    return members if members & _XYZ == _XYZ else -NO_XYZ


@compiled
def _varint(content: Bytes, start: int, end: int) -> tuple[int, int]:
    """(the number, wrapped at 64 bits; position after it, -CUT when it is cut or too long)."""
    position = start
    number = 0
    shift = 0
    while position < end and shift < 70:
        byte = as_int64(content[position])
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
    return 0, -CUT


@compiled
def _skip(content: Bytes, start: int, end: int, tag: int) -> int:
    """Position after the value of a field, or minus the status that stops the scan."""
    kind = tag & 7
    if tag >> 3 <= 0 or tag >> 3 >= 1 << 29:
        return -BAD_TAG
    position = start
    if kind == VARINT:
        _, position = _varint(content, start, end)
    elif kind == FIXED_64:
        position += 8
    elif kind == FIXED_32:
        position += 4
    elif kind == LENGTH:
        length, position = _varint(content, start, end)
        if position >= 0 and (length < 0 or length > end - position):
            return -CUT
        position += length if position >= 0 else 0
    else:
        return -BAD_TAG
    return -CUT if position < 0 or position > end else position


@inlined
def _float32(content: Bytes, at: int) -> np.float32:
    word = np.uint32(0)
    for k in range(4):
        word |= np.uint32(content[at + k]) << np.uint32(8 * k)
    return np.uint32(word).view(np.float32)


@inlined
def _float64(content: Bytes, at: int) -> np.float64:
    word = np.uint64(0)
    for k in range(8):
        word |= np.uint64(content[at + k]) << np.uint64(8 * k)
    return np.uint64(word).view(np.float64)
