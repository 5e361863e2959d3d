"""What a ray sees where it ends: surface, reflectance, colour."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.simulator import ray_values as rays
from groundplane.simulator.road import HALF_WIDTH_M, PAVEMENT_WIDTH_M
from groundplane.simulator.scenery import FLOOR_M, SUNK_M
from groundplane.simulator.shapes import Pattern, Surface
from groundplane.simulator.street import Street

ASPHALT_REFLECTANCE, PAINT_REFLECTANCE = 0.1, 0.9
_REFLECTANCE: Final = {
    Surface.SKY: 0.0,
    Surface.ROAD: ASPHALT_REFLECTANCE,
    Surface.LANE_PAINT: PAINT_REFLECTANCE,
    Surface.KERB: 0.34,
    Surface.PAVEMENT: 0.26,
    Surface.GRASS: 0.4,
}
_COLOUR: Final = {
    Surface.SKY: (0, 0, 0),
    Surface.ROAD: (94, 96, 100),
    Surface.LANE_PAINT: (232, 232, 226),
    Surface.KERB: (186, 184, 178),
    Surface.PAVEMENT: (158, 154, 148),
    Surface.GRASS: (112, 134, 80),
}
_GROUND: Final = len(_COLOUR)
_WINDOW, _FRAME, _SHOP = (74, 92, 110), (222, 218, 208), (64, 76, 86)


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """(n,) each; `body` as in `Street`; `row` is for `colours_of`."""

    row: Int64Array
    body: Int64Array
    surface: Int64Array
    pattern: Int64Array
    reflectance: Float64Array


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Of each solid, in the order of `Street.parts`; then of the ground's surfaces."""

    body: Int64Array
    surface: Int64Array
    pattern: Int64Array
    reflectance: Float64Array
    colour: Float64Array


@lru_cache(maxsize=4)
def _table(street: Street) -> _Table:
    parts = street.parts
    ground = [Surface(number) for number in range(_GROUND)]
    return _Table(
        np.array([body for body, _ in parts] + [0] * _GROUND),
        np.array([int(part.surface) for _, part in parts] + [int(surface) for surface in ground]),
        np.array([int(part.pattern) for _, part in parts] + [int(Pattern.PLAIN)] * _GROUND),
        np.array([part.reflectance for _, part in parts] + [_REFLECTANCE[s] for s in ground]),
        np.array([part.colour for _, part in parts] + [_COLOUR[s] for s in ground], np.float64),
    )


def looks_of(street: Street, met: Int64Array, positions_m: Float64Array) -> Looks:
    """Of what rays met (n,), see `ray_values.Hits`, at (n, 3) in the street frame."""
    table, row = _table(street), met.copy()
    ground = np.flatnonzero(met < 0)
    row[ground] = len(street.parts)
    below = ground[met[ground] != rays.NOTHING]
    row[below] += _ground(street, met[below], positions_m[below])
    return Looks(
        row, table.body[row], table.surface[row], table.pattern[row], table.reflectance[row]
    )


def _ground(street: Street, met: Int64Array, positions_m: Float64Array) -> Int64Array:
    along_m, aside_m = street.road.along_and_aside(positions_m[:, :2])
    paved = np.abs(aside_m) < HALF_WIDTH_M + PAVEMENT_WIDTH_M
    surface = np.where(paved, int(Surface.PAVEMENT), int(Surface.GRASS))
    surface[met == rays.KERB] = int(Surface.KERB)
    # The kerb's upper side is its stone too.
    edge = (met == rays.PAVEMENT) & (np.abs(aside_m) < HALF_WIDTH_M + 0.16)
    surface[edge] = int(Surface.KERB)
    on_road = met == rays.ROAD
    paint = street.road.is_paint(along_m[on_road], aside_m[on_road])
    surface[on_road] = np.where(paint, int(Surface.LANE_PAINT), int(Surface.ROAD))
    return surface


