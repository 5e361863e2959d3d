"""A frame's points as columns, as both readers of Frame JSON fill them."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Present = npt.NDArray[np.uint8]

# Slots of a point's numbers; `1 << slot` is the member's bit in `present`.
X, Y, Z, I, D, T = range(6)  # noqa: E741 - the members are called so
GROUND: Final = 6
T_IS_DECIMAL: Final = 128
KEYS: Final = "xyzidt"

NO_POINTS: Final = "points is empty: a frame needs at least one point."
DEEPEST: Final = 64  # containers inside one another, the frame itself included
LARGEST_FLOAT32: Final = 3.4028234663852886e38
LARGEST_UINT32: Final = 2**32 - 1


class Columns(NamedTuple):
    """One row a point; what a point does not give is 0, and null counts as not given.

    `numbers` (n, 6) holds x, y, z, i, d, t as doubles, `time_whole` t where its text is an integer,
    `is_ground` the flag, `present` a bit per member given and T_IS_DECIMAL.
    """

    numbers: Numbers
    time_whole: Whole
    is_ground: Flags
    present: Present


def room_for(braces: int, size_bytes: int) -> Columns:
    """Columns for as many points as a file of that size and that many `{` can hold.

    `{"x":0,"y":0,"z":0},` is the shortest point. Memory is touched only where points are written.
    """
    count = min(braces, size_bytes // 20 + 1)
    return Columns(
        numbers=np.zeros((count, 6), np.float64),
        time_whole=np.zeros(count, np.int64),
        is_ground=np.zeros(count, np.bool_),
        present=np.zeros(count, np.uint8),
    )
