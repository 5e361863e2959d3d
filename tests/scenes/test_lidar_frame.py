"""LidarFrame protobuf: what google.protobuf reads and writes, and nothing that it does not."""

import contextlib
import json
import struct
from typing import Any

import numpy as np
import pytest
from format_trees import example_bytes, expected, hold_facts
from frames import assert_same, frame_text, image_text
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.any_frame import frame_kind, read_any_frame, without_base64
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame
from groundplane.scenes.formats.lidar_frame import head_tree, read_lidar_frame
from groundplane.scenes.formats.lidar_frame_writer import losses, write_lidar_frame
from lidar_frames import LidarFrame


def a_frame() -> Any:
    frame = LidarFrame()
    frame.device_position.x, frame.device_position.y, frame.device_position.z = 1.5, -2.25, 1.75
    for k in range(3):
        frame.points.add(x=k + 0.5, y=-k, z=k * 8.25, i=k / 4, d=k * 100, t=1e18 + 256 * k)
    frame.points[1].is_ground = True
    frame.points.add(x=1, y=2, z=3)
    return frame


def refused(content: bytes) -> str:
    with pytest.raises(AttachmentUnreadable) as caught:
        read_lidar_frame(content)
    return str(caught.value)


def test_every_point_is_what_google_reads() -> None:
    frame = read_lidar_frame(a_frame().SerializeToString())
    assert frame.head.device_position == (1.5, -2.25, 1.75)
    np.testing.assert_array_equal(frame.xyz[:, 2], [0, 8.25, 16.5, 3])
    assert frame.intensity is not None
    assert frame.intensity.tolist() == [0, 0.25, 0.5, 0]
    assert frame.device is not None
    assert frame.device.tolist() == [0, 100, 200, 0]
    assert frame.time is not None
    assert frame.time.dtype == np.int64
    assert frame.time.tolist() == [10**18, 10**18 + 256, 10**18 + 512, 0]
    assert frame.is_ground is not None
    assert frame.is_ground.tolist() == [False, True, False, False]
    assert frame.present.tolist() == [0b0111111, 0b1111111, 0b0111111, 0b111]


def test_the_reference_frames_hold_what_google_reads() -> None:
    for name, facts in expected("legacy_protobuf").items():
        content = example_bytes(f"legacy/{name}")
        tree = head_tree(b"".join(rest(content)))
        assert [image["camera_model"] for image in tree["images"]] == facts["intrinsics"]
        assert list(tree["device_position"].values()) == facts["device_position"]
        assert list(tree["device_heading"].values()) == facts["device_heading_wxyz"]
        assert list(tree["device_gps_pose"].values()) == facts["gps"]
        assert (tree["timestamp"], tree["extra"].hex()) == (
            facts["timestamp"],
            facts["extra_hex"],
        )
        assert len(tree["radar_points"]) == facts["n_radar"]
        if "omnidirectional" in facts["intrinsics"]:
            continue
        frame = read_lidar_frame(content)
        hold_facts(frame, facts)


def rest(content: bytes) -> list[bytes]:
    """All fields but the points, by google's own writer."""
    message = LidarFrame.FromString(content)
    del message.points[:]
    return [message.SerializeToString()]


@pytest.mark.parametrize("index", [0, 1])
def test_ego_frames_become_what_the_official_importer_makes_of_them(index: int) -> None:
    official = expected(f"toolkit_from_protobuf_frame-{index}")
    frame = read_lidar_frame(example_bytes(f"legacy/frame-{index}-ego.pb"), "ego")
    points = [[point[axis] for axis in "xyz"] for point in official["points"]]
    np.testing.assert_allclose(frame.xyz, points, atol=6e-5)
    for ours, theirs in zip(frame.head.images, official["images"], strict=True):
        np.testing.assert_allclose(ours.position, list(theirs["position"].values()), atol=1e-6)
        turned = np.array(ours.rotation_wxyz) @ np.array(list(theirs["heading"].values()))
        assert abs(turned) == pytest.approx(1, abs=1e-6)
    world = read_lidar_frame(example_bytes(f"legacy/frame-{index}-world.pb"))
    np.testing.assert_allclose(frame.xyz, world.xyz, atol=1e-4)


