"""The answer of api.md 5.1, with numbers computed by hand, and the definitions of api.md 8."""

import math

import msgspec
import pytest
from orders import answered, ingested

from groundplane.annotations.document import Document, StoredPart, from_parts
from groundplane.annotations.kinds import SCENE_ID, CuboidGeometry, Person
from groundplane.geometry import rotations
from groundplane.scenes.model import Scene
from groundplane.tasks import operations
from groundplane.tasks.model import pack_params
from groundplane.tasks.types.echo import fill_defaults
from groundplane.tasks.types.lidarannotation import (
    LIDAR_ANNOTATION,
    Params,
    beside,
    fabricate,
    prepare,
    respond,
    scale_angles,
    shown_cuboids,
)
from groundplane.wire.values import JSON

OP = "00000000-0000-4000-8000-00000000000a"
CAR = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a11"
POST = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a12"
PERSON: dict[str, JSON] = {"source": "person"}


def scene(frames: int = 3, *, meters_per_unit: float = 1.0) -> Scene:
    devices_m = [(float(index), 2.0, 3.0) for index in range(frames)]
    return ingested(devices_m, meters_per_unit=meters_per_unit)


def order(**more: JSON) -> Params:
    given: dict[str, JSON] = {"attachments": ["http://x/0"], "labels": ["Car", "Post"], **more}
    return LIDAR_ANNOTATION.read(given)


def part(object_id: str, name: str, value: object) -> StoredPart:
    return StoredPart(object_id, name, OP, value)


def cuboid(object_id: str, label: str, *, stationary: bool) -> StoredPart:
    value = {
        "kind": "cuboid",
        "space": "world",
        "label": label,
        "parent_id": None,
        "stationary": stationary,
        "provenance": PERSON,
    }
    return part(object_id, "object", value)


def key(
    object_id: str,
    time_ns: int,
    centre_m: tuple[float, float, float],
    yaw_rad: float,
    camera: int | None,
) -> StoredPart:
    value = {
        "geometry": "cuboid",
        "centre_m": centre_m,
        "size_m": (4.5, 1.9, 1.6),
        "rotation_wxyz": rotations.from_yaw(yaw_rad).tolist(),
        "camera_used": camera,
        "provenance": PERSON,
    }
    return part(object_id, f"key/{time_ns}", value)


def answer(object_id: str, name: str, value: JSON) -> StoredPart:
    return part(object_id, f"attribute/{name}", {"value": value, "provenance": PERSON})


def street() -> Document:
    """A car that drives along +y from frame 1 on, and a post that stands in all frames."""
    return from_parts(
        [
            cuboid(CAR, "Car", stationary=False),
            key(CAR, 100, (10.0, 20.0, 1.0), math.pi / 2, 1),
            key(CAR, 200, (10.0, 24.0, 1.0), math.pi / 2, None),
            cuboid(POST, "Post", stationary=True),
            key(POST, 0, (4.0, 6.0, 3.0), 0.0, None),
        ]
    )


def shown(params: Params, scene: Scene, document: Document) -> list[list[dict[str, JSON]]]:
    counts = {
        (one.object_id, index): 100 * index + len(one.object_id)
        for index, frame in enumerate(shown_cuboids(params, scene, document))
        for one in frame
    }
    answers = respond(params, scene, document, counts)
    return [frame["cuboids"] for frame in msgspec.json.decode(msgspec.json.encode(answers))]


def test_a_scene_is_answered_frame_by_frame_by_scales_axes() -> None:
    first, second, third = shown(order(), scene(), street())
    assert first == [
        {
            "uuid": POST,
            "label": "Post",
            "position": {"x": 4.0, "y": 6.0, "z": 3.0},
            "dimensions": {"x": 1.9, "y": 4.5, "z": 1.6},
            "yaw": pytest.approx(-math.pi / 2),
            "stationary": True,
            "camera_used": None,
            "numberOfPoints": 36,
            "distance_to_device": math.hypot(4, 4),
            "attributes": {},
        }
    ]
    assert [one["uuid"] for one in second] == [CAR, POST]
    assert second[0] == {
        "uuid": CAR,
        "label": "Car",
        "position": {"x": 10.0, "y": 20.0, "z": 1.0},
        "dimensions": {"x": 1.9, "y": 4.5, "z": 1.6},
        "yaw": pytest.approx(0.0),
        "stationary": False,
        "camera_used": 1,
        "numberOfPoints": 136,
        "distance_to_device": pytest.approx(math.hypot(9, 18, 2)),
        "attributes": {},
    }
    assert third[0]["position"] == {"x": 10.0, "y": 24.0, "z": 1.0}
    assert third[0]["camera_used"] is None


