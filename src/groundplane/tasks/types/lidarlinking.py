"""lidarlinking: a finished LiDAR task's cuboids, corrected on the pictures of its cameras."""

from collections.abc import Mapping

import msgspec

from groundplane.errors import InvalidParameter
from groundplane.tasks.model import check_url
from groundplane.tasks.types import checks, sources
from groundplane.tasks.types.definitions import (
    AttributeDescription,
    LabelDescription,
    read_attributes,
    read_labels,
)
from groundplane.tasks.types.geometries import DEFAULTS, Geometry, check_geometries
from groundplane.tasks.types.kind import Answer, SourceRule, SourceTask, TaskType, json_file
from groundplane.tasks.types.sampling import sampled
from groundplane.wire.values import JSON

SHAPED = "imageannotation"
ANNOTATION_TYPES = (SHAPED, "annotation", "cuboidannotation", "polygonannotation")
DEFAULT_GEOMETRIES = ("box", "cuboid", "polygon")


class EventCameras(msgspec.Struct):
    event: str
    camera_ids: list[int]


class Layer(msgspec.Struct):
    """A file of shapes, one list per frame, drawn over one camera's pictures."""

    url: str
    camera_id: int


class Params(msgspec.Struct):
    """POST /v1/task/lidarlinking, the fields of its own."""

    lidar_task: str | None = None
    annotation_type: str | None = None
    geometries: dict[str, Geometry] | list[Geometry] | None = None
    default_geometry: str | None = None
    annotation_attributes: dict[str, AttributeDescription] = {}
    camera_ids: list[int] | None = None
    events_to_annotate: list[str] | None = None
    event_camera_ids: list[EventCameras] | None = None
    can_add_annotations: bool = True
    can_edit_annotations: bool = True
    can_edit_annotation_positions: bool | None = None
    can_delete_annotations: bool | None = None
    labeling_sample_rate: int = 1
    additional_labels: list[str | LabelDescription] = []
    skip_labels: list[str] = []
    copy_all_lidar_task_attributes: bool = False
    padding: int = 0
    paddingX: int | None = None  # noqa: N815  # the wire's spelling
    paddingY: int | None = None  # noqa: N815  # the wire's spelling
    layers: list[Layer] | None = None

    def __post_init__(self) -> None:
        """What follows from other parameters: shapes, finer rights from the one to edit, paddings.

        Scale's field table requires `geometries` and `default_geometry` with `imageannotation`; its
        own sample leaves both out, and its answer shows none and "box".
        """
        if self.geometries == [] or (self.geometries is None and self.annotation_type == SHAPED):
            self.geometries = {}
        if self.default_geometry is None and self.annotation_type == SHAPED:
            self.default_geometry = "box"
        if self.can_edit_annotation_positions is None:
            self.can_edit_annotation_positions = self.can_edit_annotations
        if self.can_delete_annotations is None:
            self.can_delete_annotations = self.can_edit_annotations
        self.paddingX = self.padding if self.paddingX is None else self.paddingX
        self.paddingY = self.padding if self.paddingY is None else self.paddingY


class CameraAnswer(msgspec.Struct, frozen=True):
    camera_used: int
    annotations: list[dict[str, JSON]]


class FrameAnswer(msgspec.Struct, frozen=True):
    camera_responses: list[CameraAnswer]


def check(params: Params) -> None:
    """Raises InvalidParameter: naming the first thing that is wrong."""
    checks.required("lidar_task", params.lidar_task)
    checks.required("annotation_type", params.annotation_type)
    checks.one_of("annotation_type", params.annotation_type or "", ANNOTATION_TYPES)
    _check_shapes(params)
    read_attributes("annotation_attributes", params.annotation_attributes)
    checks.indexes("camera_ids", params.camera_ids)
    _check_events(params)
    for name in ("can_edit_annotation_positions", "can_delete_annotations"):
        if getattr(params, name) and not params.can_edit_annotations:
            raise InvalidParameter(name, "must not be true when can_edit_annotations is false")
    checks.at_least("labeling_sample_rate", params.labeling_sample_rate, 1)
    read_labels("additional_labels", params.additional_labels)
    checks.texts("skip_labels", params.skip_labels)
    for name in ("padding", "paddingX", "paddingY"):
        checks.at_least(name, getattr(params, name), 0)
    for index, layer in enumerate(params.layers or []):
        check_url(f"layers.{index}.url", layer.url)
        checks.at_least(f"layers.{index}.camera_id", layer.camera_id, 0)


def source(params: Params) -> SourceRule:
    types = ("lidarannotation", "lidarsegmentation")
    return SourceRule("lidar_task", params.lidar_task or "", types)


def check_source(params: Params, found: SourceTask) -> None:
    """Raises InvalidParameter: a label to skip that the LiDAR task does not have."""
    checks.among("skip_labels", params.skip_labels, sources.label_names(found), "its labels")


def echo(params: Params) -> Mapping[str, JSON]:
    """Scale's sample shows the LiDAR task under another name than it was given by."""
    return {"task_id": params.lidar_task}


def frames_to_adjust(params: Params, found: SourceTask) -> list[int]:
    """Indexes into the LiDAR task's frames: a sample of those that it labeled."""
    return sampled(sources.labeled_frames(found), params.labeling_sample_rate)


def fabricate(params: Params, found: SourceTask | None) -> Answer:
    """Nothing drawn, on the asked cameras of every frame to adjust; on none when none are named."""
    assert found is not None, "it always builds on a task"
    cameras = [CameraAnswer(camera, []) for camera in params.camera_ids or []]
    adjusted = set(frames_to_adjust(params, found))
    frames = [
        FrameAnswer(cameras if index in adjusted else [])
        for index in range(sources.frame_count(found))
    ]
    return {"annotations": {"url": json_file(frames)}}


LIDAR_LINKING = TaskType(
    name="lidarlinking",
    params=Params,
    check=check,
    fabricate=fabricate,
    required=("instruction",),
    echo=echo,
    source=source,
    check_source=check_source,
)


def _check_shapes(params: Params) -> None:
    if isinstance(params.geometries, list):
        raise InvalidParameter("geometries", "must be an object")
    if params.annotation_type == SHAPED and params.additional_labels:
        raise InvalidParameter(
            "additional_labels", f"is not allowed with {SHAPED}: name labels in geometries"
        )
    check_geometries("geometries", params.geometries or {}, tuple(DEFAULTS))
    if params.default_geometry is not None:
        checks.one_of("default_geometry", params.default_geometry, DEFAULT_GEOMETRIES)


def _check_events(params: Params) -> None:
    events = params.events_to_annotate or []
    checks.texts("events_to_annotate", events)
    for index, one in enumerate(params.event_camera_ids or []):
        where = f"event_camera_ids.{index}"
        if one.event not in events:
            raise InvalidParameter(f"{where}.event", "must be one of events_to_annotate")
        checks.indexes(f"{where}.camera_ids", one.camera_ids)
