"""Answers of lidar tasks to .sfa annotations and back, and what is said to be lost."""

import io
import json
import math
from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from format_trees import written
from frames import frame_text
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sfs_files import AT_ORIGIN, camera, lidar, poses, positions, scene

from groundplane import commands
from groundplane.annotation_options import AnnotationOptions
from groundplane.annotations.kinds import CuboidGeometry, Person
from groundplane.geometry import rotations
from groundplane.scenes.formats.json_binary import read_container
from groundplane.scenes.formats.scene_frames import Loss
from groundplane.scenes.formats.sfa_model import (
    Cuboid,
    ObjectGroup,
    PointSegmentation,
    SfaFile,
    Shape,
)
from groundplane.scenes.formats.sfa_reader import open_sfa, read_sfa
from groundplane.scenes.formats.sfa_writer import write_sfa
from groundplane.scenes.formats.unreadable import UnreadableFile
from groundplane.scenes.responses.conversion import (
    ResponseOptions,
    response_of_sfa,
    sfa_of_response,
)
from groundplane.tasks.types.lidarannotation import scale_angles
from shared_data import format_example

USUAL = ResponseOptions()
ATTRIBUTES = {"state": "moving", "count": 3, "open": True, "of": ["a", "b"]}


def cuboid(uuid: str = "a", yaw: float = 0.0, x: float = 0.0, **members: Any) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "label": "Car",
        "position": {"x": x, "y": 2.0, "z": 0.8},
        "dimensions": {"x": 1.9, "y": 4.5, "z": 1.6},
        "yaw": yaw,
        "stationary": False,
        "camera_used": None,
        "attributes": {},
        **members,
    }


def there(tree: Any, options: ResponseOptions = USUAL) -> tuple[SfaFile, dict[str, int]]:
    """Through the bytes of a file, as whoever reads it later has it."""
    file, losses = sfa_of_response(json.dumps(tree).encode(), "r.json", options)
    out = io.BytesIO()
    write_sfa(file, out)
    return read_sfa(read_container(out.getvalue(), "r.sfa")), counted(losses)


def back(file: SfaFile, options: ResponseOptions = USUAL) -> tuple[Any, dict[str, int]]:
    _, content, losses = response_of_sfa(file, options)
    return json.loads(content), counted(losses)


def counted(losses: list[Loss]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for loss in losses:
        counts[loss.what] += loss.count
    return dict(counts)


def frames_of(*frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"cuboids": frame} for frame in frames]


def test_the_recorded_cuboids_are_boxes_that_look_along_x() -> None:
    content = format_example("legacy/response_cuboids.json").read_bytes()
    file, losses = sfa_of_response(content, "r.json")
    moving, still = file.annotations
    assert isinstance(moving, Cuboid)
    assert isinstance(still, Cuboid)
    assert (moving.id, moving.label) == ("11111111-1111-4111-8111-111111111111", "Car")
    assert moving.path.timestamps.tolist() == [0, 100_000, 200_000]
    # 4.5 m long along its x; a yaw of -90 degrees from +y looks along +x.
    np.testing.assert_allclose(
        moving.path.values[1], [4.5, 1.9, 1.6, 12, 2, 0.8, 0, 0, 0.1], atol=1e-7
    )
    assert still.stationary
    assert still.path.timestamps.tolist() == [0]
    assert moving.attributes is not None
    assert (moving.attributes[0].values, moving.attributes[0].static) == (["moving"], True)
    assert counted(losses) == {
        f"cuboids.{name}": 6 for name in ("camera_used", "numberOfPoints", "distance_to_device")
    }
    again, _ = back(file)
    for ours, theirs in zip(again, json.loads(content), strict=True):
        for mine, known in zip(ours["cuboids"], theirs["cuboids"], strict=True):
            assert mine.pop("yaw") == pytest.approx(known["yaw"], abs=1e-12)
            assert mine.pop("camera_used") is None
            assert mine == {key: known[key] for key in mine}


