"""Cameras that expose one row after the other while they move.

Each row of a picture has its own pose. Where a point appears depends on when its row was exposed,
and that on where it appears: solved by fixed-point iteration, which converges while the image of a
point moves by less than a row in the time of a row, as everything on a road does by far.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from groundplane.geometry.arrays import BoolArray, Float64Array, Int64Array
from groundplane.geometry.cameras import Lens, project_in_camera
from groundplane.geometry.trajectories import Trajectory

_ROUNDS: Final = 30
# Of a row: what a pixel's row may be off when the iteration stops.
_SETTLED_ROWS: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Shutter:
    """The middle of row v is exposed at `first_row_ns` + v `row_ns`, v = 0 at the top.

    A negative `row_ns` reads from the bottom up; 0 is a global shutter.
    """

    first_row_ns: int
    row_ns: float

    def times_ns(self, v_px: Float64Array, height_px: int) -> Int64Array:
        """When rows (n,) are exposed; above and below the picture, when its border is."""
        rows = np.clip(v_px, -0.5, height_px - 0.5)
        return self.first_row_ns + np.rint(rows * self.row_ns).astype(np.int64)


@dataclass(frozen=True, slots=True)
class RollingProjection:
    """As `cameras.Projection`, and when each point (n,) was exposed."""

    uv_px: Float64Array
    depth_m: Float64Array
    visible: BoolArray
    times_ns: Int64Array


def project_rolling(
    points_world: Float64Array, world_from_camera: Trajectory, lens: Lens, shutter: Shutter
) -> RollingProjection:
    """Project (n, 3) points that stand still. One whose image outruns the rows is not visible."""
    count, height_px = len(points_world), lens.height_px
    uv_px, depth_m = np.full((count, 2), np.nan), np.empty(count)
    visible, times_ns = np.zeros(count, np.bool_), np.empty(count, np.int64)
    pending = np.arange(count)
    # What the lens does not see from one end of the exposure may be in sight at the other.
    for start_px in ((height_px - 1) / 2, -0.5, height_px - 0.5):
        times_ns[pending] = shutter.times_ns(np.full(len(pending), start_px), height_px)
        unsettled = pending
        for _ in range(_ROUNDS):
            seen = world_from_camera.at_each(times_ns[unsettled])
            in_camera = seen.apply_inverse(points_world[unsettled]).T
            depth_m[unsettled] = in_camera[2]
            uv_px[unsettled], visible[unsettled] = project_in_camera(in_camera, lens)
            v_px = uv_px[unsettled, 1]
            unsettled, v_px = unsettled[~np.isnan(v_px)], v_px[~np.isnan(v_px)]
            exposed_ns = shutter.times_ns(v_px, height_px)
            off_ns = np.abs(exposed_ns - times_ns[unsettled])
            moving = off_ns > max(1.0, _SETTLED_ROWS * abs(shutter.row_ns))
            unsettled = unsettled[moving]
            times_ns[unsettled] = exposed_ns[moving]
            if not len(unsettled):
                break
        uv_px[unsettled], visible[unsettled] = np.nan, False
        pending = pending[np.isnan(uv_px[pending, 0])]
    return RollingProjection(uv_px, depth_m, visible, times_ns)
