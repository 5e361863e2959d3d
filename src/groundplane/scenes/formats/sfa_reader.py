"""An .sfa container to its annotations, or to what is wrong with them (docs/formats/sfa.md)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Any, Final

import numpy as np

from groundplane.geometry.arrays import Float64Array
from groundplane.scenes.formats.fields import Fields, Misfit, word
from groundplane.scenes.formats.json_binary import Container, Node, open_container
from groundplane.scenes.formats.paths import CUBOID_WIDTH, CuboidPath
from groundplane.scenes.formats.sfa_model import (
    IN_IMAGES,
    ONE_ROW,
    SHAPES,
    Activation,
    Annotation,
    Attributes,
    Cuboid,
    Event,
    LabeledPoints,
    Link,
    LocalizationAdjustment,
    ObjectGroup,
    Path,
    PointSegmentation,
    Projection,
    SfaFile,
    Shape,
    UnknownAnnotation,
)
from groundplane.scenes.formats.sfs_model import AttributePath, Finding
from groundplane.scenes.formats.sfs_reader import attribute_path, pose_path, scene_members
from groundplane.scenes.formats.unreadable import UnreadableFile

SEGMENTATIONS: Final = ("point_segmentation", "labeled_points")


@dataclass(frozen=True, slots=True)
class ExaminedAnnotations:
    """`file` is None when anything in it does not have the type that the format gives it."""

    file: SfaFile | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def open_sfa(path: FilePath) -> SfaFile:
    """Read the annotations of a file; arrays of point ids stay on disk until they are used.

    Raises:
        UnreadableFile: not such a file, or one with errors; the sentence tells the first of them.
        OSError: the file cannot be opened.
    """
    return read_sfa(open_container(path))


def read_sfa(container: Container) -> SfaFile:
    """The annotations of a container, a scene's too.

    Raises:
        UnreadableFile: as `open_sfa`.
    """
    found = examine_sfa(container)
    if found.file is None:
        first, more = found.errors[0], len(found.errors) - 1
        others = f" And {more} more." if more else ""
        raise UnreadableFile(container.name, first.place, first.reason + others)
    return found.file


def examine_sfa(container: Container) -> ExaminedAnnotations:
    """Every annotation is tried: one that is wrong says so and spoils no other."""
    errors: list[Finding] = []
    root = Fields.of(container.root, "")
    annotations: list[Annotation] = []
    members: dict[str, Any] = {}
    try:
        members = scene_members(root)
        nodes = [] if root.get("annotations") is None else root.list_of("annotations")
    except Misfit as misfit:
        return ExaminedAnnotations(None, (Finding(misfit.place, misfit.reason),), ())
    for index, node in enumerate(nodes):
        try:
            annotations.append(_annotation(node, f"annotations.{index}"))
        except Misfit as misfit:
            errors.append(Finding(misfit.place, misfit.reason))
    if errors:
        return ExaminedAnnotations(None, tuple(errors), ())
    warnings = tuple(_warnings(annotations))
    return ExaminedAnnotations(SfaFile(annotations, **members), (), warnings)


def _annotation(node: Node, place: str) -> Annotation:
    fields = Fields.of(node, place)
    kind = fields.text("type")
    identity, parent = fields.identity("id"), fields.identity_or_none("parent_id")
    read = _READ.get(kind, _unknown)
    filled = read(fields)
    extra = {key: fields.members[key] for key in fields.unknown()}
    return filled(id=identity, parent_id=parent, extra=extra)


# Each reader gives its class with its own members filled in; id, parent and extras come last.
Filled = Callable[..., Annotation]


def _filled(kind: Callable[..., Annotation], **members: object) -> Filled:
    return partial(kind, **members)


def _unknown(fields: Fields) -> Filled:
    return _filled(UnknownAnnotation, type=fields.text("type"))


def _cuboid(fields: Fields) -> Filled:
    activations = fields.objects_or_none("activations")
    projections = fields.objects_or_none("projections")
    path = fields.inner("path")
    timestamps, values = path.times(), _cuboids(path, "values")
    _as_many(path, len(timestamps), len(values))
    return _filled(
        Cuboid,
        path=CuboidPath(timestamps, values),
        label=fields.text_or_none("label"),
        stationary=fields.flag("stationary", default=False),
        attributes=_attributes(fields),
        activations=None if activations is None else [_activation(item) for item in activations],
        projections=None if projections is None else [_projection(item) for item in projections],
    )


def _cuboids(fields: Fields, key: str) -> Float64Array:
    numbers, lengths = fields.rows(key)
    wrong = np.flatnonzero(lengths != CUBOID_WIDTH)
    if len(wrong):
        row = int(wrong[0])
        place = f"{fields.at(key)}.{row}"
        raise Misfit(place, f"must hold {CUBOID_WIDTH} numbers, not {int(lengths[row])}.")
    return numbers.reshape(-1, CUBOID_WIDTH)


def _activation(fields: Fields) -> Activation:
    return Activation(
        sensor_id=fields.identity("sensor_id"),
        timestamps=fields.times(),
        durations=fields.numbers("durations"),
        cuboids=None if fields.get("cuboids") is None else _cuboids(fields, "cuboids"),
    )


def _projection(fields: Fields) -> Projection:
    boxes = [_box(fields, index) for index in range(len(fields.list_of("boxes")))]
    return Projection(
        sensor_id=fields.identity("sensor_id"),
        timestamps=fields.times(),
        boxes=boxes,
        cuboids=None if fields.get("cuboids") is None else _cuboids(fields, "cuboids"),
    )


def _box(fields: Fields, index: int) -> tuple[float, ...] | None:
    node = fields.list_of("boxes")[index]
    if node is None:
        return None
    return Fields({str(index): node}, fields.at("boxes")).numbers(str(index))


def _attributes_only(fields: Fields) -> Filled:
    return _filled(Attributes, attributes=_attributes(fields))


def _attributes(fields: Fields) -> list[AttributePath] | None:
    items = fields.objects_or_none("attributes")
    return None if items is None else [attribute_path(item) for item in items]


def _shape(fields: Fields) -> Filled:
    kind = fields.text("type")
    path = fields.inner("path")
    timestamps = path.times()
    numbers, lengths = path.rows()
    _as_many(path, len(timestamps), len(lengths))
    required = kind in IN_IMAGES
    stationary = fields.flag("stationary", default=kind in {"polygon_topdown", "point_topdown"})
    if kind == "point_topdown" and not stationary:
        raise fields.misfit("stationary", "true")
    closed = kind == "polyline" and fields.get("is_closed") is not None
    return _filled(
        Shape,
        type=kind,
        path=Path(timestamps, numbers, np.cumsum(lengths)),
        sensor_id=fields.identity("sensor_id")
        if required
        else fields.identity_or_none("sensor_id"),
        stationary=stationary,
        label=fields.text_or_none("label"),
        attributes=_attributes(fields),
        is_closed=fields.flag("is_closed", default=False) if closed else None,
    )


def _link(fields: Fields) -> Filled:
    return _filled(
        Link,
        from_id=fields.identity("from_id"),
        to_id=fields.identity("to_id"),
        label=fields.text("label"),
        is_bidirectional=fields.flag("is_bidirectional", default=False),
        sensor_id=fields.identity_or_none("sensor_id"),
        attributes=_attributes(fields),
    )


def _segmentation(fields: Fields) -> Filled:
    return _filled(
        PointSegmentation,
        label=fields.text("label"),
        labeled_points=[_labeled(item) for item in fields.objects("labeled_points")],
        is_instance=fields.flag("is_instance", default=False),
        type=fields.text("type"),
    )


def _labeled(fields: Fields) -> LabeledPoints:
    point_ids = fields.array("point_ids")
    if point_ids.ndim != 1 or point_ids.dtype.kind not in "iu":
        raise Misfit(fields.at("point_ids"), "must be a list of whole numbers.")
    return LabeledPoints(
        sensor_id=fields.identity("sensor_id"),
        point_ids=point_ids,
        sensor_frame=fields.whole_or_none("sensor_frame"),
    )


def _localization(fields: Fields) -> Filled:
    return _filled(LocalizationAdjustment, poses=pose_path(fields.inner("poses")))


def _object(fields: Fields) -> Filled:
    return _filled(ObjectGroup, label=fields.text_or_none("label"), attributes=_attributes(fields))


def _event(fields: Fields) -> Filled:
    return _filled(
        Event,
        start=fields.whole("start"),
        duration=fields.whole_or_none("duration"),
        label=fields.text_or_none("label"),
        sensor_id=fields.identity_or_none("sensor_id"),
        attributes=_attributes(fields),
    )


_READ: Final[dict[str, Callable[[Fields], Filled]]] = {
    "cuboid": _cuboid,
    "attributes": _attributes_only,
    **dict.fromkeys(SHAPES, _shape),
    "link": _link,
    **dict.fromkeys(SEGMENTATIONS, _segmentation),
    "localization_adjustment": _localization,
    "object": _object,
    "event": _event,
}


def _as_many(path: Fields, times: int, rows: int) -> None:
    if times != rows:
        raise Misfit(path.at("values"), f"holds {rows} rows for {times} timestamps.")


def _warnings(annotations: list[Annotation]) -> Iterator[Finding]:
    ids = {annotation.id for annotation in annotations}
    yield from _angle_warnings(annotations)
    for index, annotation in enumerate(annotations):
        place = f"annotations.{index}"
        for key, value in (
            ("parent_id", annotation.parent_id),
            ("from_id", getattr(annotation, "from_id", None)),
            ("to_id", getattr(annotation, "to_id", None)),
        ):
            if value is not None and value not in ids:
                yield _warning(f"{place}.{key}", f"{value!r} is no annotation's id.")
        if isinstance(annotation, UnknownAnnotation):
            yield _warning(f"{place}.type", f"{word(annotation.type)} is kept, and not known.")
        if isinstance(annotation, Cuboid | Shape):
            yield from _path_warnings(annotation, f"{place}.path")


def _angle_warnings(annotations: list[Annotation]) -> Iterator[Finding]:
    """One for the file: where one cuboid has degrees, all have."""
    places = [
        f"annotations.{index}.path.values"
        for index, annotation in enumerate(annotations)
        if isinstance(annotation, Cuboid)
        and np.abs(annotation.path.values[:, 6:]).max(initial=0) > 2 * np.pi
    ]
    if places:
        others = f", and those of {len(places) - 1} more cuboids" if len(places) > 1 else ""
        yield _warning(places[0], f"hold angles beyond 2 pi{others}: they may be degrees.")


def _path_warnings(annotation: Cuboid | Shape, place: str) -> Iterator[Finding]:
    times = annotation.path.timestamps
    if (times[1:] <= times[:-1]).any():
        yield _warning(f"{place}.timestamps", "do not strictly increase.")
    if isinstance(annotation, Cuboid):
        return
    lengths = np.diff(annotation.path.ends, prepend=0)
    width = SHAPES[annotation.type]
    fits = lengths == width if annotation.type in ONE_ROW else lengths % width == 0
    if not fits.all():
        row = int(np.flatnonzero(~fits)[0])
        yield _warning(f"{place}.values.{row}", f"holds {int(lengths[row])} numbers.")


def _warning(place: str, reason: str) -> Finding:
    return Finding(place, reason, is_error=False)
