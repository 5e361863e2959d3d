import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.examples import as_json, cuboid, cuboid_object, every_geometry, op, uid
from annotations.strategies import LAW, History, change, cuboids, histories
from geometry.golden import golden
from groundplane.annotations.document import EMPTY, Document, StoredPart, from_parts
from groundplane.annotations.edits import apply
from groundplane.annotations.interpolate import (
    attributes_at,
    between,
    keys_of,
    pose_at,
    present_at,
)
from groundplane.annotations.kinds import CuboidGeometry, Geometry, is_stationary
from groundplane.annotations.parts import key_part
from groundplane.geometry import rotations

GOLDEN = golden("interpolation.json")
DOCUMENT = from_parts(msgspec.convert(GOLDEN["parts"], list[StoredPart]))
TIMES_NS = st.integers(0, 1000)


def close(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            # q and -q are the same rotation.
            close(found[name], value)
            or (name == "rotation_wxyz" and close([-x for x in found[name]], value))
            for name, value in expected.items()
        )
    if isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(close, found, expected))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return abs(found - expected) < 1e-12
    return found == expected


@pytest.mark.parametrize("case", GOLDEN["poses"])
def test_golden_poses(case: dict[str, Any]) -> None:
    """The same file is read by web/src/model/interpolate.test.ts."""
    pose = pose_at(DOCUMENT, case["object_id"], case["time_ns"])
    assert close(as_json(pose), case["pose"]), pose


@pytest.mark.parametrize("case", GOLDEN["presence"])
def test_golden_presence(case: dict[str, Any]) -> None:
    times_ns = [*case["there"], *case["not_there"]]
    there = [time for time in times_ns if present_at(DOCUMENT, case["object_id"], time)]
    assert there == case["there"]


@pytest.mark.parametrize("case", GOLDEN["attributes"])
def test_golden_attributes(case: dict[str, Any]) -> None:
    answers = attributes_at(DOCUMENT, case["object_id"], case["time_ns"])
    assert as_json(answers) == case["answers"]


@pytest.mark.parametrize("case", GOLDEN["keys"])
def test_golden_keys(case: dict[str, Any]) -> None:
    assert list(keys_of(DOCUMENT, case["object_id"])) == case["keys"]


@LAW
@given(histories())
def test_at_a_key_the_pose_is_the_key(history: History) -> None:
    here = history.document
    for object_id in here.ids():
        value = here.value_of(object_id)
        assert value is not None
        for time_ns, key in here.parts_of(object_id).keys:
            if not is_stationary(value):
                assert pose_at(here, object_id, time_ns) is key


@LAW
@given(histories(), TIMES_NS, TIMES_NS)
def test_what_is_stationary_is_always_at_one_place(history: History, a: int, b: int) -> None:
    here = history.document
    for object_id in here.ids():
        value = here.value_of(object_id)
        if value is not None and is_stationary(value):
            assert pose_at(here, object_id, a) == pose_at(here, object_id, b)


def track(keys: dict[int, CuboidGeometry]) -> Document:
    changes = [change(EMPTY, uid(1), "object", cuboid_object())]
    changes += [change(EMPTY, uid(1), key_part(time), key) for time, key in keys.items()]
    return apply(EMPTY, changes, op(1))


angles = st.floats(-3.2, 3.2)


@LAW
@given(cuboids, cuboids, angles, angles, st.integers(1, 999))
def test_between_two_keys_the_pose_is_between_them(
    a: CuboidGeometry, b: CuboidGeometry, yaw_a: float, yaw_b: float, time_ns: int
) -> None:
    a = turned(a, yaw_a)
    b = turned(b, yaw_b)
    pose = pose_at(track({0: a, 1000: b}), uid(1), time_ns)
    assert isinstance(pose, CuboidGeometry)
    for start, here, end in zip(a.centre_m, pose.centre_m, b.centre_m, strict=True):
        assert min(start, end) - 1e-9 <= here <= max(start, end) + 1e-9
    whole = rotations.angle_between(a.rotation_wxyz, b.rotation_wxyz)
    first = rotations.angle_between(a.rotation_wxyz, pose.rotation_wxyz)
    second = rotations.angle_between(pose.rotation_wxyz, b.rotation_wxyz)
    assert math.isclose(first + second, whole, abs_tol=1e-6)
    assert math.isclose(first, whole * time_ns / 1000, abs_tol=1e-6)


def turned(key: CuboidGeometry, yaw_rad: float) -> CuboidGeometry:
    w, x, y, z = rotations.from_yaw(yaw_rad).tolist()
    return cuboid(key.centre_m, rotation_wxyz=(w, x, y, z))


@LAW
@given(st.sampled_from(every_geometry()), st.floats(0, 1))
def test_between_a_geometry_and_itself_lies_itself(one: Geometry, fraction: float) -> None:
    mixed = between(one, one, fraction)
    assert close(as_json(mixed), as_json(one))


@LAW
@given(st.sampled_from(every_geometry()), st.sampled_from(every_geometry()), st.floats(0, 1))
def test_two_sorts_of_geometry_do_not_mix(a: Geometry, b: Geometry, fraction: float) -> None:
    if type(a) is not type(b):
        assert between(a, b, fraction) == a
