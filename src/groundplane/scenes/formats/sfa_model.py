"""Annotations of .sfa files, as the file holds them: times in the file's unit, rows of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.scenes.formats.json_binary import Array, Node
from groundplane.scenes.formats.paths import CuboidPath, PosePath
from groundplane.scenes.formats.sfs_model import AttributePath, Identity, TimeUnit

Extra = dict[str, Node]

# Of each shape: how many numbers a row has, or is a multiple of.
SHAPES: Final = {
    "box_2d": 4,  # left top width height, pixels
    "point_2d": 2,
    "polyline_2d": 2,
    "polygon_2d": 2,
    "polygon": 3,
    "polygon_topdown": 3,
    "polyline": 3,
    "point": 3,
    "point_topdown": 3,
}
ONE_ROW: Final = frozenset({"box_2d", "point_2d", "point", "point_topdown"})
IN_IMAGES: Final = frozenset({"box_2d", "point_2d", "polyline_2d", "polygon_2d"})


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Key k at `timestamps[k]` is `row(k)`: rows may differ in length."""

    timestamps: Int64Array
    numbers: Float64Array
    ends: Int64Array

    def row(self, k: int) -> Float64Array:
        return self.numbers[self.ends[k - 1] if k else 0 : self.ends[k]]

    @property
    def rows(self) -> list[Float64Array]:
        return [self.row(k) for k in range(len(self.ends))]


@dataclass(frozen=True, slots=True, eq=False)
class Activation:
    """When a sensor saw the cuboid, for how long, and where exactly: rows as in the path."""

    sensor_id: Identity
    timestamps: Int64Array
    durations: tuple[float, ...]
    cuboids: Float64Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """`boxes`: x y width height in a camera; None: not projectable, or removed on purpose."""

    sensor_id: Identity
    timestamps: Int64Array
    boxes: Sequence[tuple[float, ...] | None]
    cuboids: Float64Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """`extra` holds the members that are not of the format, and those of BS5 (version 5.1)."""

    id: Identity
    parent_id: Identity | None = field(default=None, kw_only=True)
    extra: Extra = field(default_factory=Extra, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Cuboid(Annotation):
    path: CuboidPath
    label: str | None = None
    stationary: bool = False
    attributes: Sequence[AttributePath] | None = None
    activations: Sequence[Activation] | None = None
    projections: Sequence[Projection] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Attributes(Annotation):
    attributes: Sequence[AttributePath] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shape(Annotation):
    """Any of SHAPES; `is_closed` is of polylines."""

    type: str
    path: Path
    sensor_id: Identity | None = None
    stationary: bool = False
    label: str | None = None
    attributes: Sequence[AttributePath] | None = None
    is_closed: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Link(Annotation):
    from_id: Identity
    to_id: Identity
    label: str
    is_bidirectional: bool = False
    sensor_id: Identity | None = None
    attributes: Sequence[AttributePath] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LabeledPoints:
    """Points of one sweep (`sensor_frame` of a sensor's frames), or of a points sensor (None)."""

    sensor_id: Identity
    point_ids: Array
    sensor_frame: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PointSegmentation(Annotation):
    """`type` is "point_segmentation", or "labeled_points", which packages before 0.5 know alone."""

    label: str
    labeled_points: Sequence[LabeledPoints]
    is_instance: bool = False
    type: str = "point_segmentation"


@dataclass(frozen=True, slots=True, eq=False)
class LocalizationAdjustment(Annotation):
    poses: PosePath


@dataclass(frozen=True, slots=True, eq=False)
class ObjectGroup(Annotation):
    """Without geometry: its children name it as their parent."""

    label: str | None = None
    attributes: Sequence[AttributePath] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Event(Annotation):
    """From `start` for `duration`, or an instant when that is None."""

    start: int
    duration: int | None = None
    label: str | None = None
    sensor_id: Identity | None = None
    attributes: Sequence[AttributePath] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class UnknownAnnotation(Annotation):
    """A type that the format has not; all of it is in `extra`."""

    type: str


@dataclass(frozen=True, slots=True, eq=False)
class SfaFile:
    annotations: Sequence[Annotation]
    version: str = "1.0"
    attributes: Sequence[AttributePath] | None = None
    time_offset: int | None = None
    time_unit: TimeUnit = "microseconds"
    metadata: Extra | None = None
