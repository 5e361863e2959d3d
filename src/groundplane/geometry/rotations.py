"""Rotations as unit quaternions (w, x, y, z); q and -q are the same rotation."""

import math

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import Float64Array

# Below this angle (radians, in quaternion space) sin(angle) loses the digits that slerp divides by,
# and the chord is the arc to the last bit.
CHORD_IS_ARC_RAD = 1e-8


def identity() -> Float64Array:
    return np.array([1.0, 0.0, 0.0, 0.0])


def normalise(quaternion_wxyz: npt.ArrayLike) -> Float64Array:
    """The same (4,) quaternion at length 1, sign kept.

    Raises:
        ValueError: not four finite numbers, or all of them 0.
    """
    quaternion = np.array(quaternion_wxyz, dtype=np.float64)
    if quaternion.shape != (4,):
        raise ValueError(f"a quaternion has four numbers, not shape {quaternion.shape}")
    largest = np.abs(quaternion).max()
    if not 0 < largest < math.inf:
        raise ValueError(f"no rotation is meant by the quaternion {quaternion.tolist()}")
    quaternion /= largest  # so that squaring neither overflows nor vanishes
    return quaternion / np.linalg.norm(quaternion)


def conjugate(quaternion_wxyz: npt.ArrayLike) -> Float64Array:
    """The inverse rotation of a unit quaternion."""
    return np.asarray(quaternion_wxyz, dtype=np.float64) * np.array([1.0, -1.0, -1.0, -1.0])


def multiply(a_wxyz: npt.ArrayLike, b_wxyz: npt.ArrayLike) -> Float64Array:
    """Hamilton product, (4,) each: first b, then a."""
    aw, ax, ay, az = np.asarray(a_wxyz, dtype=np.float64)
    bw, bx, by, bz = np.asarray(b_wxyz, dtype=np.float64)
    return np.array(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ]
    )


def rotate(quaternion_wxyz: npt.ArrayLike, points: npt.ArrayLike) -> Float64Array:
    """Turn (n, 3) points, or one (3,), by a unit quaternion."""
    return np.asarray(points, dtype=np.float64) @ to_matrix(quaternion_wxyz).T


def to_matrix(quaternion_wxyz: npt.ArrayLike) -> Float64Array:
    """(3, 3), acting on columns, of a unit quaternion."""
    w, x, y, z = np.asarray(quaternion_wxyz, dtype=np.float64)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def from_matrix(matrix: npt.ArrayLike) -> Float64Array:
    """The unit quaternion, w ≥ 0, of a (3, 3) rotation matrix.

    Shepperd's method ("Quaternion from rotation matrix", 1978): it divides by the largest of the
    four components, so it is exact near half turns too.
    """
    m = np.asarray(matrix, dtype=np.float64)
    squares = np.array(
        [
            1 + m[0, 0] + m[1, 1] + m[2, 2],
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
        ]
    )
    # Row k holds 4 q_k q_j for every j.
    products = np.array(
        [
            [squares[0], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], squares[1], m[1, 0] + m[0, 1], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[1, 0] + m[0, 1], squares[2], m[2, 1] + m[1, 2]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[2, 1] + m[1, 2], squares[3]],
        ]
    )
    quaternion = normalise(products[int(np.argmax(squares))])
    return -quaternion if quaternion[0] < 0 else quaternion


def from_axis_angle(axis: npt.ArrayLike, angle_rad: float) -> Float64Array:
    """A turn by the right-hand rule about an axis (3,) of any length but 0."""
    direction = np.asarray(axis, dtype=np.float64)
    direction = direction / np.linalg.norm(direction)
    return np.concatenate([[math.cos(angle_rad / 2)], math.sin(angle_rad / 2) * direction])


def from_yaw(yaw_rad: float) -> Float64Array:
    """A left turn about +z; 0 keeps +x where it is."""
    return np.array([math.cos(yaw_rad / 2), 0.0, 0.0, math.sin(yaw_rad / 2)])


def yaw_of(quaternion_wxyz: npt.ArrayLike) -> float:
    """Direction in (-π, π] in which the rotated +x axis points on the ground; 0 is world +x."""
    w, x, y, z = np.asarray(quaternion_wxyz, dtype=np.float64).tolist()
    return math.atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z))


def angle_between(a_wxyz: npt.ArrayLike, b_wxyz: npt.ArrayLike) -> float:
    """Radians in [0, π] by which one rotation must turn to become the other."""
    a, b = np.asarray(a_wxyz, dtype=np.float64), np.asarray(b_wxyz, dtype=np.float64)
    apart, together = float(np.linalg.norm(a - b)), float(np.linalg.norm(a + b))
    return 4 * math.atan2(min(apart, together), max(apart, together))


def slerp(a_wxyz: npt.ArrayLike, b_wxyz: npt.ArrayLike, fraction: float) -> Float64Array:
    """From a (fraction 0) to b (fraction 1) at constant speed along the shorter arc.

    Shoemake, "Animating rotation with quaternion curves", 1985. A difference of exactly half a turn
    has two shortest arcs; the one that the signs given imply is taken.
    """
    a, b = np.asarray(a_wxyz, dtype=np.float64), np.asarray(b_wxyz, dtype=np.float64)
    if a @ b < 0:
        b = -b
    # The arccosine of the dot product would lose half the digits of small angles.
    angle_rad = 2 * math.atan2(float(np.linalg.norm(a - b)), float(np.linalg.norm(a + b)))
    if angle_rad < CHORD_IS_ARC_RAD:
        return normalise((1 - fraction) * a + fraction * b)
    weight_a = math.sin((1 - fraction) * angle_rad)
    weight_b = math.sin(fraction * angle_rad)
    return normalise(weight_a * a + weight_b * b)
