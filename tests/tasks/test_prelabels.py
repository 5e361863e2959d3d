"""Pre-labels: what the response of lidarannotation has, as a document to begin with."""

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplane.annotations.checks import check_changes
from groundplane.annotations.document import EMPTY, Document, StoredPart, from_parts
from groundplane.annotations.edits import SentChange, read_changes
from groundplane.errors import AttachmentUnreadable, InvalidParameter
from groundplane.scenes.model import BlobRef, Camera, Frame, PointChunk, Scene
from groundplane.tasks.model import pack_params
from groundplane.tasks.prelabels import begun
from groundplane.tasks.types.lidarannotation import (
    LIDAR_ANNOTATION,
    Params,
    begin,
    prepare,
    respond,
    shown_cuboids,
)
from groundplane.wire.values import JSON

CAR = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a11"
VAN = "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a12"
FRAMES = 5
TAXONOMY: dict[str, JSON] = {
    "labels": ["Car", "Van"],
    "annotation_attributes": {
        "occlusion": {"choices": ["0%", "50%"]},
        "wheels": {"type": "number", "global": True},
        "tows": {"type": "linked", "allowed_labels": ["Car", "Van"]},
        "doors": {"choices": ["front", "rear"], "allow_multiple": True},
    },
}


def scene(*, meters_per_unit: float = 1.0) -> Scene:
    blob = BlobRef("0" * 64, 1, "application/octet-stream", "zstd")
    zero = (0.0, 0.0, 0.0)
    chunk = PointChunk(blob, blob, 1, zero, zero, zero, zero, 0, has_intensity=False)
    frames = [Frame(i, i * i * 100_000, zero, None, chunk, []) for i in range(FRAMES)]
    return Scene("0", "timestamps", zero, meters_per_unit, [Camera(0, "front")], frames)


def order(**more: JSON) -> Params:
    urls: list[JSON] = [f"http://x/{index}" for index in range(FRAMES)]
    return LIDAR_ANNOTATION.read({"attachments": urls, **TAXONOMY, **more})


def cuboid(uuid: str | None = CAR, x: float = 1.0, **more: object) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "label": "Car",
        "position": {"x": x, "y": 2.0, "z": 0.5},
        "dimensions": {"x": 1.9, "y": 4.5, "z": 1.6},
        "yaw": 0.25,
        "stationary": False,
        "camera_used": None,
        "numberOfPoints": 7,
        "distance_to_device": 3.0,
        "attributes": {},
        **more,
    }


def frames_of(*frames: list[dict[str, Any]]) -> Any:
    padded = [*frames, *([[]] * (FRAMES - len(frames)))]
    return [{"cuboids": cuboids} for cuboids in padded]


def answer(params: Params, scene: Scene, document: Document) -> list[dict[str, Any]]:
    counts = {
        (one.object_id, index): 7
        for index, frame in enumerate(shown_cuboids(params, scene, document))
        for one in frame
    }
    return msgspec.json.decode(msgspec.json.encode(respond(params, scene, document, counts)))


def keys(parts: list[StoredPart]) -> list[str]:
    return sorted(part.part for part in parts if part.part.startswith("key/"))


numbers = st.floats(-100, 100)
angles = st.floats(-3.1, 3.1)
lengths = st.floats(0.1, 20)
vectors = st.fixed_dictionaries({"x": numbers, "y": numbers, "z": numbers})
sizes = st.fixed_dictionaries({"x": lengths, "y": lengths, "z": lengths})
attributes = st.fixed_dictionaries(
    {},
    optional={
        "occlusion": st.sampled_from(["0%", "50%"]),
        "tows": st.sampled_from([CAR, VAN]),
        "doors": st.sampled_from([["front"], ["rear", "front"]]),
    },
)
poses = st.fixed_dictionaries(
    {
        "position": vectors,
        "dimensions": sizes,
        "yaw": angles,
        "pitch": st.floats(-1.5, 1.5),
        "roll": angles,
        "camera_used": st.sampled_from([None, 0]),
        "attributes": attributes,
    }
)
tracks = st.lists(st.none() | poses, min_size=FRAMES, max_size=FRAMES)


@given(tracks, tracks, st.sampled_from([1.0, 2.5]))
def test_untouched_pre_labels_are_the_answer(
    car: list[dict[str, Any] | None], van: list[dict[str, Any] | None], meters_per_unit: float
) -> None:
    given: Any = [
        {
            "cuboids": [
                cuboid(uuid) | {"label": label, **pose}
                for uuid, label, pose in ((CAR, "Car", car[i]), (VAN, "Van", van[i]))
                if pose is not None
            ]
        }
        for i in range(FRAMES)
    ]
    there = {one["uuid"] for frame in given for one in frame["cuboids"]}
    for frame in given:
        for one in frame["cuboids"]:
            if one["attributes"].get("tows") not in there:
                one["attributes"].pop("tows", None)
    params = order(pitch_and_roll_enabled=True, meters_per_unit=meters_per_unit)
    world = scene(meters_per_unit=meters_per_unit)
    parts = begin(params, world, given)
    (config,) = prepare(params, world)
    sent = [SentChange(p.object_id, p.part, None, None, p.value) for p in parts]
    if sent:
        check_changes(config, EMPTY, read_changes(sent))
    answers = answer(params, world, from_parts(parts))
    for frame, wanted in zip(answers, given, strict=True):
        told = {one["uuid"]: one for one in frame["cuboids"]}
        assert told.keys() == {one["uuid"] for one in wanted["cuboids"]}
        for one in wanted["cuboids"]:
            same(told[one["uuid"]], one)


