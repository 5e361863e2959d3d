"""Boxes in space.

corner k: bit 0 of k chooses the end along the box's x, bit 1 along y, bit 2 along z

            6--------7
           /|       /|      z
          4--------5 |      |  y
          | 2------|-3      | /
          |/       |/       |/
          0--------1        +---- x (front; yaw 0 is world +x)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundplane.geometry import rotations
from groundplane.geometry.arrays import BoolArray, Float32Array, Float64Array, Int64Array, owned
from groundplane.geometry.polygons import area_m2, clip_convex, polygon

CORNER_SIGNS = np.array(
    [[x, y, z] for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], dtype=np.float64
)
# Counter-clockwise seen from outside, so that the right hand gives the outward normal.
FACES: dict[str, tuple[int, int, int, int]] = {
    "front": (1, 3, 7, 5),
    "back": (0, 4, 6, 2),
    "left": (2, 6, 7, 3),
    "right": (0, 1, 5, 4),
    "top": (4, 5, 7, 6),
    "bottom": (0, 2, 3, 1),
}
EDGES: tuple[tuple[int, int], ...] = tuple(
    (corner, corner | bit) for bit in (1, 2, 4) for corner in range(8) if not corner & bit
)
# cos of about 0.01°: what three decimals of a quaternion may tilt a box that is meant to stand.
UPRIGHT_COSINE = 1 - 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Cuboid:
    """`centre` (3,) world metres; `size` (3,) metres: length along its own x, width y, height z.

    The arrays are read-only, the quaternion normalised.

    Raises:
        ValueError: wrong shapes, a size that is not positive, a quaternion that means no rotation.
    """

    centre: Float64Array
    size: Float64Array
    rotation_wxyz: Float64Array

    def __init__(
        self, centre: npt.ArrayLike, size: npt.ArrayLike, rotation_wxyz: npt.ArrayLike
    ) -> None:
        object.__setattr__(self, "centre", owned(centre, (3,)))
        object.__setattr__(self, "size", owned(size, (3,)))
        rotation = owned(rotations.normalise(rotation_wxyz), (4,))
        object.__setattr__(self, "rotation_wxyz", rotation)
        if not (self.size > 0).all():
            raise ValueError(f"the sides of a cuboid are positive, not {self.size.tolist()}")

    @property
    def volume_m3(self) -> float:
        return float(self.size.prod())

    def corners(self) -> Float64Array:
        """(8, 3) world metres, in the order drawn above."""
        return self.centre + rotations.rotate(self.rotation_wxyz, CORNER_SIGNS * self.size / 2)

    def contains(self, points_world: npt.ArrayLike) -> BoolArray:
        """(n,) for (n, 3) points; the border belongs to the box."""
        away = np.asarray(points_world, dtype=np.float64) - self.centre
        local = rotations.rotate(rotations.conjugate(self.rotation_wxyz), away)
        return np.asarray((np.abs(local) <= self.size / 2).all(axis=-1))


def count_points_inside(
    points_world: Float64Array | Float32Array, cuboids: Sequence[Cuboid]
) -> Int64Array:
    """How many of the (n, 3) points each cuboid holds, (m,); the border belongs to the box.

    Compiled on the first call of a process, from the disk cache if there is one; without the GIL.
    """
    # numba takes half a second to import, and most processes never count.
    from groundplane.geometry.point_counts import count_inside  # noqa: PLC0415

    turns = np.array([rotations.to_matrix(c.rotation_wxyz) for c in cuboids]).reshape(-1, 3, 3)
    halves = np.array([c.size / 2 for c in cuboids]).reshape(-1, 3)
    # The hair keeps a rounding in the quick test from deciding about a point on the border.
    reaches = np.einsum("mij,mj->mi", np.abs(turns), halves) * (1 + 1e-12)
    centres = np.array([c.centre for c in cuboids]).reshape(-1, 3)
    return count_inside(points_world, centres, turns, halves, reaches)


def iou_3d(a: Cuboid, b: Cuboid) -> float:
    """Shared volume over the volume of the union, in [0, 1], of two boxes that stand upright.

    Raises:
        ValueError: one of them is pitched or rolled.
    """
    ground_a, ground_b = _footprint(a, a.centre), _footprint(b, a.centre)
    height_m = min(_top_m(a), _top_m(b)) - max(_bottom_m(a), _bottom_m(b))
    if height_m <= 0:
        return 0.0
    shared = clip_convex(polygon(ground_a), polygon(ground_b))
    shared_m3 = max(area_m2(shared), 0.0) * height_m
    return min(shared_m3 / (a.volume_m3 + b.volume_m3 - shared_m3), 1.0)


def _footprint(cuboid: Cuboid, origin: Float64Array) -> Float64Array:
    """(4, 2) counter-clockwise, relative to an origin nearby, so that UTM costs no digits."""
    if rotations.to_matrix(cuboid.rotation_wxyz)[2, 2] < UPRIGHT_COSINE:
        raise ValueError("the overlap is defined for boxes without pitch and roll")
    turned = rotations.rotate(cuboid.rotation_wxyz, CORNER_SIGNS[[0, 1, 3, 2]] * cuboid.size / 2)
    return (turned + (cuboid.centre - origin))[:, :2]


def _top_m(cuboid: Cuboid) -> float:
    return float(cuboid.centre[2] + cuboid.size[2] / 2)


def _bottom_m(cuboid: Cuboid) -> float:
    return float(cuboid.centre[2] - cuboid.size[2] / 2)
