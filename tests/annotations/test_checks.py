from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from annotations.examples import BY_PERSON, cuboid, cuboid_object, every_object, op, uid
from annotations.factories import ALL_DEEDS, attribute, choice, config, grant
from annotations.strategies import change
from groundplane.annotations import kinds as k
from groundplane.annotations.checks import check_changes
from groundplane.annotations.document import EMPTY, Document
from groundplane.annotations.edits import apply
from groundplane.annotations.taxonomy import StageConfig
from groundplane.errors import InvalidParameter

TOO_LONG = "x" * 10_001
Said = tuple[str, k.Value | None]
MAKE: list[Said] = [("object", cuboid_object()), ("key/100", cuboid())]


def document(*said: Said, object_id: str = uid(1), start: Document = EMPTY) -> Document:
    changes = [change(start, object_id, part, after) for part, after in said]
    return apply(start, changes, op(1))


HERE = document(*MAKE)


def check(
    said: Sequence[Said],
    *,
    stage: StageConfig | None = None,
    here: Document = HERE,
    object_id: str = uid(1),
) -> None:
    changes = [change(here, object_id, part, after) for part, after in said]
    check_changes(stage or config(), here, changes)


def refused(said: Sequence[Said], **more: Any) -> tuple[str, str]:
    with pytest.raises(InvalidParameter) as refusal:
        check(said, **more)
    return refusal.value.path, refusal.value.reason


def answer(value: k.AttributeAnswer) -> k.Attribute:
    return k.Attribute(value=value, provenance=BY_PERSON)


def test_making_moving_describing_and_deleting_a_cuboid_is_fine() -> None:
    check(MAKE, here=EMPTY)
    check([("key/200", cuboid(rotation_wxyz=(0.6, 0.0, 0.0, -0.8)))])
    check([("visible/200", k.Visible(visible=False, provenance=BY_PERSON))])
    check([("attribute/parked/0", answer("no"))], stage=config(attributes=[attribute("parked")]))
    check([("object", cuboid_object(label="Van"))])
    check([("object", None), ("key/100", None)])


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (cuboid((1.0, float("nan"), 2.0)), "after.centre_m[1]"),
        (cuboid((1.0, 2.0, float("inf"))), "after.centre_m[2]"),
        (cuboid((-2e9, 1.0, 2.0)), "after.centre_m[0]"),
        (cuboid(size_m=(4.0, 0.0, 1.5)), "after.size_m[1]"),
        (cuboid(size_m=(4.0, 2.0, -1.5)), "after.size_m[2]"),
        (cuboid(size_m=(10_000.0, 2.0, 1.5)), "after.size_m[0]"),
        (cuboid(rotation_wxyz=(0.999, 0.0, 0.0, 0.0)), "after.rotation_wxyz"),
        (cuboid(rotation_wxyz=(0.0, 0.0, 0.0, 0.0)), "after.rotation_wxyz"),
        (cuboid(rotation_wxyz=(0.8, 0.0, 0.6, 0.0)), "after.rotation_wxyz"),
        (cuboid(camera_used=3), "after.camera_used"),
        (cuboid(camera_used=-1), "after.camera_used"),
        (k.Point2dGeometry(provenance=BY_PERSON, position_px=(1.0, 2.0)), "after.geometry"),
    ],
)
def test_a_key_that_makes_no_sense_is_named(key: k.Geometry, path: str) -> None:
    assert refused([("key/200", key)], stage=config(cameras=[0, 2]))[0] == f"changes[0].{path}"


def test_a_tilted_cuboid_is_fine_where_pitch_and_roll_are_asked_for() -> None:
    tilted = cuboid(rotation_wxyz=(0.8, 0.0, 0.6, 0.0))
    check([("key/200", tilted)], stage=config(pitch_and_roll_enabled=True))


def test_a_time_outside_the_scene_is_refused_and_one_between_frames_is_not() -> None:
    check([("key/150", cuboid())])
    assert refused([("key/201", cuboid())])[0] == "changes[0].part"
    hidden = k.Visible(visible=False, provenance=BY_PERSON)
    assert refused([("visible/500", hidden)])[0] == "changes[0].part"


def test_an_unknown_label_is_refused_and_one_that_was_there_may_stay() -> None:
    bus = cuboid_object(label="Bus")
    assert refused([("object", bus)], here=EMPTY) == (
        "changes[0].after.label",
        '"Bus" is not a label of this task',
    )
    stopped = cuboid_object(label="Bus", stationary=True)
    check([("object", stopped)], here=document(("object", bus)))


def test_a_kind_that_is_not_asked_for_is_refused() -> None:
    group = k.GroupObject(provenance=BY_PERSON, label=None)
    stage = config(grants=[grant("object")])
    assert refused([("object", group)], here=EMPTY, stage=stage)[0] == "changes[0].after.kind"


