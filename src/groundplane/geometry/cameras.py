"""Lenses: world points to pixels and back.

Camera frame: x right, y down, z forward along the optical axis. Pixel (0, 0) is the centre of the
top-left pixel, so an image covers [-0.5, width - 0.5) by [-0.5, height - 0.5). The formulas are
OpenCV's ("Camera Calibration and 3D Reconstruction"; "Fisheye camera model"), and every model is
one entry of LENS_MODELS.

A radial polynomial is fitted to the part of the world that the calibration saw. Further out it may
turn back and fold far points into the picture; a model's `field_rad` is the angle from the optical
axis up to which its radius grows, and nothing beyond it is visible.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from groundplane.geometry.arrays import BoolArray, Float64Array
from groundplane.geometry.polynomials import first_sign_change
from groundplane.geometry.transforms import Transform

Coefficients = tuple[float, ...]

# Unprojecting stops here: in units of the focal length, far below a millionth of a pixel.
CONVERGED = 1e-9
NEWTON_STEPS = 12
BISECTIONS = 40
# tan² of 89.9°: a polynomial that only folds beyond is as good as one that never does.
WIDEST_SQUARE = math.tan(math.radians(89.9)) ** 2


class UnknownLens(ValueError):
    """A camera model that we have no formula for."""

    def __init__(self, model: str) -> None:
        self.model = model
        known = ", ".join(sorted(LENS_MODELS))
        super().__init__(f'The camera model "{model}" is not known; known are: {known}.')


@dataclass(frozen=True, slots=True)
class Lens:
    """Intrinsics of a calibration, and the size of the image as it is stored.

    `skew` is the entry K[0, 1] in pixels. The stored image is smaller than the calibrated one by
    `scale_factor`, so fx, fy, cx, cy and skew are divided by it; 0 means 1 (formats.md 3.2).
    `coefficients` holds the distortion by name; those absent are 0, those foreign to the model are
    ignored, as Scale's own reader does.

    Raises:
        UnknownLens: no such model.
        ValueError: a number that no camera has.
    """

    model: str
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    width_px: int
    height_px: int
    skew: float = 0.0
    scale_factor: float = 1.0
    coefficients: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if self.model not in LENS_MODELS:
            raise UnknownLens(self.model)
        numbers = (self.fx_px, self.fy_px, self.cx_px, self.cy_px, self.skew, self.scale_factor)
        if not all(map(math.isfinite, (*numbers, *self.coefficients.values()))):
            raise ValueError("the numbers of a lens are finite")
        if self.fx_px == 0 or self.fy_px == 0:
            raise ValueError("a focal length is not 0")
        if self.width_px <= 0 or self.height_px <= 0 or self.scale_factor < 0:
            raise ValueError("the size of an image is positive, its scale factor not negative")


@dataclass(frozen=True, slots=True)
class Projection:
    """One row per input point; nothing is dropped, so indexes stay meaningful.

    `uv_px` (n, 2) is NaN where the lens has no image of the point; `depth_m` (n,) is the camera's
    z, negative behind it; `visible` (n,): the point has an image, and it lies on the picture.
    """

    uv_px: Float64Array
    depth_m: Float64Array
    visible: BoolArray


@dataclass(frozen=True, slots=True)
class Rays:
    """Unit `directions` (n, 3) in the camera frame, NaN where not `valid` (n,)."""

    directions: Float64Array
    valid: BoolArray


def project(points_world: Float64Array, camera_from_world: Transform, lens: Lens) -> Projection:
    """Project (n, 3) world points into an image."""
    points = camera_from_world.apply(points_world)
    model, coefficients = _formula(lens)
    x, y, depth_m = points.T
    # A point in the camera's centre has an angle of 0 and no direction.
    off_axis_rad = np.arctan2(np.hypot(x, y), depth_m)
    has_image = (off_axis_rad < model.field_rad(coefficients)) & points.any(axis=1)
    plane = model.distort(np.where(has_image[:, None], points, np.nan), coefficients)
    scale = lens.scale_factor or 1.0
    u = (lens.fx_px * plane[:, 0] + lens.skew * plane[:, 1] + lens.cx_px) / scale
    v = (lens.fy_px * plane[:, 1] + lens.cy_px) / scale
    on_picture = (u >= -0.5) & (u < lens.width_px - 0.5) & (v >= -0.5) & (v < lens.height_px - 0.5)
    return Projection(np.stack([u, v], axis=1), depth_m, has_image & on_picture)


def unproject(uv_px: Float64Array, lens: Lens) -> Rays:
    """Directions that the (n, 2) pixels look in; not valid where no direction has that image."""
    model, coefficients = _formula(lens)
    scale = lens.scale_factor or 1.0
    y = (uv_px[:, 1] * scale - lens.cy_px) / lens.fy_px
    x = (uv_px[:, 0] * scale - lens.cx_px - lens.skew * y) / lens.fx_px
    plane = np.stack([x, y], axis=1)
    with np.errstate(all="ignore"):  # pixels without a direction overflow on the way to their NaN
        directions = model.undistort(plane, coefficients)
        off_axis_rad = np.arctan2(np.hypot(directions[:, 0], directions[:, 1]), directions[:, 2])
        again = model.distort(directions, coefficients)
        error = np.abs(again - plane).max(axis=1) / (1 + np.abs(plane).max(axis=1))
        valid = (error < CONVERGED) & (off_axis_rad < model.field_rad(coefficients))
    return Rays(np.where(valid[:, None], directions, np.nan), valid)


@dataclass(frozen=True, slots=True)
class LensModel:
    """How one kind of lens bends light. The image plane is in units of the focal length.

    `distort`: camera-frame points (n, 3) inside the field → image plane (n, 2); NaN stays NaN.
    `undistort`: image plane (n, 2) → unit directions (n, 3), a best guess that `unproject` checks.
    """

    coefficients: tuple[str, ...]
    field_rad: Callable[[Coefficients], float]
    distort: Callable[[Float64Array, Coefficients], Float64Array]
    undistort: Callable[[Float64Array, Coefficients], Float64Array]


def _formula(lens: Lens) -> tuple[LensModel, Coefficients]:
    model = LENS_MODELS[lens.model]
    return model, tuple(lens.coefficients.get(name, 0.0) for name in model.coefficients)


# --- pinhole ---


def _half_turn(_: Coefficients) -> float:
    return math.pi / 2


def _pinhole_distort(points: Float64Array, _: Coefficients) -> Float64Array:
    return points[:, :2] / points[:, 2:]


def _pinhole_undistort(plane: Float64Array, _: Coefficients) -> Float64Array:
    directions = np.concatenate([plane, np.ones((len(plane), 1))], axis=1)
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


# --- brown_conrady: OpenCV's rational model, with decentring lx, ly ---


@lru_cache(maxsize=256)
def _brown_field_rad(coefficients: Coefficients) -> float:
    """The angle at which the radius r g(r²), g = N/D, stops growing.

    It grows while N D + 2 s (N' D - N D') > 0 with s = r², and until D is 0.
    """
    k1, k2, _, _, k3, k4, k5, k6, _, _ = coefficients
    top, bottom = np.array([1, k1, k2, k3]), np.array([1, k4, k5, k6])
    slope = np.convolve(_derivative(top), bottom) - np.convolve(top, _derivative(bottom))
    growth = np.convolve(top, bottom)
    growth[1:] += 2 * slope
    least = min(
        first_sign_change(growth.tolist(), WIDEST_SQUARE),
        first_sign_change(bottom.tolist(), WIDEST_SQUARE),
    )
    return math.atan(math.sqrt(least))


def _derivative(coefficients: Float64Array) -> Float64Array:
    return coefficients[1:] * np.arange(1, len(coefficients))


def _brown_gain(s: Float64Array, coefficients: Coefficients) -> tuple[Float64Array, Float64Array]:
    """Of the radial part: g and dg/ds."""
    k1, k2, _, _, k3, k4, k5, k6, _, _ = coefficients
    top, bottom = 1 + s * (k1 + s * (k2 + s * k3)), 1 + s * (k4 + s * (k5 + s * k6))
    top_slope = k1 + s * (2 * k2 + s * 3 * k3)
    bottom_slope = k4 + s * (2 * k5 + s * 3 * k6)
    gain = top / bottom
    return gain, (top_slope - gain * bottom_slope) / bottom


def _brown_bend(x: Float64Array, y: Float64Array, coefficients: Coefficients) -> Float64Array:
    """(n, 2) distorted image plane. The radius is taken before decentring (formats.md 3.4)."""
    _, _, p1, p2, _, _, _, _, lx, ly = coefficients
    s = x * x + y * y
    gain, _ = _brown_gain(s, coefficients)
    x, y = x + lx, y + ly
    return np.stack(
        [
            x * gain + 2 * p1 * x * y + p2 * (s + 2 * x * x),
            y * gain + p1 * (s + 2 * y * y) + 2 * p2 * x * y,
        ],
        axis=1,
    )


def _brown_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    x, y = _pinhole_distort(points, coefficients).T
    return _brown_bend(x, y, coefficients)


def _brown_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    """Radial part by bisection, then Newton's method on all of it."""
    _, _, p1, p2, _, _, _, _, lx, ly = coefficients
    start = plane - np.array([lx, ly])

    def radius(angle_rad: Float64Array) -> Float64Array:
        r = np.tan(angle_rad)
        return r * _brown_gain(r * r, coefficients)[0]

    distorted_r = np.hypot(start[:, 0], start[:, 1])
    angle_rad = _bisect(radius, distorted_r, _brown_field_rad(coefficients))
    shrink = np.where(distorted_r > 0, np.tan(angle_rad) / distorted_r, 1.0)
    x, y = (start * shrink[:, None]).T
    for _ in range(NEWTON_STEPS):
        s = x * x + y * y
        gain, slope = _brown_gain(s, coefficients)
        off_x, off_y = (_brown_bend(x, y, coefficients) - plane).T
        moved_x, moved_y = x + lx, y + ly
        xx = gain + 2 * x * moved_x * slope + 2 * p1 * moved_y + p2 * (2 * x + 4 * moved_x)
        xy = 2 * y * moved_x * slope + 2 * p1 * moved_x + 2 * p2 * y
        yx = 2 * x * moved_y * slope + 2 * p1 * x + 2 * p2 * moved_y
        yy = gain + 2 * y * moved_y * slope + p1 * (2 * y + 4 * moved_y) + 2 * p2 * moved_x
        determinant = xx * yy - xy * yx
        x = x - (yy * off_x - xy * off_y) / determinant
        y = y - (xx * off_y - yx * off_x) / determinant
    return _pinhole_undistort(np.stack([x, y], axis=1), coefficients)


