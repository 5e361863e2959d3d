"""Whether a cloud and a picture show the same edges, under one calibration and under others.

Where a near thing ends before a far one, the picture usually has an edge (Levinson and Thrun,
"Automatic Online Calibration of Cameras and Lasers", 2013). The agreement at the given calibration
is compared with that at many shifted ones: chance is as good there as here.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image

from groundplane.geometry import rotations
from groundplane.geometry.arrays import BoolArray, Float64Array, Int64Array
from groundplane.geometry.cameras import Lens, project
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.json_binary import Array

WIDTH: Final = 320  # of the picture that edges are looked for in
ACROSS, DOWN, STRIDE = 40, 24, 2
PER_DEVIATION: Final = 16
_LOWEST_RAD, _HIGH_RAD = np.radians(-32), np.radians(64)
_DENSE: Final = 80_000
_NEAREST_M, _FARTHEST_M = 2.5, 70.0
_OVER_GROUND_M: Final = 0.4
_LEAST_POINTS: Final = 40
_LOCAL: Final = 8  # edges are those that stand out of as many pixels around


@dataclass(frozen=True, slots=True, eq=False)
class Silhouettes:
    """Points where something ends: `sides` against what is left or right of it, `tops` above."""

    sides: Float64Array
    tops: Float64Array

    def mapped(self, matrix: Float64Array, about: Float64Array) -> "Silhouettes":
        return Silhouettes(
            (self.sides - about) @ matrix.T + about, (self.tops - about) @ matrix.T + about
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, small.

    `across` and `down` are how much brightness changes that way, as ranks less what is usual
    around; the soft ones forgive two pixels. `mean` and `deviation` are of its brightness.
    """

    width_px: int
    height_px: int
    across: Float64Array
    down: Float64Array
    soft_across: Float64Array
    soft_down: Float64Array
    soft_variances: tuple[float, float]
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Agreement:
    points: int
    here: float
    surface: bytes


def silhouettes(xyz: Float64Array, eye: Float64Array, ground_z: Float64Array) -> Silhouettes:
    """Of the cloud (n, 3) as seen from `eye`; `ground_z` (n,): nothing lower is a thing."""
    offsets = xyz - eye
    distance = np.sqrt(np.einsum("ij,ij->i", offsets, offsets))
    kept = np.flatnonzero((distance > _NEAREST_M) & (distance < _FARTHEST_M))
    offsets, distance = offsets[kept], distance[kept]
    # Cells of 0.25° by 0.4° for dense clouds, else 0.5° by 0.8°; rings are up to 1.6° apart.
    fine = 2 if len(kept) > _DENSE else 1
    columns, rows = 720 * fine, 80 * fine
    azimuth = np.arctan2(offsets[:, 1], offsets[:, 0])
    elevation = np.arcsin(np.clip(offsets[:, 2] / distance, -1, 1))
    column = ((azimuth / np.pi + 1) * (columns / 2)).astype(np.int64) % columns
    row = ((elevation - _LOWEST_RAD) * (rows / _HIGH_RAD)).astype(np.int64)
    cell = np.clip(row, 0, rows - 1) * columns + column
    order = np.argsort(-distance)  # of one cell, the nearest is written last
    nearest = np.full(rows * columns, np.inf)
    point: Int64Array = np.full(rows * columns, -1)
    nearest[cell[order]], point[cell[order]] = distance[order], kept[order]
    seen, met = nearest.reshape(rows, columns), point.reshape(rows, columns)
    ends = np.zeros(seen.shape, np.bool_)
    above = np.full(seen.shape, np.inf)
    for step in (1, 2, -1, -2):
        beside = np.roll(seen, step, 1)
        ends |= np.isfinite(beside) & (beside > 1.12 * seen + 0.5)
    for step in range(1, 2 * fine + 1):
        above[:-step] = np.minimum(above[:-step], seen[step:])
    tops = above > 1.3 * seen + 1

    def things(where: BoolArray) -> Float64Array:
        found = met[where & (met >= 0)]
        return xyz[found[xyz[found, 2] > ground_z[found] + _OVER_GROUND_M]]

    return Silhouettes(things(ends), things(tops))


