"""Frame JSON read by the scanner, by the full reader and by json.loads: one answer."""

import gzip
import json
import random
from collections.abc import Callable

import numpy as np
import pytest
from frames import DEVICE, POINT, assert_same, frame_text, frame_texts, image_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats import frame_scanner
from groundplane.scenes.formats.frame_json import FrameColumns, read_frame, read_frame_by_text
from shared_data import shared_data

Reader = Callable[[bytes], FrameColumns]
SLOW = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@SLOW
@given(frame_texts())
def test_scanner_full_reader_and_json_loads_agree_on_every_spelling(content: bytes) -> None:
    frame = read_frame(content)
    assert_same(frame, read_frame_by_text(content))
    points = json.loads(content)["points"]
    expected = np.array([[float(point[axis]) for axis in "xyz"] for point in points])
    np.testing.assert_array_equal(frame.xyz, expected)
    for key, column in (
        ("i", frame.intensity),
        ("d", frame.device),
        ("is_ground", frame.is_ground),
    ):
        given_values = [point.get(key) for point in points]
        assert (column is None) == all(value is None for value in given_values)
        if column is not None:
            wanted = np.array([float(value or 0) for value in given_values])
            np.testing.assert_array_equal(column, wanted.astype(column.dtype))
    times = [point.get("t") for point in points if point.get("t") is not None]
    if frame.time is not None and all(isinstance(time, int) for time in times):
        assert frame.time[[p.get("t") is not None for p in points]].tolist() == times


@SLOW
@given(frame_texts())
def test_the_scanner_takes_every_spelling_by_itself(content: bytes) -> None:
    """Otherwise the law above would compare the full reader with itself."""
    numbers = json.loads(content)["points"]
    decided = all("-9223372036854775808" not in str(point.get("t")) for point in numbers)
    assert frame_scanner.scan(content).points == (len(numbers) if decided else -1)


@SLOW
@given(frame_texts(), st.randoms(use_true_random=False))
def test_a_damaged_frame_is_read_alike_or_refused_with_a_sentence(
    content: bytes, chance: random.Random
) -> None:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(damaged))
        damaged[at : at + chance.randint(0, 2)] = bytes(chance.choices(b'{}[]",:0e.-xn\xff\\', k=1))
    try:
        frame = read_frame(bytes(damaged))
    except AttachmentUnreadable:
        with pytest.raises(AttachmentUnreadable):
            read_frame_by_text(bytes(damaged))
        return
    assert_same(frame, read_frame_by_text(bytes(damaged)))


@given(frame_texts())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_frame_cut_anywhere_is_refused(content: bytes) -> None:
    whole = content.rstrip()
    for end in range(0, len(whole), 7):
        assert frame_scanner.scan(whole[:end]).points == -1
        with pytest.raises(AttachmentUnreadable, match="Unexpected end of JSON input"):
            read_frame(whole[:end])


