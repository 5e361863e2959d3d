"""A camera of any lens: one ray for each pixel, and four more where an edge runs through it."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import BoolArray, Float64Array, Int64Array
from groundplane.geometry.cameras import Lens, unproject
from groundplane.geometry.transforms import Transform
from groundplane.simulator import rays as casting
from groundplane.simulator.bundles import bundled, every
from groundplane.simulator.light import develop
from groundplane.simulator.looks import Looks, colours_of, looks_of
from groundplane.simulator.ray_values import Rays
from groundplane.simulator.shapes import Pattern
from groundplane.simulator.street import Street

FARTHEST_M: Final = 400.0
_TILE_PX: Final = 16
_NODE_PX: Final = 4
_EDGE: Final = 22.0  # steps of brightness between neighbours that are worth four rays
_SUN: Final = np.array([-0.42, 0.5, 0.76]) / math.hypot(-0.42, 0.5, 0.76)
Number = TypeVar("Number", bound=np.generic)
_EDGE_BUNDLE: Final = 256
_OFFSETS_PX: Final = np.array([[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]])


@dataclass(frozen=True, slots=True)
class Camera:
    """Camera axes: z ahead, x right, y down. A picture is taken at once.

    `delay_s` is from the frame's time to its picture's.
    """

    name: str
    ego_from_camera: Transform
    lens: Lens
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """(height, width), rows from the top.

    `body` and `surface` say what the middle of each pixel shows; `body` as in `Street`, so 0 where
    it shows no actor. `depth_m` is the distance along the ray, infinite where there is sky or where
    the lens sees nothing.
    """

    rgb: npt.NDArray[np.uint8]
    surface: npt.NDArray[np.uint8]
    body: npt.NDArray[np.uint16]
    depth_m: Float64Array


def render(street: Street, camera: Camera, time_s: float) -> Picture:
    height, width = camera.lens.height_px, camera.lens.width_px
    rays, pixels = _pixel_rays(_key(camera.lens))
    view = _View(street, camera, time_s)
    seen = view.look(rays)
    colour = np.zeros((height * width, 3))
    colour[pixels] = seen.colour
    leaves = _scatter(seen.looks.pattern == Pattern.LEAVES, pixels, (height, width))
    edges = _edges(colour.reshape(height, width, 3), leaves)
    at_edge = pixels[edges.ravel()[pixels]]
    middles_px = np.column_stack([at_edge % width, at_edge // width]).astype(np.float64)
    uv_px = (middles_px[:, None] + _OFFSETS_PX).reshape(-1, 2)
    directions, valid = directions_at(uv_px, camera.lens)
    steps = np.zeros(int(valid.sum()), np.int64)
    more = view.look(bundled(directions[valid], steps, every(len(steps), _EDGE_BUNDLE)))
    owner = np.flatnonzero(valid) // len(_OFFSETS_PX)
    counts = np.bincount(owner, minlength=len(at_edge))
    sums = [np.bincount(owner, channel, len(at_edge)) for channel in more.colour.T]
    full = counts > 0
    colour[at_edge[full]] = (np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None])[full]
    shape = (height, width)
    return Picture(
        rgb=np.clip(colour, 0, 255).astype(np.uint8).reshape(height, width, 3),
        surface=_scatter(seen.looks.surface, pixels, shape).astype(np.uint8),
        body=_scatter(seen.looks.body, pixels, shape).astype(np.uint16),
        depth_m=_scatter(seen.range_m, pixels, shape, np.inf),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    range_m: Float64Array
    looks: Looks
    colour: Float64Array


class _View:
    """A street from one camera at one instant."""

    def __init__(self, street: Street, camera: Camera, time_s: float) -> None:
        times_s = np.array([time_s])
        self.street_from_camera = street.mounted(camera.ego_from_camera, times_s)[0]
        self.street = street
        self.poses = street.poses(times_s)

    def look(self, rays: Rays) -> _Seen:
        street, matrix = self.street, self.street_from_camera
        hits = casting.cast(
            rays, matrix.reshape(1, 12), street.solids, self.poses, street.ground, FARTHEST_M
        )
        looks = looks_of(street, hits.met, hits.positions_m)
        sun = casting.sunlight(hits, rays.bundles, _SUN, street.solids, self.poses)
        colour = colours_of(street, hits.met, hits.positions_m, looks)
        shiny = looks.pattern == Pattern.GLASS
        develop(colour, hits, sun, rays.directions @ matrix[2, :3], shiny)
        return _Seen(hits.range_m, looks, colour)


def _edges(colour: Float64Array, leaves: BoolArray) -> BoolArray:
    """(height, width) whether a pixel differs from a neighbour to be seen; leaves do it anyway."""
    bright = colour @ np.full(3, 1 / 3)
    edges = np.zeros(bright.shape, np.bool_)
    across = np.abs(np.diff(bright, axis=1)) > _EDGE
    across &= ~(leaves[:, 1:] & leaves[:, :-1])
    down = np.abs(np.diff(bright, axis=0)) > _EDGE
    down &= ~(leaves[1:] & leaves[:-1])
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    edges[1:] |= down
    edges[:-1] |= down
    return edges


def _scatter(
    values: npt.NDArray[Number], pixels: Int64Array, shape: tuple[int, int], empty: float = 0
) -> npt.NDArray[Number]:
    image = np.full(shape[0] * shape[1], empty, values.dtype)
    image[pixels] = values
    return image.reshape(shape)


def directions_at(uv_px: Float64Array, lens: Lens) -> tuple[Float64Array, BoolArray]:
    """Unit directions (n, 3) in the camera's frame of pixels (n, 2), and where there are any.

    Between nodes 4 px apart directions are interpolated, which is right to 0.02 px; where a node
    has no direction, the pixel is asked itself.
    """
    nodes, known = _nodes(_key(lens))
    place = (uv_px + _NODE_PX) / _NODE_PX
    cell = np.floor(place).astype(np.int64)
    share_x, share_y = (place - cell).T[:, :, None]
    column, row = cell.T
    corners = [(row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)]
    valid = np.logical_and.reduce([known[corner] for corner in corners])
    top = nodes[corners[0]] * (1 - share_x) + nodes[corners[1]] * share_x
    low = nodes[corners[2]] * (1 - share_x) + nodes[corners[3]] * share_x
    directions = top * (1 - share_y) + low * share_y
    asked = np.flatnonzero(~valid)
    if len(asked):
        exact = unproject(uv_px[asked], lens)
        directions[asked], valid[asked] = exact.directions, exact.valid
    length = np.sqrt(np.einsum("ij,ij->i", directions, directions))
    return directions / length[:, None], valid


LensKey = tuple[str, tuple[float, ...], tuple[int, int], tuple[tuple[str, float], ...]]


def _key(lens: Lens) -> LensKey:
    numbers = (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px, lens.skew, lens.scale_factor)
    return (
        lens.model,
        numbers,
        (lens.width_px, lens.height_px),
        tuple(sorted(lens.coefficients.items())),
    )


def _lens(key: LensKey) -> Lens:
    model, (fx, fy, cx, cy, skew, scale), (width, height), coefficients = key
    return Lens(model, fx, fy, cx, cy, width, height, skew, scale, dict(coefficients))


@lru_cache(maxsize=16)
def _nodes(key: LensKey) -> tuple[Float64Array, BoolArray]:
    """(rows, columns, 3) directions every 4 px, from one node before the picture on."""
    lens = _lens(key)
    across = _NODE_PX * np.arange(-1.0, lens.width_px / _NODE_PX + 2)
    down = _NODE_PX * np.arange(-1.0, lens.height_px / _NODE_PX + 2)
    u, v = np.meshgrid(across, down)
    rays = unproject(np.column_stack([u.ravel(), v.ravel()]), lens)
    return rays.directions.reshape(*u.shape, 3), rays.valid.reshape(u.shape)


@lru_cache(maxsize=16)
def _pixel_rays(key: LensKey) -> tuple[Rays, Int64Array]:
    """The rays of a picture, tile by tile, and the pixel (row by row) of each."""
    lens = _lens(key)
    row, column = np.divmod(np.arange(lens.height_px * lens.width_px), lens.width_px)
    tile = row // _TILE_PX * (lens.width_px // _TILE_PX + 1) + column // _TILE_PX
    order = np.argsort(tile, kind="stable")
    uv_px = np.column_stack([column, row])[order].astype(np.float64)
    directions, valid = directions_at(uv_px, lens)
    pixels = order[valid]
    starts = np.flatnonzero(np.diff(tile[pixels], prepend=-1))
    steps = np.zeros(len(pixels), np.int64)
    return bundled(directions[valid], steps, np.append(starts, len(pixels))), pixels