def colours_of(
    street: Street, met: Int64Array, positions_m: Float64Array, looks: Looks
) -> Float64Array:
    """(n, 3) from 0 to 255, as in even light."""
    colour = _table(street).colour[looks.row]
    ground = np.flatnonzero(met < rays.NOTHING)
    colour[ground] *= _grain(positions_m[ground])[:, None]
    leaves = np.flatnonzero(looks.pattern == Pattern.LEAVES)
    colour[leaves] *= _leaf_shade(positions_m[leaves])[:, None]
    walls = np.flatnonzero(looks.pattern == Pattern.FACADE)
    _paint_windows(street, met[walls], positions_m[walls], colour, walls)
    return colour


def _paint_windows(
    street: Street,
    met: Int64Array,
    positions_m: Float64Array,
    colour: Float64Array,
    rows: Int64Array,
) -> None:
    shapes = street.solids.shapes
    matrices = shapes[met, :9].reshape(-1, 3, 3)
    away_m = positions_m - shapes[met, rays.CENTRE : rays.CENTRE + 3]
    unit = np.einsum("nij,nj->ni", matrices, away_m)
    half_m = 1 / np.linalg.norm(matrices, axis=2)
    ends = np.abs(unit[:, 0]) > np.abs(unit[:, 1])  # a gable, not the front
    across_m = np.where(ends, (unit[:, 1] + 1) * half_m[:, 1], (unit[:, 0] + 1) * half_m[:, 0])
    width_m = 2 * np.where(ends, half_m[:, 1], half_m[:, 0])
    bay_m = width_m / np.maximum(1, np.floor(width_m / 2.7))
    up_m = (unit[:, 2] + 1) * half_m[:, 2] - SUNK_M
    in_bay_m, in_floor_m = np.mod(across_m, bay_m) - bay_m / 2, np.mod(up_m, FLOOR_M)
    floors = np.floor((2 * half_m[:, 2] - SUNK_M) / FLOOR_M)
    upstairs = (up_m > FLOOR_M) & (up_m < floors * FLOOR_M)
    shop = (up_m < FLOOR_M) & (up_m > 0.7)
    tall = np.abs(in_floor_m - 1.65)
    frame = upstairs & (np.abs(in_bay_m) < 0.68) & (tall < 0.88)
    pane = upstairs & (np.abs(in_bay_m) < 0.58) & (np.abs(in_bay_m) > 0.04) & (tall < 0.78)
    glass = shop & (np.abs(in_bay_m) < bay_m / 2 - 0.22) & (in_floor_m < 2.5)
    colour[rows[up_m < FLOOR_M]] *= 0.86
    colour[rows[frame]] = _FRAME
    colour[rows[pane]] = _WINDOW
    colour[rows[glass]] = _SHOP
    colour[rows[np.abs(up_m - FLOOR_M) < 0.12]] *= 0.8


@lru_cache(maxsize=1)
def _noise() -> Float64Array:
    """(256, 256) around 1, a little smooth, the same at its opposite edges."""
    rough = np.random.default_rng(11).normal(0, 1, (256, 256))
    for axis in (0, 1):
        rough = (rough + np.roll(rough, 1, axis)) / 2
    return 1 + 0.045 * rough


def _grain(positions_m: Float64Array) -> Float64Array:
    """Of asphalt and stone: fine near by, and soft patches of a metre."""
    fine = np.floor(positions_m[:, :2] * 16).astype(np.int64) & 255
    place = positions_m[:, :2] * 0.9
    cell = np.floor(place)
    x, y = (place - cell).T
    column, row = cell.astype(np.int64).T & 255
    noise, right, above = _noise(), (column + 1) & 255, (row + 1) & 255
    low = noise[row, column] * (1 - x) + noise[row, right] * x
    high = noise[above, column] * (1 - x) + noise[above, right] * x
    return (low * (1 - y) + high * y) * (0.5 + 0.5 * noise[fine[:, 0], fine[:, 1]])


def _leaf_shade(positions_m: Float64Array) -> Float64Array:
    """Twigs and leaves: two sizes of cells, each of its own brightness."""
    return 0.55 + 0.34 * _cells(positions_m * 3.1) + 0.5 * _cells(positions_m * 13.0)


def _cells(places: Float64Array) -> Float64Array:
    """(n,) from 0 to 1, the same within each cell of a unit's size."""
    x, y, z = np.floor(places).astype(np.int64).T
    mixed = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791)
    return ((mixed * 2654435761 >> 16) & 255) / 255