def test_the_nature_of_an_object_never_changes() -> None:
    elsewhere = k.CuboidObject(
        provenance=BY_PERSON, space="sensor:1", label="Car", parent_id=None, stationary=False
    )
    assert refused([("object", elsewhere)])[0] == "changes[0].after.space"


def test_a_stationary_object_has_one_key() -> None:
    parked = cuboid_object(stationary=True)
    here = document(("object", parked), ("key/100", cuboid()))
    check([("key/100", cuboid((1.0, 2.0, 3.0)))], here=here)
    check([("key/100", None), ("key/0", cuboid())], here=here)
    assert "second key" in refused([("key/0", cuboid())], here=here)[1]
    moved = document(*MAKE, ("key/200", cuboid()))
    assert "second key" in refused([("object", parked)], here=moved)[1]


@pytest.mark.parametrize(
    ("definition", "fine", "wrong"),
    [
        (attribute("a"), ["yes", "no"], ["maybe", 1, ("yes",)]),
        (
            attribute("a", allow_multiple=True),
            [("yes",), ("no", "yes"), ()],
            ["yes", ("yes", "maybe"), ("yes", "yes")],
        ),
        (
            attribute("a", type="number", min=-1.5, max=9),
            [0, 9, -1.5, 3.25],
            [-2, 9.5, "3", float("nan")],
        ),
        (attribute("a", type="angle"), [0, 359.5, 360], [-0.5, 361, "90"]),
        (attribute("a", type="text"), ["", "two\nlines"], [3, "nul \0", "half \ud800", TOO_LONG]),
        (attribute("a", type="linked", allowed_labels=["Van"]), [uid(2)], [uid(1), uid(9), "Van"]),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_answers_fit_their_definition(definition: Any, fine: list[Any], wrong: list[Any]) -> None:
    stage = config(attributes=[definition])
    here = document(("object", cuboid_object(label="Van")), object_id=uid(2), start=HERE)
    for value in (*fine, None):
        check([("attribute/a/100", answer(value))], stage=stage, here=here)
    for value in wrong:
        path, _ = refused([("attribute/a/100", answer(value))], stage=stage, here=here)
        assert path.startswith("changes[0].after.value"), value


def test_an_attribute_is_said_where_its_scope_is() -> None:
    stage = config(
        attributes=[
            attribute("weather", scope="scene"),
            attribute("make", scope="track"),
            attribute("braking", scope="frame"),
        ]
    )
    yes = answer("yes")
    check([("attribute/weather", yes)], stage=stage, object_id=k.SCENE_ID)
    check([("attribute/make", yes), ("attribute/braking", yes)], stage=stage)
    assert "scene" in refused([("attribute/weather", yes)], stage=stage)[1]
    assert "object" in refused([("attribute/make", yes)], stage=stage, object_id=k.SCENE_ID)[1]
    assert "whole track" in refused([("attribute/make/0", yes)], stage=stage)[1]
    assert "not an attribute" in refused([("attribute/colour", yes)], stage=stage)[1]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("create", [("object", cuboid_object()), ("key/0", cuboid())]),
        ("move", [("key/200", cuboid())]),
        ("move", [("key/100", None)]),
        ("move", [("visible/0", k.Visible(visible=True, provenance=BY_PERSON))]),
        ("move", [("object", cuboid_object(stationary=True))]),
        ("relabel", [("object", cuboid_object(label="Van"))]),
        ("describe", [("attribute/a/0", answer("yes"))]),
        ("delete", [("object", None), ("key/100", None)]),
    ],
)
def test_each_deed_needs_its_grant_and_no_other(deed: str, said: list[Said]) -> None:
    here = EMPTY if deed == "create" else HERE
    for granted in ALL_DEEDS:
        stage = config(attributes=[attribute("a")], grants=[grant("cuboid", [granted])])
        if granted == deed:
            check(said, stage=stage, here=here)
        else:
            assert (
                f"not granted in this stage: {deed} cuboid"
                in refused(said, stage=stage, here=here)[1]
            )


def test_a_grant_is_limited_by_label_attribute_frame_and_sensor() -> None:
    key: list[Said] = [("key/100", cuboid((1.0, 2.0, 3.0)))]
    limits: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"labels": ["Car"]}, {"labels": ["Van"]}),
        ({"frames": [1]}, {"frames": [0, 2, 9]}),
        ({"sensors": ["world"]}, {"sensors": ["sensor:1"]}),
    ]
    for fine, wrong in limits:
        check(key, stage=config(grants=[grant("cuboid", **fine)]))
        refused(key, stage=config(grants=[grant("cuboid", **wrong)]))
    definitions = [attribute("a"), attribute("b")]
    stage = config(attributes=definitions, grants=[grant("cuboid", attributes=["a"])])
    check([("attribute/a", answer("yes"))], stage=stage)
    refused([("attribute/b", answer("yes"))], stage=stage)


def test_relabelling_needs_a_grant_for_both_labels() -> None:
    stage = config(grants=[grant("cuboid", labels=["Van"])])
    refused([("object", cuboid_object(label="Van"))], stage=stage)


