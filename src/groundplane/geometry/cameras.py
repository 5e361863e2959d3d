"""Cameras: world points to pixels and back.

Camera frame: x right, y down, z forward along the optical axis. Pixel (0, 0) is the centre of the
top-left pixel, so an image covers [-0.5, width - 0.5) by [-0.5, height - 0.5). How a lens bends
light is one entry of LENS_MODELS (`geometry.lenses.table`).

A radial polynomial is fitted to the part of the world that the calibration saw. Further out it may
turn back and fold far points into the picture; a model's `field_rad` is the angle from the optical
axis up to which its radius grows, and nothing beyond it is visible. That angle may be over 90°, so
a point behind the camera's plane may well be on its picture.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from groundplane.geometry import rotations
from groundplane.geometry.arrays import BoolArray, Float64Array
from groundplane.geometry.lenses.model import Coefficients, LensModel
from groundplane.geometry.lenses.table import LENS_MODELS, UnknownLens
from groundplane.geometry.transforms import Transform

__all__ = ["LENS_MODELS", "Lens", "Projection", "Rays", "UnknownLens", "project", "unproject"]

# Unprojecting stops here: in units of the focal length, far below a millionth of a pixel.
CONVERGED = 1e-9
# Points at a time: what a projection works on then stays in the processor's second cache.
BLOCK = 8192


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
    points = np.asarray(points_world, dtype=np.float64)
    turn = rotations.to_matrix(camera_from_world.rotation_wxyz)
    shift_m = camera_from_world.translation_m[:, None]
    count = len(points)
    uv_px, depth_m = np.empty((count, 2)), np.empty(count)
    visible = np.empty(count, np.bool_)
    for start in range(0, count, BLOCK):
        rows = slice(start, min(start + BLOCK, count))
        in_camera = turn @ points[rows].T + shift_m
        depth_m[rows] = in_camera[2]
        uv_px[rows], visible[rows] = project_in_camera(in_camera, lens)
    return Projection(uv_px, depth_m, visible)


def project_in_camera(points_camera: Float64Array, lens: Lens) -> tuple[Float64Array, BoolArray]:
    """Camera-frame points in columns, (3, n), to `uv_px` (n, 2) and `visible` (n,)."""
    model, coefficients = _formula(lens)
    with np.errstate(all="ignore"):  # what is outside the field is on its way to a NaN
        x, y = model.distort(points_camera, coefficients)
    scale = lens.scale_factor or 1.0
    uv_px = np.empty((points_camera.shape[1], 2))
    u, v = uv_px.T
    np.multiply(x, lens.fx_px / scale, out=u)
    if lens.skew:
        u += lens.skew / scale * y
    u += lens.cx_px / scale
    np.multiply(y, lens.fy_px / scale, out=v)
    v += lens.cy_px / scale
    # Not true of a NaN, which is a point without an image.
    visible = (u >= -0.5) & (u < lens.width_px - 0.5) & (v >= -0.5) & (v < lens.height_px - 0.5)
    return uv_px, visible


def unproject(uv_px: Float64Array, lens: Lens) -> Rays:
    """Directions that the (n, 2) pixels look in; not valid where no direction has that image."""
    model, coefficients = _formula(lens)
    scale = lens.scale_factor or 1.0
    y = (uv_px[:, 1] * scale - lens.cy_px) / lens.fy_px
    x = (uv_px[:, 0] * scale - lens.cx_px - lens.skew * y) / lens.fx_px
    plane = np.stack([x, y])
    with np.errstate(all="ignore"):  # pixels without a direction overflow on the way to their NaN
        directions = model.undistort(plane, coefficients)
        off_axis_rad = np.arctan2(np.hypot(directions[0], directions[1]), directions[2])
        off = model.distort(directions, coefficients) - plane
        if model.turns:
            off[0] -= 2 * math.pi * np.round(off[0] / (2 * math.pi))
        error = np.abs(off).max(axis=0) / (1 + np.abs(plane).max(axis=0))
        valid = (error < CONVERGED) & (off_axis_rad < model.field_rad(coefficients))
    return Rays(np.where(valid, directions, np.nan).T.copy(), valid)


def _formula(lens: Lens) -> tuple[LensModel, Coefficients]:
    model = LENS_MODELS[lens.model]
    named = tuple(lens.coefficients.get(name, 0.0) for name in model.coefficients)
    if not model.turns:
        return model, named
    scale = lens.scale_factor or 1.0
    middle_rad = ((lens.width_px - 1) / 2 * scale - lens.cx_px) / lens.fx_px
    return model, (*named, middle_rad)
