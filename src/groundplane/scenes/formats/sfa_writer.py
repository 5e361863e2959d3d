"""Annotations to the root of an .sfa container, members in the order of the official package."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, BinaryIO, Final

import numpy as np
import orjson

from groundplane.geometry.arrays import Float64Array, Int64Array
from groundplane.scenes.formats.json_binary import Node
from groundplane.scenes.formats.json_binary_writer import Text, write_container
from groundplane.scenes.formats.paths import CuboidPath, PosePath
from groundplane.scenes.formats.sfa_model import (
    Annotation,
    Attributes,
    Cuboid,
    Event,
    Link,
    LocalizationAdjustment,
    ObjectGroup,
    Path,
    PointSegmentation,
    SfaFile,
    Shape,
    UnknownAnnotation,
)
from groundplane.scenes.formats.sfs_model import AttributePath

Tree = dict[str, Node]


def write_sfa(file: SfaFile, out: BinaryIO) -> int:
    """Write a file of annotations; returns the number of bytes.

    Raises:
        ValueError: a number that is not finite, for JSON has none.
    """
    return write_container(sfa_root(file), out)


def sfa_root(file: SfaFile) -> Tree:
    """The tree of a file; numbers of paths are spelled when they are written.

    Raises:
        ValueError: as `write_sfa`.
    """
    return {
        "version": file.version,
        "sensors": None,
        "annotations": [annotation_node(annotation) for annotation in file.annotations],
        "attributes": attribute_nodes(file.attributes),
        "time_offset": file.time_offset,
        "time_unit": file.time_unit,
        "metadata": file.metadata,
    }


def type_of(annotation: Annotation) -> str:
    """What the file calls it."""
    if isinstance(annotation, Shape | PointSegmentation | UnknownAnnotation):
        return annotation.type
    return _TYPES[type(annotation)]


def annotation_node(annotation: Annotation) -> Tree:
    """One annotation.

    Raises:
        ValueError: as `write_sfa`.
    """
    return {
        "id": annotation.id,
        "type": type_of(annotation),
        "parent_id": annotation.parent_id,
        **_MEMBERS[type(annotation)](annotation),
        **annotation.extra,
    }


def rows_text(timestamps: Int64Array, rows: Sequence[Float64Array] | Float64Array) -> Text:
    """The JSON of a path: `{"timestamps": [...], "values": [[...], ...]}`.

    Raises:
        ValueError: as `write_sfa`.
    """
    for row in [rows] if isinstance(rows, np.ndarray) else rows:
        if not np.isfinite(row).all():
            raise ValueError("A path holds a number that is not finite, which JSON has not.")
    values = np.ascontiguousarray(rows) if isinstance(rows, np.ndarray) else list(rows)
    members = {"timestamps": np.ascontiguousarray(timestamps), "values": values}
    # Reads numbers where they lie in the array: four times as fast as by way of Python's.
    return Text(partial(orjson.dumps, members, option=orjson.OPT_SERIALIZE_NUMPY))


def path_node(path: Path | CuboidPath | PosePath) -> Text:
    """The JSON of any path.

    Raises:
        ValueError: as `write_sfa`.
    """
    return rows_text(path.timestamps, path.rows if isinstance(path, Path) else path.values)


def attribute_nodes(attributes: Sequence[AttributePath] | None) -> list[Tree] | None:
    if attributes is None:
        return None
    return [
        {
            "name": attribute.name,
            "timestamps": attribute.timestamps.tolist(),
            "values": list(attribute.values),
            "sensor_id": attribute.sensor_id,
            "static": attribute.static,
        }
        for attribute in attributes
    ]


def _cuboid(cuboid: Cuboid) -> Tree:
    activations, projections = cuboid.activations, cuboid.projections
    return {
        "path": path_node(cuboid.path),
        "label": cuboid.label,
        "stationary": cuboid.stationary,
        "attributes": attribute_nodes(cuboid.attributes),
        "activations": None
        if activations is None
        else [
            {
                "sensor_id": seen.sensor_id,
                "timestamps": seen.timestamps.tolist(),
                "durations": list(seen.durations),
                "cuboids": None if seen.cuboids is None else seen.cuboids.tolist(),
            }
            for seen in activations
        ],
        "projections": None
        if projections is None
        else [
            {
                "sensor_id": seen.sensor_id,
                "timestamps": seen.timestamps.tolist(),
                "boxes": [None if box is None else list(box) for box in seen.boxes],
                "cuboids": None if seen.cuboids is None else seen.cuboids.tolist(),
            }
            for seen in projections
        ],
    }


def _shape(shape: Shape) -> Tree:
    closed = {"is_closed": shape.is_closed} if shape.type == "polyline" else {}
    return {
        "sensor_id": shape.sensor_id,
        "path": path_node(shape.path),
        **closed,
        "stationary": shape.stationary,
        "label": shape.label,
        "attributes": attribute_nodes(shape.attributes),
    }


def _link(link: Link) -> Tree:
    return {
        "sensor_id": link.sensor_id,
        "label": link.label,
        "is_bidirectional": link.is_bidirectional,
        "from_id": link.from_id,
        "to_id": link.to_id,
        "attributes": attribute_nodes(link.attributes),
    }


def _segmentation(segmentation: PointSegmentation) -> Tree:
    return {
        "label": segmentation.label,
        "labeled_points": [
            {
                "sensor_id": points.sensor_id,
                "point_ids": points.point_ids,
                "sensor_frame": points.sensor_frame,
            }
            for points in segmentation.labeled_points
        ],
        "is_instance": segmentation.is_instance,
    }


def _event(event: Event) -> Tree:
    return {
        "start": event.start,
        "label": event.label,
        "attributes": attribute_nodes(event.attributes),
        "duration": event.duration,
        "sensor_id": event.sensor_id,
    }


def _group(group: ObjectGroup) -> Tree:
    return {"label": group.label, "attributes": attribute_nodes(group.attributes)}


_TYPES: Final[dict[type[Annotation], str]] = {
    Cuboid: "cuboid",
    Attributes: "attributes",
    Link: "link",
    LocalizationAdjustment: "localization_adjustment",
    ObjectGroup: "object",
    Event: "event",
}
_MEMBERS: Final[dict[type[Annotation], Callable[[Any], Tree]]] = {
    Cuboid: _cuboid,
    Attributes: lambda found: {"attributes": attribute_nodes(found.attributes)},
    Shape: _shape,
    Link: _link,
    PointSegmentation: _segmentation,
    LocalizationAdjustment: lambda found: {"poses": path_node(found.poses)},
    ObjectGroup: _group,
    Event: _event,
    UnknownAnnotation: lambda _: {},
}
