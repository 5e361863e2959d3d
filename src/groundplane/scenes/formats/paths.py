"""Values in time: poses and cuboids between their keys, as Scale's package interpolates them."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array, Int64Array

Outside = Literal["nearest", "extrapolate"]

POSE_WIDTH: Final = 7
CUBOID_WIDTH: Final = 9
# Of the sine of half the angle to a pole.
LOCKED: Final = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class PosePath:
    """Where a sensor was: what it measured in its frame, written in the world's.

    `values` (n, 7): x, y, z in metres and a quaternion x, y, z, w; `timestamps` (n,) in the file's
    unit.
    """

    timestamps: Int64Array
    values: Float64Array

    def at(self, times: Int64Array, outside: Outside = "nearest") -> Float64Array:
        """(m, 7) at these times, in any order; quaternions of length 1.

        Positions are linear, rotations take the shorter arc. Outside the path the end holds, or the
        last step goes on: of rotations, in Euler angles about the fixed x, y and z, unwrapped.

        Raises:
            ValueError: no pose, or a quaternion that means no rotation.
        """
        if not len(self.timestamps):
            raise ValueError("a path without poses has none at any time")
        order = np.argsort(self.timestamps, kind="stable")
        times_known, values = self.timestamps[order], self.values[order]
        quaternions = _unit(values[:, 3:])
        before, fraction = _between(times_known, times)
        after = np.minimum(before + 1, len(times_known) - 1)
        inside = np.clip(fraction, 0, 1)
        used = fraction if outside == "extrapolate" else inside
        positions = _mix(values[before, :3], values[after, :3], used)
        turned = _slerp(quaternions[before], quaternions[after], inside)
        if outside == "extrapolate":
            beyond = (fraction < 0) | (fraction > 1)
            angles = _mix(_euler(quaternions[before]), _euler(quaternions[after]), fraction)
            turned[beyond] = _from_euler(angles[beyond])
        return np.concatenate([positions, turned], axis=1)

    def rotations_wxyz(self) -> Float64Array:
        """(n, 4), of length 1."""
        return np.roll(_unit(self.values[:, 3:]), 1, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class CuboidPath:
    """`values` (n, 9): dx dy dz, then the centre's x y z, then roll pitch yaw, as in the file."""

    timestamps: Int64Array
    values: Float64Array

    def at(self, times: Int64Array, outside: Outside = "nearest") -> Float64Array:
        """(m, 9); every column is linear, angles too: 350 to 10 degrees passes 180.

        Raises:
            ValueError: no cuboid.
        """
        if not len(self.timestamps):
            raise ValueError("a path without cuboids has none at any time")
        order = np.argsort(self.timestamps, kind="stable")
        before, fraction = _between(self.timestamps[order], times)
        after = np.minimum(before + 1, len(order) - 1)
        used = fraction if outside == "extrapolate" else np.clip(fraction, 0, 1)
        values = self.values[order]
        return _mix(values[before], values[after], used)


def cuboid_matrices(values: Float64Array) -> Float64Array:
    """(n, 4, 4) of cuboid rows (n, 9) with angles in degrees, as Scale's package understands them.

    world_from_unit_cube = [Rx(roll) Ry(pitch) Rz(yaw) diag(size) | centre].
    """
    roll, pitch, yaw = np.radians(values[:, 6:].T)
    matrices = np.tile(np.eye(4), (len(values), 1, 1))
    turn = _axis(roll, 0) @ _axis(pitch, 1) @ _axis(yaw, 2)
    matrices[:, :3, :3] = turn * values[:, None, :3]
    matrices[:, :3, 3] = values[:, 3:6]
    return matrices


