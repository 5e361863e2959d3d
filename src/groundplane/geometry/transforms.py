"""Rigid transforms between named frames."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from groundplane.geometry import rotations
from groundplane.geometry.arrays import Float64Array, owned


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """target_from_source: x_target = R x_source + t, with t in metres of the target frame.

    The quaternion is normalised on the way in; both arrays are read-only.

    Raises:
        ValueError: wrong shapes, or a quaternion that means no rotation.
    """

    rotation_wxyz: Float64Array
    translation_m: Float64Array

    def __init__(self, rotation_wxyz: npt.ArrayLike, translation_m: npt.ArrayLike) -> None:
        rotation = owned(rotations.normalise(rotation_wxyz), (4,))
        object.__setattr__(self, "rotation_wxyz", rotation)
        object.__setattr__(self, "translation_m", owned(translation_m, (3,)))

    @classmethod
    def identity(cls) -> Self:
        return cls(rotations.identity(), np.zeros(3))

    @classmethod
    def from_matrix(cls, matrix: npt.ArrayLike) -> Self:
        """From a (4, 4) or (3, 4) rigid matrix."""
        rows = np.asarray(matrix, dtype=np.float64)
        return cls(rotations.from_matrix(rows[:3, :3]), rows[:3, 3])

    def matrix(self) -> Float64Array:
        """(4, 4), acting on columns."""
        matrix = np.eye(4)
        matrix[:3, :3] = rotations.to_matrix(self.rotation_wxyz)
        matrix[:3, 3] = self.translation_m
        return matrix

    def apply(self, points: npt.ArrayLike) -> Float64Array:
        """(n, 3) points, or one (3,), of the source frame, written in the target frame."""
        return rotations.rotate(self.rotation_wxyz, points) + self.translation_m

    def inverse(self) -> "Transform":
        """source_from_target."""
        back = rotations.conjugate(self.rotation_wxyz)
        return Transform(back, -rotations.rotate(back, self.translation_m))

    def __matmul__(self, other: "Transform") -> "Transform":
        """a_from_b @ b_from_c = a_from_c."""
        return Transform(
            rotations.multiply(self.rotation_wxyz, other.rotation_wxyz),
            self.apply(other.translation_m),
        )


def interpolate(a: Transform, b: Transform, fraction: float) -> Transform:
    """Translation along the straight line, rotation along the shorter arc."""
    return Transform(
        rotations.slerp(a.rotation_wxyz, b.rotation_wxyz, fraction),
        (1 - fraction) * a.translation_m + fraction * b.translation_m,
    )