# JSON is accepted and refused as RFC 8259 says, whatever member it stands in. Our own cases, after
# the kinds in N. Seriot's "Parsing JSON is a minefield".
GOOD = [
    "0", "-0", "1E400", "-1e-400", "1e+2", "[ ]", "[[[]]]", '{"":0}', '{"a":1,"a":2}', '"\\u0000"',
    '"\\ud83d\\ude00"', '"\u007f"', '"\u2028"', '"\\/\\b\\f\\n\\r\\t\\\\"', "true", "false", "null",
    " 1 ", "[1,\n2\t,\r3]", '"é漢😀"', "1" * 400, "-" + "9" * 30, "0." + "1" * 400,
    "[" * 62 + "]" * 62, '{"a":' * 62 + "1" + "}" * 62,
]  # fmt: skip
BAD = [
    "", "01", "-", "+1", "1.", ".1", "1e", "0x1", "1_000", "NaN", "-NaN", "Infinity", "-Infinity",
    "nan", "tru", "nul", "True", "[1,]", "[,1]", "[1 2]", "[1", "]", '{"a":1,}', "{a:1}", "{'a':1}",
    '{"a"}', '{"a":}', '{"a":1 "b":2}', "{1:2}", '{"a":1]', "[1}", '"\\x"', '"\\u12"', '"\\u12g4"',
    '"\t"', '"\n"', '"', "'a'", "1 2", "// c\n1", "/* c */1", '"a', "\\u0031", "[1;2]", "undefined",
    "\ufeff1", "\u00a01", "1\x0c", "--1", "1e1.5", "1.5.2", "[\x00]",
    "[" * 64 + "]" * 64, "[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("value", GOOD, ids=repr)
@pytest.mark.parametrize("reader", [read_frame, read_frame_by_text])
def test_good_json_is_taken_wherever_it_stands(reader: Reader, value: str) -> None:
    assert reader(frame_text(extra=f'"note":{value}')).count == 1
    if not value.startswith(("[" * 62, '{"a":' * 62)):
        assert reader(frame_text(f'[{{"note":{value},{POINT[1:]}]')).count == 1


@pytest.mark.parametrize("value", BAD, ids=lambda value: repr(value[:20]))
@pytest.mark.parametrize("reader", [read_frame, read_frame_by_text])
def test_bad_json_is_refused_wherever_it_stands(reader: Reader, value: str) -> None:
    for content in (
        frame_text(extra=f'"note":{value}'),
        frame_text(f'[{{"note":{value},{POINT[1:]}]'),
        frame_text(f'[{{"x":{value},"y":2,"z":3}}]'),
    ):
        with pytest.raises(AttachmentUnreadable):
            reader(content)


def test_an_escaped_key_is_the_key_that_it_spells() -> None:
    content = frame_text().replace(b'"points"', b'"po\\u0069nts"').replace(b'"y"', b'"\\u0079"')
    assert frame_scanner.scan(content).points == -1
    assert_same(read_frame(content), read_frame(frame_text()))


def test_times_are_exact_when_they_are_integers() -> None:
    points = '[{"x":1,"y":2,"z":3,"t":1541196976735462001},{"x":1,"y":2,"z":3,"t":7}]'
    time = read_frame(frame_text(points)).time
    assert time is not None
    assert time.dtype == np.int64
    assert time.tolist() == [1541196976735462001, 7]


def test_one_fraction_makes_all_times_doubles() -> None:
    points = '[{"x":1,"y":2,"z":3,"t":5},{"x":1,"y":2,"z":3,"t":0.25},{"x":1,"y":2,"z":3}]'
    frame = read_frame(frame_text(points))
    assert frame.time is not None
    assert frame.time.dtype == np.float64
    assert frame.time.tolist() == [5, 0.25, 0]
    assert (frame.present & 32 > 0).tolist() == [True, True, False]


def test_the_head_is_read_with_its_images() -> None:
    images = f"[{image_text(k1=-0.25, p2=0.125, camera_index=4, metadata={'name': 'front'})}]"
    head = read_frame(frame_text(extra=f'"images":{images},"timestamp":1557539924.59981')).head
    assert head.device_position == (1.5, -2.25, 1.75)
    assert head.timestamp == "1557539924.59981"
    (image,) = head.images
    assert (image.camera, image.name, image.model) == (4, "front", "brown_conrady")
    assert (image.fx_px, image.fy_px, image.cx_px, image.cy_px) == (1450.5, 1449.5, 960.25, 604.75)
    assert (image.coefficients["k1"], image.coefficients["p2"]) == (-0.25, 0.125)
    assert image.rotation_wxyz == (0.5, -0.5, 0.5, -0.5)
    assert image.scale_factor == 1


def test_members_of_another_lens_are_ignored() -> None:
    image = image_text(camera_model="fisheye", k1=0.5, k6=0.0, p1=0, xi=0, scale_factor=0)
    head = read_frame(frame_text(extra=f'"images":[{image}]')).head
    assert head.images[0].coefficients == {"k1": 0.5, "k2": 0, "k3": 0, "k4": 0}
    assert head.images[0].scale_factor == 1


def test_cameras_are_numbered_by_place_unless_all_have_their_own_number() -> None:
    def cameras(*numbers: object) -> list[int]:
        images = ",".join(image_text(camera_index=number) for number in numbers)
        return [i.camera for i in read_frame(frame_text(extra=f'"images":[{images}]')).head.images]

    assert cameras(5, 3) == [5, 3]
    assert cameras(5, ...) == [0, 1]
    assert cameras(5, 5) == [0, 1]
    assert cameras(-1, 2) == [0, 1]


@pytest.mark.parametrize("scene", ["pandaset_001", "nuscenes_sample", "kitti_object"])
def test_a_recorded_frame_reads_as_json_loads_reads_it(scene: str) -> None:
    path = min((shared_data(scene) / "frames").glob("*.json.gz"))
    content = gzip.decompress(path.read_bytes())
    frame, plain = read_frame(content), json.loads(content)
    assert frame_scanner.scan(content).points == len(plain["points"])
    np.testing.assert_array_equal(
        frame.xyz, [[point["x"], point["y"], point["z"]] for point in plain["points"]]
    )
    assert len(frame.head.images) == len(plain["images"])


def test_reading_by_pieces_needs_no_room_for_points_that_are_not_there() -> None:
    """A file of braces claims a point each; the columns are no larger than the file could fill."""
    room = frame_scanner.scan(b"{" * 1_000_000).columns
    assert len(room.present) <= 50_001


def test_the_device_position_may_stand_anywhere() -> None:
    assert read_frame(f'{{"points":[{POINT}],{DEVICE}}}'.encode()).count == 1