# --- fisheye: OpenCV's, the angle from atan2 so that fields over 180° work ---


@lru_cache(maxsize=256)
def _fisheye_field_rad(coefficients: Coefficients) -> float:
    """θ g(θ²) grows while 1 + 3 k1 t + 5 k2 t² + 7 k3 t³ + 9 k4 t⁴ > 0, t = θ²."""
    growth = [(2 * power + 1) * k for power, k in enumerate((1.0, *coefficients))]
    return min(math.sqrt(first_sign_change(growth, math.pi**2)), math.pi)


def _fisheye_radius(angle_rad: Float64Array, coefficients: Coefficients) -> Float64Array:
    k1, k2, k3, k4 = coefficients
    t = angle_rad * angle_rad
    return angle_rad * (1 + t * (k1 + t * (k2 + t * (k3 + t * k4))))


def _fisheye_distort(points: Float64Array, coefficients: Coefficients) -> Float64Array:
    x, y, z = points.T
    off_axis = np.hypot(x, y)
    radius = _fisheye_radius(np.arctan2(off_axis, z), coefficients)
    # On the axis the direction in the plane is undefined and the radius is 0.
    stretch = np.divide(radius, off_axis, out=np.zeros_like(radius), where=off_axis != 0)
    return points[:, :2] * stretch[:, None]


