"""Frames for the tests of the readers: one plain frame, and any frame in any spelling."""

import json

import numpy as np
from hypothesis import strategies as st

from groundplane.scenes.formats.frame_json import FrameColumns

DEVICE = '"device_position":{"x":1.5,"y":-2.25,"z":1.75}'
POINT = '{"x":1,"y":2,"z":3}'


def frame_text(points: str = f"[{POINT}]", extra: str = "") -> bytes:
    """A frame with these points and, in front of them, these members."""
    front = f"{extra}," if extra else ""
    return f'{{{front}{DEVICE},"points":{points}}}'.encode()


def image_text(**members: object) -> str:
    image: dict[str, object] = {
        "image_url": "https://data.example/0.jpg",
        "position": {"x": 0.5, "y": -0.25, "z": 1.5},
        "heading": {"w": 1, "x": -1, "y": 1, "z": -1},
        "fx": 1450.5,
        "fy": 1449.5,
        "cx": 960.25,
        "cy": 604.75,
    }
    given = {**image, **members}
    return json.dumps({key: value for key, value in given.items() if value is not ...})


def assert_same(one: FrameColumns, other: FrameColumns) -> None:
    assert one.head == other.head
    for name in ("xyz", "intensity", "device", "time", "is_ground", "present"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert (ours is None) == (theirs is None), name
        if ours is not None:
            assert ours.dtype == theirs.dtype, name
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


spaces = st.sampled_from(["", "", "", " ", "\n", "\t", "\r\n  "])
numbers = st.one_of(
    st.floats(-1e6, 1e6, allow_subnormal=False).map(repr),
    st.floats(-1e300, 1e300, allow_subnormal=False).map(repr),
    st.floats(-500, 500).map(lambda value: f"{value:.4f}"),
    st.floats(-500, 500).map(lambda value: f"{value:.15f}"),
    st.floats(1e-3, 500).map(lambda value: f"{value:.9E}"),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["0", "-0", "-0.0", "0e5", "1E+2", "1e-5", "0.1", "9007199254740993"]),
)
intensities = st.one_of(
    st.floats(0, 255, allow_subnormal=False).map(repr), st.integers(0, 255).map(str)
)
devices = st.one_of(st.integers(0, 2**32 - 1).map(str), st.sampled_from(["0.0", "1.0", "2e0"]))
times = st.one_of(
    st.integers(1541196976735462000, 1541196976735463000).map(str),
    st.floats(0, 1e19, allow_subnormal=False).map(repr),
    st.sampled_from(["0", "9223372036854775807", "-9223372036854775808", "0.0000"]),
)
unknown = st.sampled_from(
    ["null", "true", '"a\\"b\\u00e9"', '[1,{"x":[2]}]', "{}", "[]", '{"x":"1"}', "-1.5e3", '"é"']
)


@st.composite
def point_texts(draw: st.DrawFn) -> str:
    members = [("x", draw(numbers)), ("y", draw(numbers)), ("z", draw(numbers))]
    optional = {"i": intensities, "d": devices, "t": times}
    members += [
        (key, draw(st.one_of(values, st.just("null"))))
        for key, values in optional.items()
        if draw(st.booleans())
    ]
    if draw(st.booleans()):
        members.append(("is_ground", draw(st.sampled_from(["true", "false", "null"]))))
    if draw(st.booleans()):
        members.append((draw(st.sampled_from(["ring", "X", "", "xx"])), draw(unknown)))
    space = draw(spaces)
    order = draw(st.permutations(members))
    inner = ",".join(f'{space}"{key}"{space}:{space}{value}{space}' for key, value in order)
    return f"{{{inner}}}"


@st.composite
def frame_texts(draw: st.DrawFn) -> bytes:
    space = draw(spaces)
    points = f",{space}".join(draw(st.lists(point_texts(), min_size=1, max_size=6)))
    members = [
        ("device_position", '{"x":1,"y":-2.5,"z":1.8e0}'),
        ("points", f"[{space}{points}{space}]"),
        ("images", f"[{image_text()}]"),
    ]
    if draw(st.booleans()):
        members.append(("timestamp", "1541196976.735462"))
    if draw(st.booleans()):
        members.append(("note", draw(unknown)))
    order = draw(st.permutations(members))
    inner = f",{space}".join(f'"{key}"{space}:{space}{value}' for key, value in order)
    return f"{space}{{{space}{inner}{space}}}{space}".encode()
