"""lidarannotation: cuboids around things in a sequence of point clouds (api.md 4.1, 5.1).

Scale's cuboid differs from ours in name only: `dimensions.x` is the width (our size's y),
`dimensions.y` the length (our size's x), and yaw 0 looks along +y where ours looks along +x.
Numbers go out in the units they came in: metres divided by meters_per_unit.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from groundplane.annotations.document import Document, StoredPart
from groundplane.annotations.interpolate import attributes_at, pose_at, present_at
from groundplane.annotations.kinds import SCENE_ID, AttributeAnswer, CuboidGeometry, CuboidObject
from groundplane.annotations.taxonomy import Grant, StageConfig, applicable, leaves
from groundplane.errors import InvalidParameter
from groundplane.scenes.model import Frame, Scene
from groundplane.scenes.times import DEFAULT_FRAMES_PER_SECOND
from groundplane.tasks.model import check_attachments, check_url
from groundplane.tasks.types import checks
from groundplane.tasks.types.definitions import (
    MOST_LABELS,
    AttributeDescription,
    BaseAnnotations,
    Dependents,
    LabelDescription,
    Vector3,
    check_3d_attributes,
    orders_of,
    read_attributes,
    read_labels,
)
from groundplane.tasks.types.kind import (
    MADE_UP_UUID,
    SCENE_FILE,
    Answer,
    PointCounts,
    SceneOrder,
    ShownCuboid,
    SourceTask,
    TaskType,
    Workstation,
    json_file,
)
from groundplane.tasks.types.polygons import ScalePolygon, polygons_at, with_polygon_labels
from groundplane.tasks.types.prelabels import AT as PRELABELS_AT
from groundplane.tasks.types.prelabels import address_of
from groundplane.tasks.types.prelabels import begin as begin_with
from groundplane.tasks.types.prelabels import check as check_prelabels
from groundplane.tasks.types.prelabels import read as read_prelabels
from groundplane.tasks.types.sampling import sampled
from groundplane.wire.values import JSON

MADE_UP_POLYGON = "7e57da7a-0000-4000-8000-000000000002"


class Params(msgspec.Struct):
    """POST /v1/task/lidarannotation, the fields of its own."""

    attachments: list[str] = []
    # "sensor_fusion" is ours: one scene file (.sfs) instead of an attachment per frame.
    attachment_type: Literal["json", "protobuf", "sensor_fusion"] = "json"
    labels: list[str | LabelDescription] = []
    annotation_attributes: dict[str, AttributeDescription] = {}
    max_distance_meters: float | None = None
    meters_per_unit: float = 1
    frames_per_second: float | None = None
    labeling_sample_rate: int = 1
    polygons_enabled: bool = False
    polygons_labels: list[str] | None = None
    pitch_and_roll_enabled: bool = False
    dependents: Dependents | None = None
    hypothesis: BaseAnnotations | None = None


class ScaleCuboid(msgspec.Struct, frozen=True):
    """One object in one frame, by Scale's axes; pitch and roll only when they were asked for."""

    uuid: str
    label: str
    position: Vector3
    dimensions: Vector3
    yaw: float
    pitch: float | UnsetType
    roll: float | UnsetType
    stationary: bool
    camera_used: int | None
    numberOfPoints: int  # noqa: N815  # the wire's spelling
    distance_to_device: float
    attributes: dict[str, AttributeAnswer]


class FrameAnswer(msgspec.Struct, frozen=True):
    """`polygons` is there only where the task asks for them."""

    cuboids: Sequence[ScaleCuboid]
    polygons: Sequence[ScalePolygon] | UnsetType = UNSET


def check(params: Params) -> None:
    """Raises InvalidParameter or InvalidRequest: naming the first thing that is wrong."""
    check_attachments(params.attachments)
    if params.attachment_type == SCENE_FILE and len(params.attachments) != 1:
        raise InvalidParameter("attachments", "must contain 1 items")
    checks.required("labels", params.labels)
    read_labels("labels", params.labels, most=MOST_LABELS)
    check_3d_attributes("annotation_attributes", params.annotation_attributes)
    for name in checks.BOUNDS:
        checks.bounded(name, getattr(params, name))
    checks.at_least("labeling_sample_rate", params.labeling_sample_rate, 1)
    checks.texts("polygons_labels", params.polygons_labels or [])
    _check_prelabels(params)


def _check_prelabels(params: Params) -> None:
    """What can be said before the scene is there; a file is looked at when it is."""
    given = given_prelabels(params)
    if given is None:
        return
    url = address_of(given)
    if url is not None:
        check_url(PRELABELS_AT, url)
        return
    is_file = params.attachment_type == SCENE_FILE
    check_prelabels(
        read_prelabels(given, None if is_file else len(params.attachments)),
        leaves(read_labels("labels", params.labels)),
        read_attributes("annotation_attributes", params.annotation_attributes),
        _polygon_labels(params),
    )