def _fisheye_undistort(plane: Float64Array, coefficients: Coefficients) -> Float64Array:
    radius = np.hypot(plane[:, 0], plane[:, 1])

    def distorted(angle_rad: Float64Array) -> Float64Array:
        return _fisheye_radius(angle_rad, coefficients)

    angle_rad = _bisect(distorted, radius, _fisheye_field_rad(coefficients))
    k1, k2, k3, k4 = coefficients
    for _ in range(NEWTON_STEPS):
        t = angle_rad * angle_rad
        growth = 1 + t * (3 * k1 + t * (5 * k2 + t * (7 * k3 + t * 9 * k4)))
        angle_rad = angle_rad - (distorted(angle_rad) - radius) / growth
    sideways = np.divide(np.sin(angle_rad), radius, out=np.zeros_like(radius), where=radius != 0)
    return np.concatenate([plane * sideways[:, None], np.cos(angle_rad)[:, None]], axis=1)


def _bisect(
    growing: Callable[[Float64Array], Float64Array], wanted: Float64Array, upper: float
) -> Float64Array:
    """Where a function that grows on (0, upper) takes the wanted values (n,); else an end."""
    low, high = np.zeros_like(wanted), np.full_like(wanted, upper)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = growing(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


LENS_MODELS: dict[str, LensModel] = {
    "pinhole": LensModel((), _half_turn, _pinhole_distort, _pinhole_undistort),
    "brown_conrady": LensModel(
        ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "lx", "ly"),
        _brown_field_rad,
        _brown_distort,
        _brown_undistort,
    ),
    "fisheye": LensModel(
        ("k1", "k2", "k3", "k4"), _fisheye_field_rad, _fisheye_distort, _fisheye_undistort
    ),
}