def read_picture(content: Array) -> Picture:
    """Of an image file's bytes (n,), or of pixels (height, width, 3).

    Raises:
        OSError: the file is damaged, or not an image.
        ValueError: the same.
        SyntaxError: the same, in a PNG.
    """
    if content.ndim == 1:
        image = Image.open(io.BytesIO(content.tobytes()))
        width_px, height_px = image.size
        image.draft("L", (2 * WIDTH, WIDTH))  # a JPEG is decoded at a fraction of its size
    else:
        image = Image.fromarray(content)
        width_px, height_px = image.size
    height = max(8, round(WIDTH * height_px / width_px))
    grey = np.asarray(
        image.convert("L").resize((WIDTH, height), Image.Resampling.BOX), dtype=np.float64
    )
    shade = np.log(grey + 20)  # what lies in shadow has edges, too
    across = _edges(np.abs(np.diff(shade, axis=1, prepend=shade[:, :1])))
    down = _edges(np.abs(np.diff(shade, axis=0, prepend=shade[:1])))
    soft_across, soft_down = _boxed(across, 2), _boxed(down, 2)
    return Picture(
        width_px=width_px,
        height_px=height_px,
        across=across,
        down=down,
        soft_across=soft_across,
        soft_down=soft_down,
        soft_variances=(float(soft_across.var()), float(soft_down.var())),
        mean=float(grey.mean()),
        deviation=float(grey.std()),
    )


def agreement(
    seen: Silhouettes, world_from_camera: Transform, lens: Lens, picture: Picture
) -> Agreement | None:
    """None where too few edges lie on the picture to tell anything."""
    total, points = np.zeros((2 * DOWN + 1, 2 * ACROSS + 1)), 0
    for edges, world in ((picture.across, seen.sides), (picture.down, seen.tops)):
        places = _places(world, world_from_camera, lens, edges)
        surface, count = _surface(edges, places)
        total += surface
        points += count
    deviation = float(total.std())
    if points < _LEAST_POINTS or deviation == 0:
        return None
    scaled = np.clip(total / deviation * PER_DEVIATION, -127, 127)
    here = total[DOWN - 2 : DOWN + 3, ACROSS - 2 : ACROSS + 3].mean()
    # Every other step, each the better of its neighbours: no peak falls between.
    coarse = scaled[::STRIDE, ::STRIDE].copy()
    coarse[:-1] = np.maximum(coarse[:-1], scaled[1::STRIDE, ::STRIDE])
    coarse[:, :-1] = np.maximum(coarse[:, :-1], scaled[::STRIDE, 1::STRIDE])
    return Agreement(points, float(here / deviation), np.rint(coarse).astype(np.int8).tobytes())


def repair_agreement(
    seen: Silhouettes, world_from_camera: Transform, lens: Lens, picture: Picture
) -> float:
    """Agreement of a reading, in deviations of as many points thrown at random."""
    total, variance, points = 0.0, 0.0, 0
    for soft, spread, world in (
        (picture.soft_across, picture.soft_variances[0], seen.sides),
        (picture.soft_down, picture.soft_variances[1], seen.tops),
    ):
        places = _places(world, world_from_camera, lens, soft)
        single = np.unique(places[:, 1] * soft.shape[1] + places[:, 0])
        total += float(soft.ravel()[single].sum())
        variance += len(single) * spread
        points += len(single)
    return total / variance**0.5 if points >= _LEAST_POINTS and variance else 0.0


def surface_of(content: bytes) -> Float64Array:
    """(rows, columns) in deviations: see `EdgeSigns`."""
    shape = (DOWN + 1, ACROSS + 1)
    return np.frombuffer(content, np.int8).astype(np.float64).reshape(shape) / PER_DEVIATION


def _places(
    world: Float64Array, world_from_camera: Transform, lens: Lens, edges: Float64Array
) -> Int64Array:
    """(n, 2) column and row in the small picture of the points that it shows."""
    shown = project(world, world_from_camera.inverse(), lens)
    places = np.rint(shown.uv_px[shown.visible] * (edges.shape[1] / lens.width_px)).astype(np.int64)
    return np.clip(places, 0, np.array(edges.shape[::-1]) - 1)