def _polygon_labels(params: Params) -> Sequence[str] | None:
    """Those that polygons may have: all unless some are named; None when none are asked for."""
    if not params.polygons_enabled:
        return None
    return params.polygons_labels or leaves(read_labels("labels", params.labels))


def given_prelabels(params: Params) -> JSON:
    return None if params.hypothesis is None else cast("JSON", params.hypothesis.annotations)


def begin(params: Params, scene: Scene, annotations: JSON) -> list[StoredPart]:
    """The document with the pre-labels; raises InvalidParameter: they do not fit."""
    (config,) = prepare(params, scene)
    return begin_with(read_prelabels(annotations, None), config, scene)


def scene_order(params: Params) -> SceneOrder:
    return SceneOrder(
        attachments=params.attachments,
        meters_per_unit=params.meters_per_unit,
        frames_per_second=params.frames_per_second or DEFAULT_FRAMES_PER_SECOND,
        is_file=params.attachment_type == SCENE_FILE,
    )


def labeled_frames(params: Params, scene: Scene) -> list[int]:
    return sampled(range(len(scene.frames)), params.labeling_sample_rate)


def prepare(params: Params, scene: Scene) -> list[StageConfig]:
    """One stage: cuboids, and polygons where they are asked for, in the sampled frames."""
    labels = read_labels("labels", params.labels, most=MOST_LABELS)
    all_labels = with_polygon_labels(labels, _polygon_labels(params))
    attributes = read_attributes("annotation_attributes", params.annotation_attributes)
    frames = labeled_frames(params, scene)
    cuboids = Grant(
        kind="cuboid",
        may=["create", "move", "relabel", "describe", "delete"],
        labels=None if len(all_labels) == len(labels) else leaves(labels),
        attributes=None,
        frames=None if params.labeling_sample_rate == 1 else frames,
        sensors=None,
    )
    polygons = replace(cuboids, kind="polygon", labels=params.polygons_labels or None)
    vertices = replace(cuboids, kind="vertex", may=["create", "move", "delete"], labels=None)
    shapes = [cuboids, polygons, vertices] if params.polygons_enabled else [cuboids]
    whole_scene = Grant(
        kind="scene", may=["describe"], labels=None, attributes=None, frames=None, sensors=None
    )
    asks_of_scene = any(attribute.scope == "scene" for attribute in attributes)
    return [
        StageConfig(
            kinds=[grant.kind for grant in shapes],
            labels=all_labels,
            attributes=attributes,
            cameras=None,
            frames=frames,
            frame_times_ns=[frame.time_ns for frame in scene.frames],
            grants=[*shapes, whole_scene] if asks_of_scene else shapes,
            every_condition=False,
            pitch_and_roll_enabled=params.pitch_and_roll_enabled,
            max_distance_m=params.max_distance_meters,
        )
    ]


def shown_cuboids(
    params: Params, scene: Scene, document: Document
) -> Sequence[Sequence[ShownCuboid]]:
    """Per frame of the scene, the cuboids that the answer lists; none in frames not sampled."""
    labeled = set(labeled_frames(params, scene))
    return [
        list(_cuboids_at(document, frame.time_ns)) if frame.index in labeled else []
        for frame in scene.frames
    ]


def respond(
    params: Params, scene: Scene, document: Document, counts: PointCounts
) -> Sequence[FrameAnswer]:
    """The file of api.md 5.1: one element per attachment."""
    (config,) = prepare(params, scene)
    labeled = set(config.frames)
    answers: list[FrameAnswer] = []
    for frame, shown in zip(scene.frames, shown_cuboids(params, scene, document), strict=True):
        cuboids = [
            _answer(config, scene, frame, document, one, counts[one.object_id, frame.index])
            for one in shown
        ]
        polygons: Sequence[ScalePolygon] | UnsetType = UNSET
        if params.polygons_enabled:
            there = frame.index in labeled
            polygons = list(polygons_at(config, scene, document, frame.time_ns)) if there else []
        answers.append(FrameAnswer(cuboids, polygons))
    return answers


def beside(params: Params, scene: Scene, document: Document) -> dict[str, JSON]:
    """The answers for the whole scene (api.md 8.2, is_global), if the task asks any."""
    (config,) = prepare(params, scene)
    asked = [one.name for one in config.attributes if one.scope == "scene"]
    if not asked:
        return {}
    answers = attributes_at(document, SCENE_ID, 0)
    told = {name: answers[name] for name in asked if name in answers}
    return {"global_attributes": cast("JSON", msgspec.to_builtins(told))}