def test_what_was_accepted_is_read_again_as_it_was() -> None:
    """null is absent and 2.0 is an integer inside of objects too, then as on the day."""
    given: dict[str, JSON] = {
        "attachments": ["http://x/0"],
        "labels": ["Car", {"choice": "Post", "instance_label": None}],
        "annotation_attributes": {"colour": {"choices": ["red"], "global": None}},
        "labeling_sample_rate": 2.0,
    }
    kept = pack_params(operations.read_order(LIDAR_ANNOTATION, given).params)
    assert LIDAR_ANNOTATION.accepted(kept) == LIDAR_ANNOTATION.read(given)


def test_numbers_go_out_in_the_units_they_came_in() -> None:
    (post,), *_ = shown(order(meters_per_unit=2), scene(meters_per_unit=2.0), street())
    assert post["position"] == {"x": 2.0, "y": 3.0, "z": 1.5}
    assert post["dimensions"] == {"x": 0.95, "y": 2.25, "z": 0.8}
    assert post["distance_to_device"] == pytest.approx(math.hypot(4, 4) / 2)


def test_between_keys_a_cuboid_is_where_it_would_be() -> None:
    document = from_parts(
        [
            cuboid(CAR, "Car", stationary=False),
            key(CAR, 0, (10.0, 20.0, 1.0), 0.2, None),
            key(CAR, 200, (14.0, 22.0, 1.5), 0.6, None),
        ]
    )
    _, (middle,), _ = shown(order(), scene(), document)
    assert middle["position"] == {"x": 12.0, "y": 21.0, "z": 1.25}
    assert middle["yaw"] == pytest.approx(0.4 - math.pi / 2)


def test_frames_that_are_not_sampled_are_there_and_empty() -> None:
    frames = shown(order(labeling_sample_rate=2), scene(4), street())
    assert [len(frame) for frame in frames] == [1, 0, 2, 2]


def test_an_object_that_left_is_not_listed() -> None:
    gone = part(CAR, "visible/200", {"visible": False, "provenance": PERSON})
    document = from_parts(
        [
            cuboid(CAR, "Car", stationary=False),
            key(CAR, 0, (1.0, 2.0, 3.0), 0, None),
            gone,
        ]
    )
    assert [len(frame) for frame in shown(order(), scene(), document)] == [1, 1, 0]


def test_attributes_are_those_that_hold_then_and_are_asked() -> None:
    attributes: dict[str, JSON] = {
        "color": {"choices": ["red", "blue"], "global": True},
        "moving": {"choices": ["Yes", "No"]},
        "doors": {"type": "number", "conditions": {"label_condition": {"label": "Truck"}}},
        "lights": {
            "choices": ["left", "right"],
            "allow_multiple": True,
            "conditions": {"attribute_conditions": [{"moving": "Yes"}]},
        },
    }
    document = from_parts(
        [
            cuboid(CAR, "Car", stationary=False),
            key(CAR, 0, (1.0, 2.0, 3.0), 0, None),
            answer(CAR, "color", "red"),
            answer(CAR, "moving/0", "Yes"),
            answer(CAR, "moving/200", "No"),
            answer(CAR, "lights", ["left", "right"]),
            answer(CAR, "doors", 4),
        ]
    )
    frames = shown(order(annotation_attributes=attributes), scene(), document)
    moving = {"color": "red", "moving": "Yes", "lights": ["left", "right"]}
    assert [one["attributes"] for (one,) in frames] == [
        moving,
        moving,
        {"color": "red", "moving": "No"},
    ]


def test_answers_for_the_scene_stand_beside_the_file_when_they_are_asked() -> None:
    asked: dict[str, JSON] = {
        "weather": {"choices": ["sun", "rain"], "conditions": {"is_global": True}},
        "road": {"choices": ["wet", "dry"], "conditions": {"is_global": True}},
        "color": {"choices": ["red"]},
    }
    document = from_parts([answer(SCENE_ID, "weather", "rain"), answer(SCENE_ID, "color", "red")])
    assert beside(order(annotation_attributes=asked), scene(), document) == {
        "global_attributes": {"weather": "rain"}
    }
    assert beside(order(), scene(), document) == {}


def angles(yaw: float, pitch: float, roll: float) -> tuple[float, float, float]:
    """What scale_angles says of an object turned, from looking along +y, by these angles."""
    z, x, y = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    turn = rotations.multiply(
        rotations.from_axis_angle(z, yaw),
        rotations.multiply(rotations.from_axis_angle(x, pitch), rotations.from_axis_angle(y, roll)),
    )
    # Ours looks along +x: a quarter turn to the left makes it look along +y.
    quaternion = rotations.multiply(turn, rotations.from_yaw(math.pi / 2)).tolist()
    pose = CuboidGeometry(
        centre_m=(0, 0, 0),
        size_m=(4, 2, 1),
        rotation_wxyz=tuple(quaternion),
        camera_used=None,
        provenance=Person(),
    )
    return scale_angles(pose)