def motion_compensated(
    points: Float64Array,
    times: Int64Array,
    path: PosePath,
    *,
    resolution: int | None = None,
    outside: Outside = "nearest",
) -> Float64Array:
    """(n, 3) points of a sensor, each by the pose at its own time (n,).

    With a `resolution`, points whose times fall into the same multiple of it share the pose at
    their mean time, as Scale's helper does to save time.
    """
    if resolution is not None:
        _, place, counts = np.unique(times // resolution, return_inverse=True, return_counts=True)
        sums = np.bincount(place, times.astype(np.float64))
        poses = path.at(sums / counts, outside)[place]  # pyright: ignore[reportArgumentType] - between whole times, too
    else:
        poses = path.at(times, outside)
    return rotated(poses[:, 3:], points) + poses[:, :3]


def rotated(quaternions_xyzw: Float64Array, points: Float64Array) -> Float64Array:
    """Each point (n, 3) by its own unit quaternion (n, 4)."""
    axis, w = quaternions_xyzw[:, :3], quaternions_xyzw[:, 3:]
    twice = 2 * np.cross(axis, points)
    return points + w * twice + np.cross(axis, twice)


def composed(outer: Float64Array, inner: Float64Array) -> Float64Array:
    """Pose rows (n, 7): a_from_b and b_from_c give a_from_c."""
    positions = rotated(outer[:, 3:], inner[:, :3]) + outer[:, :3]
    av, aw, bv, bw = outer[:, 3:6], outer[:, 6:], inner[:, 3:6], inner[:, 6:]
    vector = aw * bv + bw * av + np.cross(av, bv)
    scalar = aw * bw - np.sum(av * bv, axis=1, keepdims=True)
    return np.concatenate([positions, vector, scalar], axis=1)


def _between(known: Int64Array, times: Int64Array) -> tuple[Int64Array, Float64Array]:
    """(place of the key before, how far towards the next one); below 0 or above 1 outside."""
    last = max(len(known) - 2, 0)
    before = np.clip(np.searchsorted(known, times, side="right") - 1, 0, last)
    if len(known) == 1:
        return before, np.zeros(len(times))
    span = known[before + 1] - known[before]
    # Differences of integers are exact; epochs as floats are not.
    return before, (times - known[before]) / np.maximum(span, 1)


def _mix(a: Float64Array, b: Float64Array, fraction: Float64Array) -> Float64Array:
    share = fraction[:, None]
    return (1 - share) * a + share * b


def _unit(quaternions: Float64Array) -> Float64Array:
    largest = np.abs(quaternions).max(axis=1, keepdims=True, initial=0)
    if not ((largest > 0) & np.isfinite(largest)).all():
        raise ValueError("a quaternion of the path means no rotation")
    scaled = quaternions / largest  # so that squaring neither overflows nor vanishes
    return scaled / np.linalg.norm(scaled, axis=1, keepdims=True)


def _slerp(a: Float64Array, b: Float64Array, fraction: Float64Array) -> Float64Array:
    """`geometry.rotations.slerp` of rows."""
    b = np.where((np.sum(a * b, axis=1) < 0)[:, None], -b, b)
    apart, together = np.linalg.norm(a - b, axis=1), np.linalg.norm(a + b, axis=1)
    arc_rad = 2 * np.arctan2(apart, together)
    short = arc_rad < rotations.CHORD_IS_ARC_RAD
    weight_a = np.where(short, 1 - fraction, np.sin((1 - fraction) * arc_rad))
    weight_b = np.where(short, fraction, np.sin(fraction * arc_rad))
    mixed = weight_a[:, None] * a + weight_b[:, None] * b
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def _euler(quaternions: Float64Array) -> Float64Array:
    """(n, 3) angles about the fixed x, y, z, in that order: R = Rz Ry Rx; radians.

    From half the sum and half the difference of the turns about x and z (Bernardes and Viollet,
    "Quaternion to Euler angles conversion", 2022), which loses no digits near the poles.
    """
    x, y, z, w = quaternions.T
    up, down = np.hypot(w + y, x - z), np.hypot(w - y, x + z)
    pitch = 2 * np.arctan2(up, down) - np.pi / 2
    total, difference = 2 * np.arctan2(x + z, w - y), 2 * np.arctan2(x - z, w + y)
    # Looking straight up or down, roll and yaw turn about the same axis: all of it is yaw.
    roll = np.where(np.minimum(up, down) < LOCKED, 0, (total + difference) / 2)
    yaw = np.select([down < LOCKED, up < LOCKED], [-difference, total], (total - difference) / 2)
    wrapped = [np.arctan2(np.sin(angle), np.cos(angle)) for angle in (roll, yaw)]
    return np.stack([wrapped[0], pitch, wrapped[1]], axis=1)


def _from_euler(angles: Float64Array) -> Float64Array:
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles.T / 2), np.sin(angles.T / 2)
    return np.stack(
        [
            sx * cy * cz - cx * sy * sz,
            cx * sy * cz + sx * cy * sz,
            cx * cy * sz - sx * sy * cz,
            cx * cy * cz + sx * sy * sz,
        ],
        axis=1,
    )


def _axis(angle: Float64Array, axis: int) -> Float64Array:
    """(n, 3, 3) turns about one axis."""
    matrices = np.tile(np.eye(3), (len(angle), 1, 1))
    j, k = (axis + 1) % 3, (axis + 2) % 3
    matrices[:, j, j] = matrices[:, k, k] = np.cos(angle)
    matrices[:, k, j] = np.sin(angle)
    matrices[:, j, k] = -matrices[:, k, j]
    return matrices
