"""The front camera's picture: polygons projected through the lens, far ones painted first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from groundplane.simulator.street import PAVEMENT_WIDTH_M, ROAD_HALF_WIDTH_M, Colour, Solid

Float64Array = npt.NDArray[np.float64]

WIDTH_PX, HEIGHT_PX = 1280, 720
FX_PX, FY_PX, CX_PX, CY_PX = 940.5, 938.25, 643.75, 341.5
K1, K2, P1, P2 = -0.09, 0.012, 0.0004, -0.0003
_OVERSAMPLING: Final = 2
_SUN: Final = np.array([-0.45, 0.35, 0.82])
_HAZE: Final = np.array([206, 220, 232])
# Normals of a frustum a little wider than the picture: the lens polynomial folds back beyond it.
_FRUSTUM: Final = np.array([[0, 0, 1], [1, 0, 0.95], [-1, 0, 0.95], [0, 1, 0.62], [0, -1, 0.62]])
_ROOF: Final[Colour] = (110, 92, 84)
_LEAST_M: Final = np.array([0.4, 0, 0, 0, 0])
_ALONG_EDGE: Final = np.linspace(0, 1, 6)[:-1]
_WINDOWS_SEEN_M: Final = 90.0


@dataclass(frozen=True, slots=True)
class View:
    """Camera axes (x right, y down, z forward) in the street frame are the rows of `rotation`."""

    rotation: Float64Array
    position_m: Float64Array

    def project(self, polygon_m: Float64Array) -> list[tuple[float, float]]:
        """Pixels of a polygon (n, 3), clipped, its edges bent as the lens bends them."""
        corners_m = (polygon_m - self.position_m) @ self.rotation.T
        heights_m = corners_m @ _FRUSTUM.T - _LEAST_M
        if (heights_m.max(axis=0) < 0).any():
            return []
        for plane in np.flatnonzero(heights_m.min(axis=0) < 0):
            corners_m = _clip(corners_m, _FRUSTUM[plane], _LEAST_M[plane])
        if len(corners_m) < 3:
            return []
        edges_m = np.roll(corners_m, -1, axis=0) - corners_m
        along_m = corners_m[:, None] + edges_m[:, None] * _ALONG_EDGE[:, None]
        x, y, z = along_m.reshape(-1, 3).T
        return _lens(x / z, y / z)


def front_view(position_m: Float64Array, yaw_rad: float) -> View:
    forward = np.array([math.cos(yaw_rad), math.sin(yaw_rad), 0.0])
    right = np.array([math.sin(yaw_rad), -math.cos(yaw_rad), 0.0])
    return View(np.stack([right, [0.0, 0.0, -1.0], forward]), position_m)


def render(solids: Sequence[Solid], view: View) -> Image.Image:
    size_px = WIDTH_PX * _OVERSAMPLING, HEIGHT_PX * _OVERSAMPLING
    image = _sky(size_px)
    draw = ImageDraw.Draw(image)
    for polygon_m, colour in _ground(view):
        _fill(draw, view, polygon_m, colour)
    shadows = [solid for solid in solids if solid.owner >= 0 and solid.centre_m[2] < 1.2]
    for solid in shadows:
        _fill(draw, view, _quad(solid, 2, -1, grow_m=0.12) * [1, 1, 0], (58, 60, 64))
    for solid in _far_to_near(solids, view):
        _paint(draw, view, solid)
    return image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BOX)


def _far_to_near(solids: Sequence[Solid], view: View) -> list[Solid]:
    """Buildings, then things by their distance, each one's parts after those that they hide."""
    things: dict[tuple[int, int], list[Solid]] = {}
    for number, solid in enumerate(solids):
        alone = number if solid.owner < 0 else -1
        things.setdefault((solid.owner, alone), []).append(solid)

    def distance_m(parts: list[Solid]) -> tuple[bool, float]:
        centre_m = np.mean([part.centre_m for part in parts], axis=0)
        return not parts[0].windows, -float(np.linalg.norm((view.position_m - centre_m)[:2]))

    ordered: list[Solid] = []
    for parts in sorted(things.values(), key=distance_m):
        left = list(parts)
        while left:
            behind_all = (p for p in left if all(_behind(p, o, view) for o in left if o is not p))
            ordered.append(next(behind_all, left[0]))
            left.remove(ordered[-1])
    return ordered


def _behind(back: Solid, front: Solid, view: View) -> bool:
    """Whether a plane has `back` on one side, the camera and `front` on the other."""
    axes = _axes(back)
    apart_m = axes @ (np.array(front.centre_m) - back.centre_m)
    reach_m = (np.array(front.size_m) + back.size_m) / 2 - 1e-6
    camera_m = np.sign(apart_m) * (axes @ (view.position_m - back.centre_m))
    return bool(((np.abs(apart_m) >= reach_m) & (camera_m > np.array(back.size_m) / 2)).any())


def _axes(solid: Solid) -> Float64Array:
    """The box's x, y, z in the street frame, as rows."""
    cos, sin = math.cos(solid.yaw_rad), math.sin(solid.yaw_rad)
    return np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])


def _sky(size_px: tuple[int, int]) -> Image.Image:
    top, low = np.array([98, 152, 210]), _HAZE
    share = np.clip(np.linspace(0, 2.1, size_px[1]), 0, 1)[:, None]
    column = (top + (low - top) * share).astype(np.uint8)
    return Image.fromarray(column[:, None, :]).resize(size_px, Image.Resampling.NEAREST)