@pytest.mark.parametrize(
    "turned",
    [(0.0, 0.0, 0.0), (0.3, 0.2, 0.1), (-2.9, -0.7, 1.2), (3.0, 1.5, -3.0), (1.2, 0.0, -0.4)],
)
def test_yaw_pitch_and_roll_are_turns_about_z_then_x_then_y(
    turned: tuple[float, float, float],
) -> None:
    assert angles(*turned) == pytest.approx(turned)


@pytest.mark.parametrize("pitch", [math.pi / 2, -math.pi / 2])
def test_looking_straight_up_all_of_the_turn_is_yaw(pitch: float) -> None:
    assert angles(0.7, pitch, 0.0) == pytest.approx((0.7, pitch, 0.0), abs=1e-6)


def test_pitch_and_roll_are_told_only_when_they_were_asked_for() -> None:
    plain = shown(order(), scene(), street())[0][0]
    tilted = shown(order(pitch_and_roll_enabled=True), scene(), street())[0][0]
    assert set(tilted) - set(plain) == {"pitch", "roll"}
    assert (tilted["pitch"], tilted["roll"]) == (0.0, 0.0)


def test_a_test_key_gets_one_plausible_cuboid_in_every_sampled_frame() -> None:
    params = order(
        attachments=list[JSON](["http://x/0"] * 4),
        labels=[{"choice": "Vehicle", "subchoices": ["Van", "Bus"]}],
        labeling_sample_rate=2,
        pitch_and_roll_enabled=True,
    )
    file = answered(fabricate(params, None), "annotations", "url")
    frames = [frame["cuboids"] for frame in file]
    assert [len(frame) for frame in frames] == [1, 0, 1, 1]
    assert frames[0][0]["label"] == "Van"
    assert frames[0][0]["pitch"] == 0.0


def test_a_stage_says_what_may_be_labelled() -> None:
    params = order(
        labels=[
            "Post",
            {
                "choice": "Vehicle",
                "display": "Vehicles",
                "groups": ["road"],
                "subchoices": ["Van", {"choice": "Bus", "groups": [], "description": "long"}],
            },
        ],
        annotation_attributes={
            "speed": {"type": "number", "min": 0},
            "weather": {"choices": ["sun", "rain"], "conditions": {"is_global": True}},
            "color": {"choices": ["red"], "global": True, "required": True},
            "tows": {"type": "linked", "allowed_labels": ["Van"]},
            "seats": {
                "type": "number",
                "step": 2,
                "conditions": {
                    "label_condition": {"label": ["Van", "Bus"]},
                    "attribute_conditions": [{"color": ["red", "blue"], "speed": 0}],
                },
            },
        },
        labeling_sample_rate=2,
        max_distance_meters=80,
    )
    (config,) = prepare(params, scene(4))
    assert (list(config.frames), list(config.frame_times_ns)) == ([0, 2, 3], [0, 100, 200, 300])
    assert (config.max_distance_m, config.every_condition) == (80, False)
    assert [(grant.kind, grant.frames) for grant in config.grants] == [
        ("cuboid", [0, 2, 3]),
        ("scene", None),
    ]
    vehicle = config.labels[1]
    assert (vehicle.choice, vehicle.display) == ("Vehicle", "Vehicles")
    assert [(leaf.choice, leaf.groups, leaf.description) for leaf in vehicle.subchoices] == [
        ("Van", ["road"], None),
        ("Bus", [], "long"),
    ]
    facts = {a.name: (a.type, a.scope, a.required, a.step) for a in config.attributes}
    assert facts == {
        "speed": ("number", "frame", False, 1.0),
        "weather": ("category", "scene", False, None),
        "color": ("category", "track", True, None),
        "tows": ("linked", "frame", True, None),
        "seats": ("number", "frame", False, 2.0),
    }
    conditions = config.attributes[4].conditions
    assert conditions.labels == ["Van", "Bus"]
    assert conditions.attributes == [{"color": ["red", "blue"], "speed": [0]}]


def test_without_sampling_any_time_of_the_scene_may_be_labelled() -> None:
    (config,) = prepare(order(), scene())
    assert [(grant.kind, grant.frames) for grant in config.grants] == [("cuboid", None)]


def test_only_categories_get_defaults_filled_in() -> None:
    assert fill_defaults({"labels": ["a"]}) == {"labels": ["a"]}
    filled = fill_defaults({"annotation_attributes": {"a": {}, "b": {"type": "text"}}})
    assert filled["annotation_attributes"] == {
        "a": {"type": "category", "allow_multiple": False},
        "b": {"type": "text"},
    }