numbers = st.floats(-1e5, 1e5, allow_subnormal=False)
sizes = st.floats(0.01, 50)
answers = st.dictionaries(
    st.sampled_from(["p", "q"]),
    st.one_of(
        st.booleans(), st.integers(-5, 5), st.text(max_size=3), st.lists(st.text(max_size=2))
    ),
)


@st.composite
def tracks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Frames of up to 3 objects, each in a run of frames with the same attributes."""
    count = draw(st.integers(1, 4))
    frames: list[list[dict[str, Any]]] = [[] for _ in range(count)]
    tilted = draw(st.booleans())
    for uuid in draw(st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=3)):
        first = draw(st.integers(0, count - 1))
        last = draw(st.integers(first, count - 1))
        given = draw(answers)
        for k in range(first, last + 1):
            one = cuboid(uuid, draw(st.floats(-math.pi, math.pi)), attributes=given)
            one["position"] = dict(zip("xyz", draw(st.tuples(*[numbers] * 3)), strict=True))
            one["dimensions"] = dict(zip("xyz", draw(st.tuples(*[sizes] * 3)), strict=True))
            one |= (
                {"pitch": draw(st.floats(-1, 1)), "roll": draw(st.floats(-1, 1))} if tilted else {}
            )
            frames[k].append(one)
    return frames_of(*frames)


@settings(max_examples=60, deadline=None)
@given(tracks(), st.sampled_from(["radians", "degrees"]), st.sampled_from([0.3, 10.0, 30.0]))
def test_cuboids_come_back(tree: Any, angles: Any, rate: float) -> None:
    options = ResponseOptions(angles=angles, frames_per_second=rate, response="cuboids")
    file, lost = there(tree, options)
    assert lost == {}
    again, lost = back(file, options)
    assert lost == {}
    again += frames_of(*[[] for _ in tree[len(again) :]])  # an .sfa file ends at its last key
    for ours, theirs in zip(again, tree, strict=True):
        by_uuid = {one["uuid"]: one for one in ours["cuboids"]}
        assert by_uuid.keys() == {one["uuid"] for one in theirs["cuboids"]}
        for known in theirs["cuboids"]:
            mine = by_uuid[known["uuid"]]
            for turn in ("yaw", "pitch", "roll"):
                apart = math.remainder(mine.get(turn, 0) - known.get(turn, 0), 2 * math.pi)
                assert apart == pytest.approx(0, abs=1e-9)
            for key in ("label", "attributes", "stationary", "camera_used"):
                assert mine[key] == known[key]
            for key in ("position", "dimensions"):
                assert mine[key] == pytest.approx(known[key], rel=1e-12)


@given(st.tuples(*[st.floats(-1, 1)] * 4))
def test_a_tilted_box_is_turned_as_the_product_turns_it(quaternion: tuple[float, ...]) -> None:
    """The product's own answers are the witness, for both directions have one convention."""
    assume(max(map(abs, quaternion)) > 0.1)
    turn = rotations.normalise(quaternion)
    forward = rotations.to_matrix(turn)[2, 0]
    assume(abs(forward) < 0.999)
    w, x, y, z = turn.tolist()
    pose = CuboidGeometry(
        centre_m=(0, 0, 0),
        size_m=(1, 1, 1),
        rotation_wxyz=(w, x, y, z),
        camera_used=None,
        provenance=Person(),
    )
    yaw, pitch, roll = scale_angles(pose)
    file, _ = there(frames_of([cuboid(yaw=yaw, pitch=pitch, roll=roll)]))
    (one,) = file.annotations
    assert isinstance(one, Cuboid)
    about_x, about_y, about_z = (
        rotations.from_axis_angle(axis, float(angle))
        for axis, angle in zip(np.eye(3), one.path.values[0, 6:], strict=True)
    )
    ours = rotations.multiply(about_z, rotations.multiply(about_y, about_x))
    np.testing.assert_allclose(rotations.to_matrix(ours), rotations.to_matrix(turn), atol=1e-9)


