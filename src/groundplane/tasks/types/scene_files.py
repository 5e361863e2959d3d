"""sensorfusion and multistage: tasks of whole scenes, mostly scene files (.sfs)."""

from collections.abc import Mapping, Sequence

import msgspec

from groundplane.annotations.taxonomy import leaves
from groundplane.errors import InvalidParameter
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND
from groundplane.tasks.model import check_attachments
from groundplane.tasks.types import checks
from groundplane.tasks.types.definitions import (
    AttributeDescription,
    LabelDescription,
    read_attributes,
    read_labels,
)
from groundplane.tasks.types.kind import (
    MADE_UP_UUID,
    SCENE_FILE,
    Answer,
    SceneOrder,
    SourceTask,
    TaskType,
    json_file,
)
from groundplane.wire.values import JSON

JSON_FRAMES = "split_base64"
DEFINITION_TYPES = (
    *("cuboid", "point_segmentation", "point", "polygon_topdown", "polyline"),
    *("box_2d", "polygon_2d", "point_2d", "polyline_2d", "event", "object", "link"),
)


class AnnotationDefinition(msgspec.Struct):
    """What to label: a type of annotation of the scene format, and its labels."""

    type: str
    labels: list[str | LabelDescription]
    annotation_attributes: dict[str, AttributeDescription] = {}
    is_instance: bool = False


class SensorFusionParams(msgspec.Struct):
    """POST /v1/task/sensorfusion, the fields of its own."""

    attachments: list[str] | None = None
    scene_format: str | None = None
    annotation_definition: list[AnnotationDefinition] | None = None
    is_frameless: bool | None = None

    def __post_init__(self) -> None:
        self.scene_format = None if self.scene_format is None else _unquoted(self.scene_format)


class MultistageParams(msgspec.Struct):
    """POST /v1/task/multistage, the fields of its own."""

    attachments: list[str] | None = None
    scene_format: str | None = None
    task_blueprint_id: str | None = None

    def __post_init__(self) -> None:
        self.scene_format = None if self.scene_format is None else _unquoted(self.scene_format)


def check_sensor_fusion(params: SensorFusionParams) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    _check_scene(params.attachments, params.scene_format, (SCENE_FILE,))
    checks.required("annotation_definition", params.annotation_definition)
    for index, one in enumerate(params.annotation_definition or []):
        where = f"annotation_definition.{index}"
        checks.one_of(f"{where}.type", one.type, DEFINITION_TYPES)
        checks.required(f"{where}.labels", one.labels)
        read_labels(f"{where}.labels", one.labels)
        read_attributes(f"{where}.annotation_attributes", one.annotation_attributes)
    checks.required("is_frameless", params.is_frameless)


def check_multistage(params: MultistageParams) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    _check_scene(params.attachments, params.scene_format, (SCENE_FILE, JSON_FRAMES))
    if params.task_blueprint_id == "":
        raise InvalidParameter("task_blueprint_id", "is not allowed to be empty")


def scene_order(params: SensorFusionParams | MultistageParams) -> SceneOrder:
    is_file = params.scene_format == SCENE_FILE
    return SceneOrder(params.attachments or [], 1, DEFAULT_FRAMES_PER_SECOND, is_file)


def fabricate_sensor_fusion(params: SensorFusionParams, found: SourceTask | None) -> Answer:
    """A scene with one cuboid beside the origin, if cuboids are asked for."""
    del found
    asked = [one for one in params.annotation_definition or [] if one.type == "cuboid"]
    annotations: list[Mapping[str, JSON]] = []
    for one in asked[:1]:
        label = leaves(read_labels("labels", one.labels))[0]
        annotations.append(
            {
                "id": MADE_UP_UUID,
                "type": "cuboid",
                "label": label,
                "stationary": False,
                "path": {"timestamps": [0], "values": [[1.9, 4.5, 1.6, 3, 12, 0.8, 0, 0, 0]]},
            }
        )
    return {"annotations": {"url": json_file(_scene(annotations))}}


def fabricate_multistage(params: MultistageParams, found: SourceTask | None) -> Answer:
    """A scene without annotations: its labels are those of a blueprint."""
    del params, found
    return {"annotations": {"url": json_file(_scene([]))}, "stages": []}


SENSOR_FUSION = TaskType(
    name="sensorfusion",
    params=SensorFusionParams,
    check=check_sensor_fusion,
    fabricate=fabricate_sensor_fusion,
    required=("project", "instruction", "callback_url"),
    scene=scene_order,
)
MULTISTAGE = TaskType(
    name="multistage",
    params=MultistageParams,
    check=check_multistage,
    fabricate=fabricate_multistage,
    required=("project",),
    scene=scene_order,
)


def _check_scene(
    attachments: list[str] | None, scene_format: str | None, formats: Sequence[str]
) -> None:
    check_attachments(attachments or [])
    checks.required("scene_format", scene_format)
    checks.one_of("scene_format", scene_format or "", formats)
    if scene_format == SCENE_FILE and len(attachments or []) != 1:
        raise InvalidParameter("attachments", "must contain 1 items")


def _scene(annotations: Sequence[Mapping[str, JSON]]) -> dict[str, object]:
    return {"version": "1.0", "time_unit": "microseconds", "annotations": annotations}


def _unquoted(text: str) -> str:
    """Without one pair of quotes around it: Scale's own sample sends the format so."""
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text
