"""What a cloud tells without any picture.

Tolerances are shares of the cloud's own size: a scene in millimetres is measured as well.
"""

import hashlib
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from groundplane.geometry.arrays import BoolArray, Float64Array
from groundplane.scenes.doctor.model import CloudSigns, GroundSigns
from groundplane.scenes.formats.frame_json import FrameColumns
from groundplane.scenes.model import Vec3

GRID: Final = 192
CELL_M: Final = 0.5
_STANDS_M: Final = (0.6, 4.0)  # over the ground: neither kerbs nor crowns of trees
_MOST_TRIED: Final = 12_000
_PLANES: Final = 160
_LOOKED_AT: Final = 12
_UPRIGHT: Final = np.cos(np.radians(35))


def cloud_signs(frame: FrameColumns) -> CloudSigns:
    finite = np.logical_and.reduce(np.isfinite(frame.xyz), axis=1)
    xyz = frame.xyz if finite.all() else frame.xyz[finite]
    device = np.array(frame.head.device_position)
    zero = int((xyz == 0).all(axis=1).sum())
    if zero:
        xyz = xyz[(xyz != 0).any(axis=1)]
    if len(xyz) < 3:  # nothing to measure; the counts say so
        return _empty(frame, finite, zero)
    few = xyz[:: max(1, len(xyz) // _MOST_TRIED)]
    centre = _centre(_of_largest_device(frame, few, finite, zero))
    median_range = float(np.median(np.linalg.norm(few - centre, axis=1)))
    low, high = np.percentile(few, [5, 95], axis=0)
    ground = ground_of(few, centre, median_range, device)
    bitmap, at = _structure(xyz, centre, ground)
    return CloudSigns(
        count=frame.count,
        not_finite=int((~finite).sum()),
        at_origin=zero,
        repeated=_repeated(xyz),
        centre=_vec3(centre),
        spread=_vec3(high - low),
        median_range=median_range,
        farthest=float(np.linalg.norm(few - centre, axis=1).max()),
        azimuths_covered=_azimuths_covered(few - centre),
        step=_float32_step(xyz),
        content=_hash(xyz),
        intensities=_hash(frame.intensity) if _tells(frame) else "",
        ground=ground,
        structure=zlib.compress(np.packbits(bitmap).tobytes()),
        structure_at=at,
    )


def ground_of(
    few: Float64Array, centre: Float64Array, median_range: float, device: Float64Array
) -> GroundSigns | None:
    """The plane of the near cloud by random trials (Fischler and Bolles, "RANSAC", 1981)."""
    near = few[np.linalg.norm(few - centre, axis=1) < 2 * median_range]
    if len(near) < 100 or median_range <= 0:
        return None
    chance = np.random.default_rng(0)
    near = near[chance.permutation(len(near))[:2500]] - centre
    a, b, c = near[chance.integers(0, len(near), (3, _PLANES))]
    normals = np.cross(b - a, c - a)
    length = np.linalg.norm(normals, axis=1)
    fine = length > 1e-9 * median_range**2
    normals, origins = normals[fine] / length[fine, None], a[fine]
    off = near @ normals.T - np.einsum("ij,ij->i", normals, origins)
    inside = np.abs(off) < 0.015 * median_range
    # The ground lies all round, a wall to one side: what counts is the weaker of two directions.
    upright = np.abs(normals[:, 2]) > _UPRIGHT
    ranked = np.argsort(-inside.sum(axis=0))
    likely = np.union1d(ranked[:_LOOKED_AT], ranked[upright[ranked]][:_LOOKED_AT])
    merits = np.zeros(len(normals))
    for k in likely.tolist():
        merits[k] = inside[:, k].mean() * _roundness(near[inside[:, k]], normals[k])
    best = int(merits.argmax())
    upright_merit = float(merits[upright].max(initial=0))
    if upright_merit > 0.6 * merits[best]:
        best = int(np.flatnonzero(upright)[merits[upright].argmax()])
    normal, off = normals[best], off[:, best]
    rest = off[np.abs(off) > 0.04 * median_range]
    above = float((rest > 0).mean()) if len(rest) else 0.5
    sign = 1.0 if above >= 0.5 else -1.0
    offset = float(normal @ (origins[best] + centre))
    return GroundSigns(
        normal=_vec3(sign * normal),
        offset=sign * offset,
        share=float(inside[:, best].mean()),
        merit=float(merits[best]),
        upright_merit=upright_merit,
        above_share=max(above, 1 - above),
        height=sign * (float(normal @ device) - offset),
    )


def _roundness(plane: Float64Array, normal: Float64Array) -> float:
    """1 where points lie in all directions in their plane, 0 where they lie in one line."""
    flat = plane - np.outer(plane @ normal, normal)
    flat = flat / np.maximum(np.linalg.norm(flat, axis=1), 1e-9)[:, None]
    _, weaker, stronger = np.linalg.eigvalsh(flat.T @ flat)
    return float(weaker / stronger) if stronger > 0 else 0.0


def _of_largest_device(
    frame: FrameColumns, few: Float64Array, finite: BoolArray, zero: int
) -> Float64Array:
    """The rows of `few` of the device with the most points: one sensor has one middle."""
    if frame.device is None or zero or not finite.all():
        return few
    device = frame.device[:: max(1, frame.count // _MOST_TRIED)][: len(few)]
    found, counts = np.unique(device, return_counts=True)
    return few[device == found[counts.argmax()]]


def _centre(few: Float64Array) -> Float64Array:
    """Where the sensor was: beams are densest about it, in all directions alike.

    The geometric median, then the middle of what is nearer than half the usual distance.
    """
    centre = np.median(few, axis=0)
    for _ in range(12):
        weight = 1 / np.maximum(np.linalg.norm(few - centre, axis=1), 1e-6)
        centre = (few * weight[:, None]).sum(axis=0) / weight.sum()
    return centre


def _structure(
    xyz: Float64Array, centre: Float64Array, ground: GroundSigns | None
) -> tuple[BoolArray, tuple[int, int]]:
    """Cells of the plan, aligned with the world's axes, that hold something above the ground."""
    at = np.floor(centre[:2] / CELL_M).astype(np.int64) - GRID // 2
    if ground is None:
        return np.zeros((GRID, GRID), np.bool_), (int(at[0]), int(at[1]))
    over = xyz @ np.array(ground.normal) - ground.offset
    stands = (over > _STANDS_M[0]) & (over < _STANDS_M[1])
    places = np.floor(xyz[stands, :2] / CELL_M).astype(np.int64) - at
    inside = ((places >= 0) & (places < GRID)).all(axis=1)
    bitmap = np.zeros((GRID, GRID), np.bool_)
    bitmap[places[inside, 0], places[inside, 1]] = True
    return bitmap, (int(at[0]), int(at[1]))


def unpacked(cloud: CloudSigns) -> BoolArray:
    bits = np.frombuffer(zlib.decompress(cloud.structure), np.uint8)
    return np.unpackbits(bits).astype(np.bool_).reshape(GRID, GRID)


def _azimuths_covered(offsets: Float64Array) -> float:
    """Of 36 directions on the plan, the share that holds points."""
    sector = np.floor((np.arctan2(offsets[:, 1], offsets[:, 0]) / np.pi + 1) * 18).astype(np.int64)
    counts = np.bincount(np.clip(sector, 0, 35), minlength=36)
    return float((counts > len(offsets) / 1000).mean())


def _float32_step(xyz: Float64Array) -> float:
    largest = float(np.abs(xyz).max())
    if largest > 3e38 or not (xyz.astype(np.float32) == xyz).all():
        return 0.0
    return float(np.spacing(np.float32(largest)))


def _repeated(xyz: Float64Array) -> int:
    """Points at exactly the place of another one."""
    order = xyz[np.lexsort(xyz.T)] if len(xyz) < 20_000 else None
    if order is None:
        keys = xyz @ np.array([1.0, np.pi, np.e])
        return int(len(keys) - len(np.unique(keys)))
    return int((np.diff(order, axis=0) == 0).all(axis=1).sum())


def _tells(frame: FrameColumns) -> bool:
    """Whether intensities tell one sweep from another."""
    return frame.intensity is not None and frame.count > 200 and bool(np.ptp(frame.intensity))


def _hash(column: npt.NDArray[np.floating] | None) -> str:
    assert column is not None
    return hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()[:16]


def _empty(frame: FrameColumns, finite: BoolArray, zero: int) -> CloudSigns:
    nowhere = (0.0, 0.0, 0.0)
    return CloudSigns(
        count=frame.count,
        not_finite=int((~finite).sum()),
        at_origin=zero,
        repeated=0,
        centre=nowhere,
        spread=nowhere,
        median_range=0.0,
        farthest=0.0,
        azimuths_covered=0.0,
        step=0.0,
        content="",
        intensities="",
        ground=None,
        structure=zlib.compress(np.packbits(np.zeros((GRID, GRID), np.bool_)).tobytes()),
        structure_at=(0, 0),
    )


def _vec3(row: Float64Array) -> Vec3:
    x, y, z = row.tolist()
    return x, y, z
