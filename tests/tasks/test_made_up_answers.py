"""What a test key is answered with, type by type; the shapes are those of Scale's docs."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from orders import answered

from groundplane.tasks.operations import read_order
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import Answer, ResultFile, SourceTask
from groundplane.wire.values import JSON
from type_orders import FRAMES, ORDERS

CUBOID_TASK = SourceTask(
    "lidarannotation",
    {
        "attachments": list[JSON](FRAMES * 3),
        "labels": [{"choice": "Vehicle", "subchoices": ["Van", "Bus"]}],
        "labeling_sample_rate": 2,
    },
)


def answer(name: str, source: SourceTask | None = None, **changes: object) -> Answer:
    kind = task_type(name)
    given = cast("Mapping[str, JSON]", {**ORDERS[name], **changes})
    return kind.fabricate(read_order(kind, given).own, source)


def labels(annotations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["type"], one["label"]) for one in annotations]


def test_no_point_has_a_label_and_every_leaf_is_an_object() -> None:
    made = answer("lidarsegmentation", labels=["Road", {"choice": "V", "subchoices": ["Van"]}])
    assert answered(made, "point_segmentations", "url") == {
        "objects": [{"label": "Road", "index": 1}, {"label": "Van", "index": 2}],
        "point_objects": [[], []],
    }
    assert set(made) == {"point_segmentations"}


@pytest.mark.parametrize(("kept", "cuboids"), [(None, [1, 0, 1, 0, 1, 1]), ([1, 2, 5], [0, 1, 1])])
def test_a_segmentation_of_a_cuboid_task_has_its_cuboids(
    kept: list[int] | None, cuboids: list[int]
) -> None:
    made = answer("lidarsegmentation", CUBOID_TASK, lidar_task="t", lidar_task_frames=kept)
    frames = answered(made, "annotations", "url")
    assert [len(frame["cuboids"]) for frame in frames] == cuboids
    assert frames[-1]["cuboids"][0]["label"] == "Van"
    points = answered(made, "point_segmentations", "url")["point_objects"]
    assert points == [[]] * len(cuboids)


def test_linking_has_no_annotations_on_the_asked_cameras_of_the_sampled_frames() -> None:
    segmentation = SourceTask("lidarsegmentation", {"lidar_task_frames": [0, 3]}, CUBOID_TASK)
    made = answer("lidarlinking", segmentation, camera_ids=[2, 0])
    camera_responses = [
        {"camera_used": 2, "annotations": []},
        {"camera_used": 0, "annotations": []},
    ]
    assert answered(made, "annotations", "url") == [{"camera_responses": camera_responses}] * 2
    made = answer("lidarlinking", CUBOID_TASK, camera_ids=[1], labeling_sample_rate=2)
    frames = answered(made, "annotations", "url")
    # The cuboid task labeled the frames 0, 2, 4 and 5.
    assert [len(frame["camera_responses"]) for frame in frames] == [1, 0, 0, 0, 1, 1]
    made = answer("lidarlinking", CUBOID_TASK)
    assert answered(made, "annotations", "url") == [{"camera_responses": []}] * 6


def test_topdown_has_a_shape_in_the_middle_of_its_region() -> None:
    made = answer("lidartopdown")
    (shape,) = answered(made, "annotations")
    assert (shape["type"], shape["label"]) == ("polygon", "Drivable")
    corners = shape["vertices"]
    assert [sum(corner[axis] for corner in corners) / 3 for axis in "xy"] == [
        pytest.approx(5.0),
        pytest.approx(6.0, abs=0.5),
    ]
    assert (made["links"], made["global_attributes"]) == ([], {})
    geometries = {"box": {}, "point": {"objects_to_annotate": ["Pole"]}}
    (point,) = answered(answer("lidartopdown", geometries=geometries), "annotations")
    assert (point["label"], point["x"], point["y"]) == ("Pole", 5, 7)


def test_scene_files_are_answered_with_scenes() -> None:
    scene = answered(answer("sensorfusion"), "annotations", "url")
    assert scene["version"] == "1.0"
    (cuboid,) = scene["annotations"]
    assert (cuboid["type"], cuboid["label"]) == ("cuboid", "Car")
    assert [len(value) for value in cuboid["path"]["values"]] == [9]
    points = [{"type": "point", "labels": ["Corner"]}]
    without = answered(answer("sensorfusion", annotation_definition=points), "annotations", "url")
    assert without["annotations"] == []
    made = answer("multistage")
    assert (answered(made, "annotations", "url")["annotations"], made["stages"]) == ([], [])


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("imageannotation", [("box", "Car")]),
        ("annotation", [("box", "Car")]),
        ("polygonannotation", [("polygon", "Car")]),
        ("lineannotation", [("line", "Car")]),
        ("pointannotation", [("point", "Car")]),
        ("cuboidannotation", [("cuboid", "Car")]),
    ],
)
def test_a_picture_has_one_shape_with_the_first_label(
    name: str, shapes: list[tuple[str, str]]
) -> None:
    assert labels(answered(answer(name), "annotations")) == shapes


def test_a_picture_with_several_shapes_has_one_of_each() -> None:
    geometries: dict[str, object] = {
        shape: {"objects_to_annotate": [shape.upper()]}
        for shape in ("box", "polygon", "line", "point", "cuboid", "ellipse")
    }
    annotations = answered(answer("imageannotation", geometries=geometries), "annotations")
    assert labels(annotations) == [(shape, shape.upper()) for shape in geometries]
    assert len({one["uuid"] for one in annotations}) == 6


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("videoannotation", "box"),
        ("federal2dvideoannotation", "box"),
        ("videoboxannotation", "box"),
        ("videocuboidannotation", "cuboid"),
    ],
)
def test_a_video_has_one_shape_in_every_frame(name: str, shape: str) -> None:
    frames = answered(answer(name), "annotations", "url")
    assert [labels(frame["annotations"]) for frame in frames] == [[(shape, "Car")]] * 2


def test_a_played_video_has_a_track_and_no_events() -> None:
    made = answer("videoplaybackannotation")
    (track,) = answered(made, "annotations", "url").values()
    assert (track["label"], track["geometry"], track["frames"][0]["width"]) == ("Car", "box", 100)
    assert answered(made, "events", "url") == []


def test_segments_name_every_label_and_show_none() -> None:
    made = answer("segmentannotation")
    assert made["labelMapping"] == {
        "Car": {"index": 1, "color": "#ff0000"},
        "Road": {"index": 2, "color": "#ffff00"},
    }
    annotations = cast("dict[str, ResultFile]", made["annotations"])
    assert annotations["unlabeled"].content_type == "image/png"


@pytest.mark.parametrize(
    ("name", "changes", "response"),
    [
        ("categorization", {}, {"category": "public"}),
        ("categorization", {"allow_multiple": True}, {"category": ["public"]}),
        ("comparison", {}, {"choice": "yes"}),
        (
            "comparison",
            {"choices": None, "fields": {"why": "Why?"}},
            {"fields": {"why": "test response"}},
        ),
        ("transcription", {}, {"fields": {"title": "test response"}}),
        (
            "transcription",
            {"fields": None, "repeatable_fields": {"row": "Row"}},
            {"fields": {}, "repeatable_fields": [{"row": "test response"}]},
        ),
        ("datacollection", {}, {"fields": {"hiring_page": "test response"}}),
        (
            "namedentityrecognition",
            {"text": "  Ada wrote"},
            {"annotations": [{"label": "Person", "text": "Ada", "start": 2, "end": 5}]},
        ),
        (
            "namedentityrecognition",
            {"text": " ", "labels": ["Blank"]},
            {"annotations": [{"label": "Blank", "text": " ", "start": 0, "end": 1}]},
        ),
        (
            "textcollection",
            {},
            {
                "annotations": {
                    "mood": {"type": "text", "field_id": "mood", "response": [["test response"]]}
                }
            },
        ),
        ("documenttranscription", {}, {"annotations": []}),
        ("chat", {}, {"annotations": []}),
    ],
)
def test_words_are_answered_with_words(
    name: str, changes: dict[str, JSON], response: object
) -> None:
    assert answer(name, None, **changes) == response
