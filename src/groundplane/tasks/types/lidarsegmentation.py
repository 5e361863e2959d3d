"""lidarsegmentation: a label for every point, of frames of its own or of a finished cuboid task."""

from collections.abc import Mapping, Sequence

import msgspec

from groundplane.annotations.taxonomy import leaves
from groundplane.errors import InvalidParameter
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND
from groundplane.tasks.model import check_attachments
from groundplane.tasks.types import checks, sources
from groundplane.tasks.types.definitions import (
    MOST_LABELS,
    AttributeDescription,
    Dependents,
    LabelDescription,
    check_3d_attributes,
    orders_of,
    read_labels,
)
from groundplane.tasks.types.kind import (
    Answer,
    SceneOrder,
    SourceRule,
    SourceTask,
    TaskType,
    cuboid_task,
    json_file,
)

ATTACHMENT_TYPES = ("json", "protobuf")


class Params(msgspec.Struct):
    """POST /v1/task/lidarsegmentation, the fields of its own."""

    attachments: list[str] | None = None
    attachment_type: str | None = None
    labels: list[str | LabelDescription] = []
    lidar_task: str | None = None
    lidar_task_frames: list[int] | None = None
    annotation_attributes: dict[str, AttributeDescription] = {}
    max_distance_meters: float | None = None
    meters_per_unit: float | None = None
    frames_per_second: float | None = None
    dependents: Dependents | None = None

    def __post_init__(self) -> None:
        """A task of another's frames has no files of its own to be of a type."""
        if self.attachment_type is None and self.lidar_task is None:
            self.attachment_type = "json"


class SegmentObject(msgspec.Struct, frozen=True):
    """A label, or one thing of an instance label; `index` is its place in the list, from 1."""

    label: str
    index: int


class Segmentation(msgspec.Struct, frozen=True):
    """The file behind response.point_segmentations.url; 0 is a point without a label."""

    objects: Sequence[SegmentObject]
    point_objects: Sequence[Sequence[int]]


def check(params: Params) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    if params.lidar_task is None:
        check_attachments(params.attachments or [])
        if params.lidar_task_frames is not None:
            raise InvalidParameter("lidar_task_frames", "is not allowed without lidar_task")
    elif params.attachments:
        check_attachments(params.attachments)
    if params.attachment_type is not None:
        checks.one_of("attachment_type", params.attachment_type, ATTACHMENT_TYPES)
    checks.required("labels", params.labels)
    read_labels("labels", params.labels, most=MOST_LABELS)
    checks.indexes("lidar_task_frames", params.lidar_task_frames)
    kept = params.lidar_task_frames or []
    if kept != sorted(kept):
        raise InvalidParameter("lidar_task_frames", "must be in ascending order")
    check_3d_attributes("annotation_attributes", params.annotation_attributes)
    for name in checks.BOUNDS:
        checks.bounded(name, getattr(params, name))


def source(params: Params) -> SourceRule | None:
    return cuboid_task(params.lidar_task)


def check_source(params: Params, found: SourceTask) -> None:
    """Raises InvalidParameter: a frame that the cuboid task does not have."""
    count = sources.frame_count(found)
    for index, frame in enumerate(params.lidar_task_frames or []):
        if frame >= count:
            raise InvalidParameter(f"lidar_task_frames.{index}", f"must be less than {count}")


def scene_order(params: Params) -> SceneOrder | None:
    """Frames of another task are not read yet."""
    if params.lidar_task is not None:
        return None
    return SceneOrder(
        attachments=params.attachments or [],
        meters_per_unit=params.meters_per_unit or 1,
        frames_per_second=params.frames_per_second or DEFAULT_FRAMES_PER_SECOND,
    )


def fabricate(params: Params, found: SourceTask | None) -> Answer:
    """No point has a label: an empty list per frame, because nobody has counted the points."""
    names = leaves(read_labels("labels", params.labels))
    objects = [SegmentObject(name, place) for place, name in enumerate(names, start=1)]
    if found is None:
        empty: list[list[int]] = [[] for _ in params.attachments or []]
        return {"point_segmentations": {"url": json_file(Segmentation(objects, empty))}}
    frames = params.lidar_task_frames or range(sources.frame_count(found))
    segmentation = Segmentation(objects, [[] for _ in frames])
    return {
        "point_segmentations": {"url": json_file(segmentation)},
        "annotations": {"url": json_file(sources.fabricated_cuboids(found, frames))},
    }


def dependents(params: Params) -> Sequence[Mapping[str, object]]:
    return orders_of(params.dependents)


LIDAR_SEGMENTATION = TaskType(
    name="lidarsegmentation",
    params=Params,
    check=check,
    fabricate=fabricate,
    source=source,
    check_source=check_source,
    dependents=dependents,
    scene=scene_order,
)