def same(told: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name in ("label", "stationary", "camera_used", "attributes"):
        assert told[name] == wanted[name]
    for name in ("position", "dimensions"):
        assert told[name] == pytest.approx(wanted[name], abs=2e-6)
    for name in ("yaw", "pitch", "roll"):
        assert math.remainder(told[name] - wanted[name], math.tau) == pytest.approx(0, abs=1e-5)


def test_what_lies_on_a_line_needs_no_key() -> None:
    """The frames are not equally far apart in time, and the yaw passes the half turn."""
    world = scene()
    times = [frame.time_ns / 1e5 for frame in world.frames]
    moved = [[cuboid(x=time, yaw=3.0 + 0.1 * time)] for time in times]
    parts = begin(order(), world, frames_of(*moved))
    assert keys(parts) == ["key/0", "key/1600000"]
    moved[2] = [cuboid(x=times[2] + 0.01, yaw=3.0 + 0.1 * times[2])]
    parts = begin(order(), world, frames_of(*moved))
    assert len(keys(parts)) == 5


def test_what_stands_has_one_key_where_most_was_seen_and_may_be_absent() -> None:
    better = cuboid(x=1.25, stationary=True, numberOfPoints=8)
    given = frames_of([], [cuboid(stationary=True)], [], [better])
    parts = begin(order(), scene(), given)
    assert len(keys(parts)) == 1
    told = answer(order(), scene(), from_parts(parts))
    xs = [[one["position"]["x"] for one in frame["cuboids"]] for frame in told]
    assert xs == [[], [1.25], [], [1.25], []]


def test_frames_that_are_not_labeled_are_not_read() -> None:
    params = order(labeling_sample_rate=2)
    given = frames_of([cuboid(x=0)], [], [cuboid(x=2)], [cuboid(x=99)], [cuboid(x=4)])
    told = answer(params, scene(), from_parts(begin(params, scene(), given)))
    xs = [[one["position"]["x"] for one in frame["cuboids"]] for frame in told]
    assert xs == [[0.0], [], [2.0], [], [4.0]]


def test_names_that_are_no_uuid_get_one_that_stays() -> None:
    given = frames_of([cuboid("track 7"), cuboid(None, x=9)], [cuboid("track 7", x=3)])
    twice = [begin(order(), scene(), given) for _ in range(2)]
    named, unnamed = ({part.object_id for part in parts if "key" in part.part} for parts in twice)
    assert len(named) == len(unnamed) == 2
    assert len(named & unnamed) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": "Bus"}, "hypothesis.annotations.1.cuboids.0.label"),
        ({"yaw": "north"}, "hypothesis.annotations.1.cuboids.0.yaw"),
        ({"position": {"x": 1, "y": 2}}, "hypothesis.annotations.1.cuboids.0.position.z"),
        (
            {"dimensions": {"x": 0, "y": 1, "z": 1}},
            "hypothesis.annotations.1.cuboids.0.dimensions",
        ),
        ({"attributes": {"colour": "red"}}, "hypothesis.annotations.1.cuboids.0.attributes.colour"),
        ({"attributes": {"wheels": "4"}}, "hypothesis.annotations.1.cuboids.0.attributes.wheels"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(change: dict[str, Any], said: str) -> None:
    given: Any = frames_of([], [cuboid(**change)])
    with pytest.raises(InvalidParameter, match=f'"{said}"'):
        order(hypothesis={"annotations": given})


@pytest.mark.parametrize("given", [{}, 3, "", [{"cuboids": []}], [{}] * FRAMES, {"url": 7}])
def test_what_is_no_list_of_frames_is_refused(given: Any) -> None:
    with pytest.raises(InvalidParameter, match=r"hypothesis\.annotations"):
        order(hypothesis={"annotations": given})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[", "Invalid JSON Format"),
        (b"[]", "must contain 5 items"),
        (msgspec.json.encode(frames_of([cuboid(camera_used=1)])), "camera_used"),
        (msgspec.json.encode(frames_of([cuboid(), cuboid()])), "more than once"),
        (msgspec.json.encode(frames_of([cuboid(attributes={"tows": VAN})])), "attributes.tows"),
        (msgspec.json.encode(frames_of([cuboid()], [cuboid(label="Van")])), "cuboids.0.label"),
    ],
)
def test_a_file_that_does_not_fit_is_told_by_its_place(content: bytes, said: str) -> None:
    urls: list[JSON] = [f"http://x/{index}" for index in range(FRAMES)]
    params = pack_params({"attachments": urls, **TAXONOMY})
    with pytest.raises(AttachmentUnreadable, match=said):
        begun("lidarannotation", params, msgspec.json.encode(scene()), content)