def test_what_a_path_cannot_say_of_cuboids_is_counted() -> None:
    one = cuboid(attributes={"a": "x", "b": 1.5, "c": None})
    tree = frames_of([one, one], [], [cuboid(label="Bus", stationary=True, speed=3)], [])
    file, lost = there(tree)
    assert lost == {
        "cuboids": 1,
        "cuboids.speed": 1,
        "label": 1,
        "stationary": 1,
        "frames without the object": 1,
        "attributes.a": 1,
        "attributes.b": 2,
        "attributes.c": 1,
    }
    (kept,) = file.annotations
    assert isinstance(kept, Cuboid)
    assert kept.attributes is not None
    assert {path.name: path.values for path in kept.attributes} == {"a": ["x"], "b": ["1.5"]}


def test_a_turn_through_the_back_does_not_go_round_the_front() -> None:
    file, _ = there(frames_of([cuboid(yaw=3.1)], [cuboid(yaw=-3.1)]))
    (one,) = file.annotations
    assert isinstance(one, Cuboid)
    between = one.path.at(np.array([50_000]))[0, 8] - math.pi / 2
    assert math.remainder(between - math.pi, 2 * math.pi) == pytest.approx(0, abs=1e-9)


def test_the_reference_annotations_become_cuboids_and_the_rest_is_counted() -> None:
    file = open_sfa(format_example("tiny.sfa"))
    frames, lost = back(file)
    assert len(frames) == 5
    first = frames[0]["cuboids"][0]
    known = next(one for one in file.annotations if isinstance(one, Cuboid))
    dx, dy, dz, *centre = known.path.values[0, :6].tolist()
    assert first["dimensions"] == {"x": dy, "y": dx, "z": dz}
    assert list(first["position"].values()) == centre
    assert lost["annotations of point_segmentation"] == 1
    assert lost["activations"] == 1
    assert lost["annotations of object"] == 1


