"""Frame JSON: one frame of a lidar task (docs/formats/frame-json.md).

`read_frame` scans the points with compiled code and the rest with msgspec. What the scanner does
not take, because it is rare or wrong, `frame_text` reads again, slowly and with positions. Both
give the same columns: every number is the double nearest to its text, every integer t exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundplane.scenes.formats import frame_text
from groundplane.scenes.formats.columns import (
    GROUND,
    LARGEST_FLOAT32,
    LARGEST_UINT32,
    T_IS_DECIMAL,
    Columns,
    D,
    I,
    T,
)
from groundplane.scenes.formats.frame_head import LABELED, FrameHead, FrameRules, read_head


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """A frame in the customer's units and world frame; rows are points in the order of the file.

    A column is None when no point has the member; where only some have it, the others hold 0 and
    `present` tells them apart (bits of `columns`). `time` is int64 nanoseconds when every t is
    written as an integer, otherwise float64.
    """

    head: FrameHead
    xyz: npt.NDArray[np.float64]
    intensity: npt.NDArray[np.float32] | None
    device: npt.NDArray[np.uint32] | None
    time: npt.NDArray[np.int64] | npt.NDArray[np.float64] | None
    is_ground: npt.NDArray[np.bool_] | None
    present: npt.NDArray[np.uint8]

    @property
    def count(self) -> int:
        return len(self.xyz)


def read_frame(content: bytes, rules: FrameRules = LABELED) -> FrameColumns:
    """Read one frame.

    Raises:
        AttachmentUnreadable: not a frame; the sentence names the member, the point and the byte.
    """
    # numba costs half a second and 60 MB: only processes that read frames pay for it.
    from groundplane.scenes.formats import frame_scanner  # noqa: PLC0415

    count, start, end, columns = frame_scanner.scan(content)
    if count < 1 or not content.isascii() or not _plausible(columns, count):
        return read_frame_by_text(content, rules)
    head = read_head(content[:start] + b"[]" + content[end:])
    return _frame(head, columns, count)


def read_frame_by_text(content: bytes, rules: FrameRules = LABELED) -> FrameColumns:
    """`read_frame` without the scanner: the same answer, ten times slower."""
    count, columns, rest = frame_text.read_points(content, may_be_empty=rules.may_be_empty)
    return _frame(read_head(rest), columns, count)


def _plausible(columns: Columns, count: int) -> bool:
    """Whether d and i hold what their columns can: if not, the full reader finds the sentence."""
    intensity, device = columns.numbers[:count, I], columns.numbers[:count, D]
    return bool(
        (np.abs(intensity) <= LARGEST_FLOAT32).all()
        and (device >= 0).all()
        and (device <= LARGEST_UINT32).all()
        and (device == np.floor(device)).all()
    )


def _frame(head: FrameHead, columns: Columns, count: int) -> FrameColumns:
    numbers, present = columns.numbers[:count], columns.present[:count]
    given = int(np.bitwise_or.reduce(present, initial=0))
    time = columns.time_whole[:count].copy()
    if given & T_IS_DECIMAL:
        time = np.ascontiguousarray(numbers[:, T])
    return FrameColumns(
        head=head,
        xyz=np.ascontiguousarray(numbers[:, :3]),
        intensity=numbers[:, I].astype(np.float32) if given & 1 << I else None,
        device=numbers[:, D].astype(np.uint32) if given & 1 << D else None,
        time=time if given & 1 << T else None,
        is_ground=columns.is_ground[:count].copy() if given & 1 << GROUND else None,
        present=present & np.uint8(255 - T_IS_DECIMAL),
    )