def test_points_belong_to_the_scene_and_poses_do_not() -> None:
    labels = k.PointLabels(sha256="ab" * 32, count=3, provenance=BY_PERSON)
    check([("points/lidar/100", labels)], object_id=k.SCENE_ID)
    assert refused([("points/lidar/100", labels)])[0] == "changes[0].part"
    assert refused([("key/100", cuboid())], object_id=k.SCENE_ID)[0] == "changes[0].part"


def topology() -> Document:
    vertex = k.VertexObject(provenance=BY_PERSON, space="world", stationary=True)
    corner = k.PointGeometry(provenance=BY_PERSON, position_m=(1.0, 2.0, 3.0), camera_used=None)
    here = EMPTY
    for number in (11, 12):
        said: list[Said] = [("object", vertex), ("key/0", corner)]
        here = document(*said, object_id=uid(number), start=here)
    return here


def test_a_line_lists_vertices_that_exist() -> None:
    stage = config(kinds=["polyline_topdown", "vertex"])
    line = k.PolylineTopdownObject(
        provenance=BY_PERSON, space="world", label="Car", parent_id=None, closed=False
    )

    def path(*numbers: int) -> list[Said]:
        ids = tuple(uid(number) for number in numbers)
        return [("object", line), ("key/0", k.PathGeometry(provenance=BY_PERSON, vertex_ids=ids))]

    check(path(11, 12), stage=stage, here=topology())
    assert (
        refused(path(11, 13), stage=stage, here=topology())[0] == "changes[1].after.vertex_ids[1]"
    )
    elsewhere = msgspec.structs.replace(line, space="raster:aerial")
    assert (
        refused([("object", elsewhere), path(11, 12)[1]], stage=stage, here=topology())[0]
        == "changes[1].after.vertex_ids[0]"
    )
    assert refused(path(), stage=stage, here=topology())[0] == "changes[1].after.vertex_ids"


def made(kind: str, **fields: Any) -> k.ObjectValue:
    plain = {"kind": kind, "space": "world", "label": "Car", "provenance": {"source": "person"}}
    return msgspec.convert({**plain, **fields}, k.ObjectValue)


def link(to_id: str) -> k.ObjectValue:
    return made("link", from_id=uid(1), to_id=to_id, bidirectional=True)


ALONE: dict[str, Any] = {"parent_id": None, "stationary": False}
TOO_SURE = k.Proposed(method="m", confidence=1.5, touched=False)


def test_a_corner_is_in_metres_in_the_world_and_in_pixels_in_a_picture() -> None:
    in_metres = k.PointGeometry(provenance=BY_PERSON, position_m=(1.0, 2.0, 3.0), camera_used=None)
    in_pixels = k.Point2dGeometry(provenance=BY_PERSON, position_px=(1.0, 2.0))
    stage = config(kinds=["vertex"])
    for space, fine, wrong in (
        ("world", in_metres, in_pixels),
        ("raster:aerial", in_pixels, in_metres),
    ):
        corner = k.VertexObject(provenance=BY_PERSON, space=space, stationary=True)
        check([("object", corner), ("key/0", fine)], stage=stage, here=EMPTY)
        path, _ = refused([("object", corner), ("key/0", wrong)], stage=stage, here=EMPTY)
        assert path == "changes[1].after.geometry"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (made("event", start_ns=300, end_ns=None), "start_ns"),
        (made("event", start_ns=150, end_ns=250), "end_ns"),
        (made("event", start_ns=150, end_ns=100), "end_ns"),
        (link(to_id=uid(1)), "to_id"),
        (link(to_id=uid(8)), "to_id"),
        (made("cuboid", parent_id=uid(8), stationary=False), "parent_id"),
        (made("cuboid", parent_id=uid(2), stationary=False), "parent_id"),
        (made("cuboid", **ALONE, space="raster:a"), "space"),
        (made("point_2d", **ALONE, projection_of=None), "space"),
        (made("point_2d", **ALONE, space="sensor:1", projection_of=uid(8)), "projection_of"),
        (cuboid_object(provenance=TOO_SURE), "provenance.confidence"),
    ],
)
def test_an_object_that_makes_no_sense_is_named(value: k.ObjectValue, path: str) -> None:
    stage = config(kinds=["cuboid", "event", "link", "point_2d"])
    assert (
        refused([("object", value)], object_id=uid(2), stage=stage)[0] == f"changes[0].after.{path}"
    )


def test_every_kind_can_be_made_where_it_is_granted() -> None:
    kinds: Any = sorted({k.kind_of(value) for value in every_object()})
    here = document(*MAKE, start=document(*MAKE, object_id=uid(2)))
    here = document(*MAKE, object_id=uid(90), start=here)
    labels = [choice(name) for name in ("Car", "Lane", "Road", "Braking", "Glare", "tows")]
    stage = config(kinds=kinds, labels=labels)
    for value in every_object():
        check([("object", value)], stage=stage, here=here, object_id=uid(5))