def _ground(view: View) -> Iterator[tuple[Float64Array, Colour]]:
    near_m, far_m = view.position_m[0] - 5, view.position_m[0] + 160

    def strip(y0: float, y1: float, x0: float = near_m, x1: float = far_m) -> Float64Array:
        return np.array([[x0, y0, 0], [x1, y0, 0], [x1, y1, 0], [x0, y1, 0]])

    edge_m = ROAD_HALF_WIDTH_M
    yield strip(-60, 60), (146, 150, 140)
    yield strip(-edge_m - PAVEMENT_WIDTH_M, edge_m + PAVEMENT_WIDTH_M), (164, 162, 158)
    yield strip(-edge_m - 0.18, edge_m + 0.18), (196, 194, 190)
    yield strip(-edge_m, edge_m), (88, 91, 96)
    for side in (1, -1):
        yield strip(side * (edge_m - 2.23), side * (edge_m - 2.07)), (214, 214, 208)
    for start_m in np.arange(math.floor(near_m / 9) * 9, far_m, 9.0):
        yield strip(-0.08, 0.08, start_m, start_m + 4.5), (232, 232, 226)


def _paint(draw: ImageDraw.ImageDraw, view: View, solid: Solid) -> None:
    """The faces that look at the camera: of a box they never cover one another."""
    axes = _axes(solid)
    for axis in (0, 1, 2):
        for sign in (-1, 1):
            quad_m = _quad(solid, axis, sign)
            outward = sign * axes[axis]
            if outward @ (view.position_m - quad_m[0]) <= 0:
                continue
            light = 0.55 + 0.45 * max(0.0, float(outward @ _SUN))
            colour = _ROOF if solid.windows and axis == 2 else solid.colour
            distance_m = float(np.linalg.norm(quad_m.mean(axis=0) - view.position_m))
            _fill(draw, view, quad_m, _shade(colour, light, distance_m))
            if solid.windows and axis < 2 and distance_m < _WINDOWS_SEEN_M:
                _windows(draw, view, quad_m, light)


def _windows(draw: ImageDraw.ImageDraw, view: View, quad_m: Float64Array, light: float) -> None:
    along_m, up_m = quad_m[1] - quad_m[0], quad_m[3] - quad_m[0]
    columns, floors = int(np.linalg.norm(along_m) / 2.6), int(np.linalg.norm(up_m) / 3.1)
    for column in range(columns):
        for floor in range(floors):
            left, right = (column + 0.26) / columns, (column + 0.74) / columns
            low, high = (floor + 0.3) / floors, (floor + 0.78) / floors
            corners = [(left, low), (right, low), (right, high), (left, high)]
            pane_m = np.array([quad_m[0] + a * along_m + b * up_m for a, b in corners])
            distance_m = float(np.linalg.norm(pane_m[0] - view.position_m))
            _fill(draw, view, pane_m, _shade((86, 104, 122), light + 0.1, distance_m))


def _quad(solid: Solid, axis: int, sign: int, grow_m: float = 0.0) -> Float64Array:
    """One face (4, 3); of an upright one the first edge is level and the last corner above it."""
    half_m = np.array(solid.size_m) / 2 + grow_m
    others = [other for other in (0, 1, 2) if other != axis]
    corners_m = np.empty((4, 3))
    corners_m[:, axis] = sign * half_m[axis]
    corners_m[:, others[0]] = half_m[others[0]] * np.array([-1, 1, 1, -1])
    corners_m[:, others[1]] = half_m[others[1]] * np.array([-1, -1, 1, 1])
    return corners_m @ _axes(solid) + solid.centre_m


def _shade(colour: Colour, light: float, distance_m: float) -> Colour:
    haze = min(0.75, distance_m / 190)
    red, green, blue = (np.array(colour) * light * (1 - haze) + _HAZE * haze).clip(0, 255)
    return int(red), int(green), int(blue)


def _fill(draw: ImageDraw.ImageDraw, view: View, polygon_m: Float64Array, colour: Colour) -> None:
    outline = view.project(polygon_m)
    if outline:
        draw.polygon(
            [((u + 0.5) * _OVERSAMPLING, (v + 0.5) * _OVERSAMPLING) for u, v in outline], colour
        )


def _clip(corners_m: Float64Array, normal: Float64Array, least_m: float) -> Float64Array:
    """Sutherland and Hodgman: what of a convex polygon has normal · corner ≥ least_m."""
    kept: list[Float64Array] = []
    heights_m = corners_m @ normal - least_m
    for index in range(len(corners_m)):
        before, after = heights_m[index - 1], heights_m[index]
        if (before < 0) != (after < 0):
            share = before / (before - after)
            kept.append(corners_m[index - 1] + share * (corners_m[index] - corners_m[index - 1]))
        if after >= 0:
            kept.append(corners_m[index])
    return np.array(kept).reshape(-1, 3)


def _lens(x: Float64Array, y: Float64Array) -> list[tuple[float, float]]:
    """Brown-Conrady (OpenCV's k1, k2, p1, p2) to pixels."""
    r2 = x * x + y * y
    radial = 1 + r2 * (K1 + r2 * K2)
    u = FX_PX * (x * radial + 2 * P1 * x * y + P2 * (r2 + 2 * x * x)) + CX_PX
    v = FY_PX * (y * radial + P1 * (r2 + 2 * y * y) + 2 * P2 * x * y) + CY_PX
    return list(zip(u.tolist(), v.tolist(), strict=True))