def fabricate(params: Params, source: SourceTask | None) -> Answer:
    """One car-sized cuboid beside the origin in every labeled frame, with the first label.

    Where polygons are asked for, one lies on the ground before it.
    """
    del source
    labeled = sampled(range(len(params.attachments)), params.labeling_sample_rate)
    frames = fabricated_frames(
        leaves(read_labels("labels", params.labels))[0],
        len(params.attachments),
        labeled,
        with_pitch_and_roll=params.pitch_and_roll_enabled,
    )
    names = _polygon_labels(params)
    if names is not None:
        frames = [
            FrameAnswer(frame.cuboids, [_made_up_polygon(names[0])] if frame.cuboids else [])
            for frame in frames
        ]
    return {"annotations": {"url": json_file(frames)}}


def _made_up_polygon(label: str) -> ScalePolygon:
    corners = ((2.0, 15.0), (4.0, 15.0), (4.0, 19.0), (2.0, 19.0))
    vertices = [Vector3(x, y, 0.0) for x, y in corners]
    return ScalePolygon(MADE_UP_POLYGON, label, vertices, {})


def fabricated_frames(
    label: str, frame_count: int, labeled: Sequence[int], *, with_pitch_and_roll: bool
) -> list[FrameAnswer]:
    """Nobody has looked where the device was: the cuboid stands ahead and right of the origin."""
    upright = 0.0 if with_pitch_and_roll else UNSET
    cuboid = ScaleCuboid(
        uuid=MADE_UP_UUID,
        label=label,
        position=Vector3(3.0, 12.0, 0.8),
        dimensions=Vector3(1.9, 4.5, 1.6),
        yaw=0.0,
        pitch=upright,
        roll=upright,
        stationary=False,
        camera_used=None,
        numberOfPoints=0,
        distance_to_device=math.hypot(3.0, 12.0, 0.8),
        attributes={},
    )
    with_cuboid = set(labeled)
    return [FrameAnswer([cuboid] if i in with_cuboid else []) for i in range(frame_count)]


def dependents(params: Params) -> Sequence[Mapping[str, object]]:
    return orders_of(params.dependents)


LIDAR_ANNOTATION = TaskType(
    name="lidarannotation",
    params=Params,
    check=check,
    fabricate=fabricate,
    dependents=dependents,
    scene=scene_order,
    prelabels=given_prelabels,
    work=Workstation(prepare, shown_cuboids, respond, beside, begin),
)


def _cuboids_at(document: Document, time_ns: int) -> Iterator[ShownCuboid]:
    for object_id in document.ids():
        if isinstance(document.value_of(object_id), CuboidObject):
            pose = pose_at(document, object_id, time_ns)
            if isinstance(pose, CuboidGeometry) and present_at(document, object_id, time_ns):
                yield ShownCuboid(object_id, pose)


def _answer(
    config: StageConfig,
    scene: Scene,
    frame: Frame,
    document: Document,
    shown: ShownCuboid,
    point_count: int,
) -> ScaleCuboid:
    value, pose = document.value_of(shown.object_id), shown.pose
    assert isinstance(value, CuboidObject)
    unit_m = scene.meters_per_unit
    length_m, width_m, height_m = pose.size_m
    yaw, pitch, roll = scale_angles(pose)
    tilted = config.pitch_and_roll_enabled
    answers = attributes_at(document, shown.object_id, frame.time_ns)
    asked = {attribute.name for attribute in applicable(config, value.label, answers)}
    return ScaleCuboid(
        uuid=shown.object_id,
        label=value.label,
        position=Vector3(*(number / unit_m for number in pose.centre_m)),
        dimensions=Vector3(width_m / unit_m, length_m / unit_m, height_m / unit_m),
        yaw=yaw,
        pitch=pitch if tilted else UNSET,
        roll=roll if tilted else UNSET,
        stationary=value.stationary,
        camera_used=pose.camera_used,
        numberOfPoints=point_count,
        distance_to_device=math.dist(pose.centre_m, frame.device_position_m) / unit_m,
        attributes={name: answer for name, answer in answers.items() if name in asked},
    )


def scale_angles(pose: CuboidGeometry) -> tuple[float, float, float]:
    """(yaw, pitch, roll) in radians: turns about z, then the new x, then the new y (api.md 5.1).

    Scale's object looks along its y with x to the right; ours looks along x with y to the left.
    Looking straight up or down, yaw and roll are one turn: all of it is called yaw.
    """
    from groundplane.geometry import rotations  # noqa: PLC0415 - numpy is a tenth of web's start

    forward, left, up = rotations.to_matrix(rotations.normalise(pose.rotation_wxyz)).T
    pitch = math.asin(max(-1.0, min(1.0, float(forward[2]))))
    if abs(forward[2]) > 1 - 1e-12:
        # Right in the world is (cos yaw, sin yaw) when there is no roll.
        return math.atan2(-left[1], -left[0]), pitch, 0.0
    return math.atan2(-forward[0], forward[1]), pitch, math.atan2(left[2], up[2])