def _surface(edges: Float64Array, places: Int64Array) -> tuple[Float64Array, int]:
    """The sum of edges under the points, with the points shifted by every step."""
    height, width = edges.shape
    padded = np.zeros((height + 2 * DOWN, width + 2 * ACROSS))
    padded[DOWN : DOWN + height, ACROSS : ACROSS + width] = edges
    single = np.unique(places[:, 1] * width + places[:, 0])
    rows, columns = np.divmod(single, width)
    total = np.zeros((2 * DOWN + 1, 2 * ACROSS + 1))
    windows = np.lib.stride_tricks.sliding_window_view(padded, total.shape)
    for start in range(0, len(single), 256):
        part = slice(start, start + 256)
        total += windows[rows[part], columns[part]].sum(axis=0)
    return total, len(single)


def _edges(change: Float64Array) -> Float64Array:
    soft = _boxed(change, 1)
    rank = np.empty(soft.size)
    rank[np.argsort(soft, axis=None)] = np.linspace(0, 1, soft.size)
    ranked = rank.reshape(soft.shape)
    return ranked - _boxed(ranked, _LOCAL)


def _boxed(values: Float64Array, reach: int) -> Float64Array:
    """The mean of the (2 reach + 1)² values around each."""
    size = 2 * reach + 1
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)), mode="edge")
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    corners = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    return corners / size**2


# A camera's axes when files mean x ahead, y left, z up, and when they mean z back (OpenGL).
_AXES: Final = {
    "camera_x_ahead": np.array([0.5, -0.5, 0.5, -0.5]),
    "camera_z_back": np.array([0.0, 1.0, 0.0, 0.0]),
}


def other_poses(given: Transform) -> Mapping[str, Transform]:
    """What the file may have meant by a camera's pose: name of the rule → pose."""
    w, x, y, z = given.rotation_wxyz.tolist()
    at = given.translation_m
    poses = {
        "quaternion_order": Transform((z, w, x, y), at),
        "quaternion_order_back": Transform((x, y, z, w), at),
        "pose_inverted": given.inverse(),
        "rotation_inverted": Transform((w, -x, -y, -z), at),
    }
    for name, turn in _AXES.items():
        poses[name] = Transform(rotations.multiply(given.rotation_wxyz, turn), at)
    for degrees in _ROLLS_DEG:
        turn = rotations.from_axis_angle((0, 0, 1), np.radians(degrees))
        poses[f"roll_{degrees}"] = Transform(rotations.multiply(given.rotation_wxyz, turn), at)
    for name, by_m in _MOVES_M.items():
        moved_m = at + rotations.rotate(given.rotation_wxyz, by_m)
        poses[name] = Transform(given.rotation_wxyz, moved_m)
    return poses


def other_lenses(given: Lens) -> Mapping[str, Lens]:
    """The lens as given, and what the file may have meant by it."""
    lenses = {"as_given": given}
    for ratio in _FOCAL_RATIOS:
        longer = replace(given, fx_px=given.fx_px * ratio, fy_px=given.fy_px * ratio)
        lenses[f"focal_{ratio}"] = longer
    for ratio in (0.5, 2.0):
        lenses[f"size_{ratio}"] = replace(given, scale_factor=(given.scale_factor or 1) / ratio)
    return lenses


MIRRORS: Final[dict[str, Float64Array]] = {
    "mirrored_y": np.diag([1.0, -1.0, 1.0]),
    "mirrored_x": np.diag([-1.0, 1.0, 1.0]),
    "swapped_xy": np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]]),
}
_FOCAL_RATIOS: Final[Sequence[float]] = (0.5, 0.7, 0.84, 1.19, 1.42, 2.0)
_ROLLS_DEG: Final[Sequence[float]] = (-90, -12, -6, 6, 12, 90, 180)
# In the camera's axes: x right, y down, z ahead.
_MOVES_M: Final[Mapping[str, Float64Array]] = {
    f"moved_{metres:+g}_m_{way}": metres * axis
    for way, axis in (("right", np.array([1.0, 0, 0])), ("down", np.array([0.0, 1, 0])))
    for metres in (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
}