def test_json_and_protobuf_say_the_same() -> None:
    text = frame_text(
        '[{"x":1,"y":2,"z":3,"i":0.5,"d":300,"t":1024,"is_ground":true},{"x":4,"y":5,"z":6}]',
        f'"images":[{image_text(camera_index=0, timestamp=2.5)}],"timestamp":1.25,'
        '"device_heading":{"w":0,"x":0,"y":0,"z":2},'
        '"radar_points":[{"position":{"x":1,"y":2,"z":3},"size":0.5}]',
    )
    frame = read_frame(text)
    content = write_lidar_frame(frame)
    assert_same(read_any_frame(content), frame)
    assert not list(losses(frame))
    google = LidarFrame.FromString(content)
    assert google.SerializeToString(deterministic=True) == content
    assert google.points[0].d == 300
    assert [p.HasField("i") for p in google.points] == [True, False]


def test_what_a_float32_cannot_hold_is_told() -> None:
    frame = read_frame(frame_text('[{"x":0.1,"y":2,"z":3,"t":1541196976735462001}]'))
    told = {loss.what: loss for loss in losses(frame)}
    assert told["points.x, y, z"].count == 1
    assert told["points.t"].count == 1


def test_the_last_of_several_wins_and_the_unknown_is_skipped() -> None:
    point = struct.pack("<BfBfBfBfBf", 0x0D, 9, 0x0D, 1, 0x1D, 3, 0x15, 2, 0x25, 0.5)
    unknown = b"\x40\x96\x01" + b"\x49" + bytes(8) + b"\x52\x02ab" + b"\x5d" + bytes(4)
    record = b"\x22" + bytes([len(point) + len(unknown) + 10]) + unknown + point
    record += b"\x28\xff\xff\xff\xff\xff\xff\xff\xff\x7f"  # d wraps at 32 bits
    content = unknown + record + a_frame().SerializeToString() + unknown
    frame, google = read_lidar_frame(content), LidarFrame.FromString(content)
    assert frame.count == len(google.points) == 5
    assert frame.xyz[0].tolist() == [1, 2, 3]
    assert frame.device is not None
    assert frame.device[0] == google.points[0].d == 0xFFFFFFFF


def test_the_lens_that_was_written_last_is_the_lens() -> None:
    frame = a_frame()
    image = frame.images.add(image_url="a.jpg")
    for axis in "xyz":
        setattr(image.position, axis, 1)
        setattr(image.heading, axis, 0)
    image.heading.w = 1
    for key in ("fx", "fy", "cx", "cy"):
        setattr(image.fisheye, key, 7)
        setattr(image.brown_conrady, key, 5)
    first = read_lidar_frame(frame.SerializeToString()).head.images[0]
    assert (first.model, first.fx_px) == ("fisheye", 7)  # ascending: fisheye is behind
    image.ClearField("fisheye")
    assert read_lidar_frame(frame.SerializeToString()).head.images[0].model == "brown_conrady"
    image.ClearField("brown_conrady")
    assert refused(frame.SerializeToString()) == "images[0] has no camera_intrinsics."


def test_a_frame_that_is_none_is_said() -> None:
    whole = a_frame().SerializeToString()
    assert refused(b"") == "device_position is missing."
    assert refused(whole[17:]) == "device_position is missing."
    assert refused(whole[:17]) == "points is empty: a frame needs at least one point."
    assert refused(whole[:-1]) == f"The protobuf ends within a field at byte {len(whole) - 17}."
    assert refused(b"\x23" + whole) == "Not a LidarFrame protobuf: no field begins at byte 0."
    assert refused(whole + b"\x22\x05\x0d" + bytes(4)).startswith("points[4] (byte ")
    nan = a_frame()
    nan.points[2].y = float("nan")
    assert refused(nan.SerializeToString()) == "points[2]: x, y or z is not a finite number."


