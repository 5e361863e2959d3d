"""lidartopdown: shapes on the ground, on an aerial picture or on frames seen from above."""

from collections.abc import Mapping

import msgspec

from groundplane.annotations.taxonomy import leaves
from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND
from groundplane.tasks.model import check_attachments, check_url
from groundplane.tasks.types import checks
from groundplane.tasks.types.definitions import (
    AttributeDescription,
    BaseAnnotations,
    read_attributes,
    read_labels,
)
from groundplane.tasks.types.geometries import (
    TOPDOWN_SHAPES,
    Geometry,
    Links,
    check_geometries,
    check_links,
    labels_of,
)
from groundplane.tasks.types.kind import (
    MADE_UP_UUID,
    Answer,
    SceneOrder,
    SourceRule,
    SourceTask,
    TaskType,
    cuboid_task,
)
from groundplane.wire.values import JSON


class Vector(msgspec.Struct):
    x: float
    y: float
    z: float = 0


class Extent(msgspec.Struct):
    x: float
    y: float


class GroundRectangle(msgspec.Struct):
    """A rectangle on the ground around `position`, turned by `rotation` radians about z."""

    position: Vector
    dimensions: Extent
    rotation: float = 0


class ContextAttachment(msgspec.Struct):
    attachment: str


class Params(msgspec.Struct):
    """POST /v1/task/lidartopdown, the fields of its own."""

    attachment: str | list[str] | None = None
    attachments: list[str] | None = None
    context_attachments: list[str | ContextAttachment] | None = None
    region_of_interest_3d: GroundRectangle | None = None
    region_of_interest_2d: dict[str, object] | None = None
    geometries: dict[str, Geometry] | None = None
    directed_lines: list[str] | None = None
    annotation_attributes: dict[str, AttributeDescription] = {}
    links: Links | None = None
    base_annotations: BaseAnnotations | None = None
    groups: list[str] | None = None
    rules: dict[str, object] | None = None
    disable_cuboid_projection: bool = False
    lidar_task: str | None = None
    deviceHeight: float | None = None  # noqa: N815  # the wire's spelling
    taxonomy_srn: str | None = None

    def __post_init__(self) -> None:
        """Scale's table types `attachment` as a list and its prose as one address."""
        if isinstance(self.attachment, list) and len(self.attachment) <= 1:
            self.attachment = self.attachment[0] if self.attachment else None
        if self.attachment == "":
            self.attachment = None


def check(params: Params) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    _check_pictures(params)
    if params.attachment is None and params.region_of_interest_3d is None:
        raise InvalidParameter("region_of_interest_3d", "is required")
    if params.region_of_interest_3d is not None:
        for axis, length in msgspec.structs.asdict(params.region_of_interest_3d.dimensions).items():
            if length <= 0:
                where = f"region_of_interest_3d.dimensions.{axis}"
                raise InvalidParameter(where, "must be greater than 0")
    if params.taxonomy_srn is None and not params.geometries:
        raise InvalidParameter("geometries", "is required")
    check_geometries("geometries", params.geometries or {}, TOPDOWN_SHAPES)
    checks.texts("directed_lines", params.directed_lines or [])
    if params.taxonomy_srn is None:  # else the lines may be the taxonomy's
        lines = labels_of(params.geometries or {}, "line")
        checks.among("directed_lines", params.directed_lines or [], lines, "the labels of line")
    read_attributes("annotation_attributes", params.annotation_attributes)
    check_links("links", params.links or {})
    checks.texts("groups", params.groups or [])
    checks.at_least("deviceHeight", params.deviceHeight, 0)


def source(params: Params) -> SourceRule | None:
    return cuboid_task(params.lidar_task)


def scene_order(params: Params) -> SceneOrder | None:
    """An aerial picture, and the frames of another task, are not read yet."""
    if not params.attachments:
        return None
    return SceneOrder(params.attachments, 1, DEFAULT_FRAMES_PER_SECOND)


def fabricate(params: Params, found: SourceTask | None) -> Answer:
    """One triangle in the region's middle, with the first label; nothing without a label."""
    del found
    annotations: list[JSON] = []
    for name, one in (params.geometries or {}).items():
        names = leaves(read_labels(name, one.objects_to_annotate))
        if names:
            annotations.append(_made_up(name, names[0], params.region_of_interest_3d))
            break
    return {"annotations": annotations, "links": [], "global_attributes": {}}


LIDAR_TOPDOWN = TaskType(
    name="lidartopdown",
    params=Params,
    check=check,
    fabricate=fabricate,
    required=("project",),
    source=source,
    scene=scene_order,
)


def _check_pictures(params: Params) -> None:
    if isinstance(params.attachment, list):
        raise InvalidParameter("attachment", "must contain less than or equal to 1 items")
    if params.attachment is not None and params.attachments:
        raise InvalidParameter("attachments", "is not allowed with attachment")
    if params.attachment is not None:
        check_url("attachment", params.attachment)
    elif params.attachments:
        check_attachments(params.attachments)
    elif params.lidar_task is None:
        raise InvalidRequest("Please include an attachment or attachments parameter.")
    for index, one in enumerate(params.context_attachments or []):
        where = f"context_attachments.{index}"
        if isinstance(one, str):
            check_url(where, one)
        else:
            check_url(f"{where}.attachment", one.attachment)


def _made_up(shape: str, label: str, region: GroundRectangle | None) -> dict[str, JSON]:
    centre = region.position if region is not None else Vector(0, 0)
    corners: list[Mapping[str, JSON]] = [
        {"x": centre.x - 1, "y": centre.y - 1, "z": centre.z},
        {"x": centre.x + 1, "y": centre.y - 1, "z": centre.z},
        {"x": centre.x, "y": centre.y + 1, "z": centre.z},
    ]
    place: dict[str, JSON] = {"vertices": [dict(corner) for corner in corners]}
    if shape == "point":
        place = dict(corners[2])
    if shape == "box":
        place = {"left": centre.x - 1, "top": centre.y - 1, "width": 2, "height": 2}
    return {"uuid": MADE_UP_UUID, "type": shape, "label": label, "attributes": {}, **place}