def test_the_recorded_segmentation_comes_back() -> None:
    tree = json.loads(format_example("legacy/response_segmentation.json").read_bytes())
    file, lost = there(tree)
    road, car = file.annotations
    assert isinstance(road, PointSegmentation)
    assert isinstance(car, PointSegmentation)
    assert (road.id, road.label, road.is_instance) == (1, "Road", False)
    assert (car.label, car.is_instance) == ("Car", True)
    first = road.labeled_points[0]
    assert (first.sensor_id, first.sensor_frame) == ("lidar_0", 0)
    assert first.point_ids.tolist() == [
        k for k, index in enumerate(tree["point_objects"][0]) if index == 1
    ]
    again, guessed = back(file)
    assert lost == {}
    assert guessed == {"points without a label at a frame's end": 3}
    for ours, theirs in zip(again.pop("point_objects"), tree.pop("point_objects"), strict=True):
        assert ours + [0] * (len(theirs) - len(ours)) == theirs
    assert again == tree


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lidars of 5 and 3 points in 3 frames, the second one late, and two cameras."""
    frames = [
        [
            {"timestamp": k * 100_000 + late, "points": {"positions": positions(count, k)}}
            for k in range(3)
        ]
        for count, late in ((5, 0), (3, 20_000))
    ]
    path = tmp_path_factory.mktemp("drive") / "drive.sfs"
    still = poses(AT_ORIGIN, AT_ORIGIN)
    sensors = [
        lidar("top", frames=frames[0], poses=still),
        lidar("front", frames=frames[1], poses=still),
        *(camera(name) for name in ("left", "right")),
    ]
    path.write_bytes(written(scene(*sensors)))
    return path


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0, 1, 2, 5]), min_size=8, max_size=8), min_size=3, max_size=3
    )
)
def test_points_of_two_sensors_come_back(drive: Path, labels: list[list[int]]) -> None:
    objects = [{"label": "Car", "index": 1, "instance": True}, {"label": "Road", "index": 5}]
    objects.append({"label": "Bus", "index": 2, "instance": True})
    options = ResponseOptions(scene=drive)
    file, lost = there({"objects": objects, "point_labels": labels}, options)
    sensors = {
        part.sensor_id
        for one in file.annotations
        if isinstance(one, PointSegmentation)
        for part in one.labeled_points
    }
    assert sensors <= {"top", "front"}
    again, more = back(file, options)
    assert lost == more == {}
    anew = {0: 0, 5: 1, 1: 2, 2: 3}
    assert again["point_objects"] == [[anew[index] for index in frame] for frame in labels]
    assert [one["label"] for one in again["objects"]] == ["Road", "Car", "Bus"]


def test_points_of_a_folder_of_frames_are_those_of_its_devices(tmp_path: Path) -> None:
    points = '[{"x":1,"y":2,"z":3,"d":4},{"x":1,"y":2,"z":3,"d":9},{"x":1,"y":2,"z":3,"d":4}]'
    for k in range(2):
        (tmp_path / f"{k}.json").write_bytes(frame_text(points))
    options = ResponseOptions(scene=tmp_path)
    tree = {"objects": [{"label": "A", "index": 1}], "point_objects": [[0, 1, 1], [1, 0, 0]]}
    file, _ = there(tree, options)
    (one,) = file.annotations
    assert isinstance(one, PointSegmentation)
    parts = [(p.sensor_id, p.sensor_frame, p.point_ids.tolist()) for p in one.labeled_points]
    assert parts == [("lidar_4", 0, [1]), ("lidar_9", 0, [0]), ("lidar_4", 1, [0])]
    assert back(file, options)[0] == tree


def box(uuid: str, left: float, **members: Any) -> dict[str, Any]:
    shape = {"type": "box", "left": left, "top": 2.0, "width": 30.0, "height": 20.5}
    return {"cuboid_uuid": uuid, "label": "Car", **shape, "attributes": {}, **members}


def seen(*cameras: tuple[int, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"camera_responses": [{"camera_used": n, "annotations": of} for n, of in cameras]}


LINKED = [
    seen(
        (0, [box("a", 1.0, attributes=ATTRIBUTES)]),
        (1, [box("a", 9.0), box("b", 4.0, not_in_lidar=True)]),
    ),
    seen((0, [box("a", 2.5, attributes=ATTRIBUTES)])),
    seen(
        (
            1,
            [
                {
                    "cuboid_uuid": "l",
                    "label": "Lane",
                    "type": "line",
                    "vertices": [{"x": 1.0, "y": 2.0}, {"x": 3.0, "y": 4.5}],
                    "attributes": {},
                },
                {
                    "cuboid_uuid": "p",
                    "label": "Wheel",
                    "type": "point",
                    "x": 1.5,
                    "y": 2.0,
                    "attributes": {},
                },
            ],
        )
    ),
]


@pytest.mark.parametrize("with_scene", [False, True])
def test_shapes_in_pictures_come_back(drive: Path, *, with_scene: bool) -> None:
    options = ResponseOptions(scene=drive if with_scene else None)
    file, lost = there(LINKED, options)
    objects = {one.id: one for one in file.annotations if isinstance(one, ObjectGroup)}
    assert set(objects) == {"a", "b", "l", "p"}
    shape = next(one for one in file.annotations if isinstance(one, Shape))
    assert (shape.type, shape.parent_id) == ("box_2d", "a")
    assert shape.sensor_id == ("left" if with_scene else 0)
    assert shape.path.row(1).tolist() == [2.5, 2, 30, 20.5]
    again, more = back(file, options)
    assert again == LINKED
    assert lost == more == {}


coordinates = st.integers(-999, 999).map(lambda whole: whole / 4)


@st.composite
def linked(draw: st.DrawFn) -> list[dict[str, Any]]:
    frames: list[dict[int, list[dict[str, Any]]]] = [{} for _ in range(draw(st.integers(1, 4)))]
    for uuid in draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=4)):
        first = draw(st.integers(0, len(frames) - 1))
        where, drawn = draw(st.integers(0, 2)), draw(st.booleans())
        for k in range(first, draw(st.integers(first, len(frames) - 1)) + 1):
            extra = {"not_in_lidar": True} if drawn else {}
            frames[k].setdefault(where, []).append(box(uuid, draw(coordinates), **extra))
    return [seen(*sorted(frame.items())) for frame in frames]


def in_order(tree: Any) -> Any:
    """Of one picture the order of shapes says nothing."""
    for frame in tree:
        for answer in frame["camera_responses"]:
            answer["annotations"].sort(key=itemgetter("cuboid_uuid"))
    return tree


@settings(max_examples=40, deadline=None)
@given(linked())
def test_boxes_in_pictures_come_back(tree: Any) -> None:
    file, lost = there(tree)
    again, more = back(file, ResponseOptions(response="linking"))
    assert in_order(again) + [seen()] * (len(tree) - len(again)) == in_order(tree)
    assert lost == more == {}


corners = st.fixed_dictionaries(dict.fromkeys("xyz", coordinates))
ground_shapes = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["polygon", "line"]),
            "vertices": st.lists(corners, min_size=1, max_size=4),
        }
    ),
    st.fixed_dictionaries({"type": st.just("point"), **dict.fromkeys("xyz", coordinates)}),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ground_shapes, max_size=4), answers)
def test_shapes_on_the_ground_come_back(
    shapes: list[dict[str, Any]], whole: dict[str, Any]
) -> None:
    annotations = [
        {"uuid": f"u{k}", "label": "Lane", "attributes": ATTRIBUTES, **shape}
        for k, shape in enumerate(shapes)
    ]
    tree = {"annotations": annotations, "links": [], "global_attributes": whole}
    file, lost = there(tree)
    again, more = back(file, ResponseOptions(response="topdown"))
    assert again == tree
    assert lost == more == {}


WRONG: list[tuple[Any, str]] = [
    (
        frames_of([{**cuboid(), "yaw": "left"}]),
        r"\[0\]\.cuboids\[0\]\.yaw: Expected `float`, got `str`",
    ),
    ({"objects": [{"label": "A", "index": 1}], "point_objects": [[2]]}, "2 is no object's index"),
    ({"objects": [{"label": "A", "index": 0}], "point_objects": []}, "0 is no index of one object"),
    ([seen((0, [{"label": "A", "type": "box"}]))], "A shape has no cuboid_uuid"),
    ([seen((0, [{"cuboid_uuid": "a", "label": "A", "type": "box"}]))], "A box lacks its numbers"),
    ({"annotations": [{"type": "line", "label": "A", "uuid": "a"}]}, "A line lacks its uuid or"),
    ([{"points": []}], "This is no response"),
    ({"objects": [], "point_objects": 5}, "Expected `array`, got `int`"),
]


@pytest.mark.parametrize(("tree", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_its_place(tree: Any, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as caught:
        there(tree)
    assert str(caught.value).startswith("r.json")


def test_a_scene_of_other_frames_or_points_is_refused(drive: Path) -> None:
    options = ResponseOptions(scene=drive)
    with pytest.raises(ValueError, match=r"2 frames, and drive\.sfs 3"):
        there(frames_of([], []), options)
    labels = {"objects": [], "point_objects": [[0] * 8, [0] * 7, [0] * 8]}
    with pytest.raises(UnreadableFile, match=r"point_objects\[1\]: 7 points, of which .* 8"):
        there(labels, options)
    with pytest.raises(ValueError, match="-1 frames a second"):
        there(frames_of([]), ResponseOptions(frames_per_second=-1))


def test_the_commands_convert_both_ways(
    drive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = format_example("legacy/response_cuboids.json")
    commands.convert(source, tmp_path / "a.sfa", annotations=AnnotationOptions(scene=drive))
    report = json.loads(capsys.readouterr().out)
    assert (report["annotations"], len(report["losses"])) == (2, 3)
    assert open_sfa(tmp_path / "a.sfa").time_offset == 1_700_000_000_000_000
    commands.convert(tmp_path / "a.sfa", tmp_path / "b.json")
    frames = msgspec.json.decode((tmp_path / "b.json").read_bytes())
    assert [len(frame["cuboids"]) for frame in frames] == [2, 2, 2]
    with pytest.raises(SystemExit):
        commands.convert(source, tmp_path / "c.sfs")
    assert "it becomes an .sfa file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        commands.convert(tmp_path / "none.sfa", tmp_path / "c.json")
    missing = f"groundplane: {tmp_path / 'none.sfa'}: No such file or directory.\n"
    assert capsys.readouterr().err == missing