def test_a_frame_cut_anywhere_is_refused_or_ends_between_points() -> None:
    whole = a_frame().SerializeToString()
    read: list[int] = []
    for cut in range(len(whole)):
        with contextlib.suppress(AttachmentUnreadable):
            read.append(read_lidar_frame(whole[:cut]).count)
    assert read == [1, 2, 3]


def test_the_format_of_a_frame_is_seen_and_base64_undone() -> None:
    import base64  # noqa: PLC0415 - this one only

    content, text = a_frame().SerializeToString(), frame_text()
    assert (frame_kind(content), frame_kind(content[17:]), frame_kind(text)) == (
        "protobuf",
        "protobuf",
        "json",
    )
    for whole in (content, text):
        for coded in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
            assert without_base64(coded) == whole
            assert without_base64(coded.rstrip(b"=") + b"\n") == whole
            assert_same(read_any_frame(coded), read_any_frame(whole))
        assert without_base64(whole) == whole
    assert without_base64(b"abc") == b"abc"
    with pytest.raises(AttachmentUnreadable, match="Invalid JSON"):
        read_any_frame(b"<!DOCTYPE html>")


def test_the_reference_frame_in_json_and_in_protobuf_is_one() -> None:
    whole = json.loads(example_bytes("legacy/frame-0.json"))
    ours = read_frame(json.dumps(whole).encode())
    pb = read_lidar_frame(example_bytes("legacy/frame-0-world.pb"))
    np.testing.assert_allclose(ours.xyz, pb.xyz, atol=6e-5)


floats = st.floats(-1e6, 1e6, width=32)


@st.composite
def point_records(draw: st.DrawFn) -> FrameColumns:
    count = draw(st.integers(1, 6))
    base = read_lidar_frame(a_frame().SerializeToString())
    column = st.lists(floats, min_size=count, max_size=count)
    device = st.lists(st.integers(0, 2**32 - 1), min_size=count, max_size=count)
    bits = st.lists(st.integers(0, 15), min_size=count, max_size=count)
    return FrameColumns(
        head=base.head,
        xyz=np.array([draw(column), draw(column), draw(column)]).T.copy(),
        intensity=np.array(draw(column), np.float32),
        device=np.array(draw(device), np.uint32),
        time=np.array(draw(column)) + 0.5,
        is_ground=np.array(draw(bits)) % 2 == 1,
        present=np.array([0b111 | bit << 3 for bit in draw(bits)], np.uint8),
    )


@settings(max_examples=50)
@given(point_records())
def test_any_points_are_written_as_google_reads_them(frame: FrameColumns) -> None:
    google = LidarFrame.FromString(write_lidar_frame(frame))
    columns = {
        "i": frame.intensity,
        "d": frame.device,
        "t": frame.time,
        "is_ground": frame.is_ground,
    }
    for row, point in enumerate(google.points):
        assert [point.x, point.y, point.z] == frame.xyz[row].tolist()
        for bit, (name, column) in enumerate(columns.items(), start=3):
            assert point.HasField(name) == bool(frame.present[row] >> bit & 1)
            assert column is not None
            assert not point.HasField(name) or getattr(point, name) == column[row]


def fuzz(data: st.DataObject) -> None:
    """Changed bytes: a frame that google reads the same, or the error of readers."""
    content = bytearray(a_frame().SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(AttachmentUnreadable):
        frame = read_lidar_frame(bytes(content))
        google = LidarFrame.FromString(bytes(content))
        assert frame.xyz.tolist() == [[point.x, point.y, point.z] for point in google.points]


@settings(max_examples=150)
@given(st.data())
def test_changed_bytes_are_read_as_google_does_or_refused(data: st.DataObject) -> None:
    fuzz(data)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(st.data())
def test_changed_bytes_in_full_formats_lidar_frame(data: st.DataObject) -> None:
    fuzz(data)
