"""What is wrong with a frame is said in a sentence: the member, the point, the byte."""

import re

import pytest
from frames import DEVICE, POINT, frame_text, image_text

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.frame_json import read_frame


def points(*texts: str) -> bytes:
    return frame_text(f"[{','.join(texts)}]")


def one(**changes: str) -> str:
    members = {"x": "1", "y": "2", "z": "3", **changes}
    return "{" + ",".join(f'"{key}":{value}' for key, value in members.items()) + "}"


def images(*texts: str) -> bytes:
    return frame_text(extra=f'"images":[{",".join(texts)}]')


CASES = {
    "nothing": (b"", "Invalid JSON Format: Unexpected end of JSON input"),
    "an array": (b"[]", "A frame must be one JSON object."),
    "cut in a number": (frame_text()[:-9], "Invalid JSON Format: Unexpected end of JSON input"),
    "more behind it": (frame_text() + b" x", "Invalid JSON Format: Extra data at byte 80."),
    "not utf-8": (b'{"a":"\xff"}', "Invalid JSON Format: byte 6 is not UTF-8."),
    "utf-16": ('{"a":1}'.encode("utf-16"), "Invalid JSON Format: byte 0 is not UTF-8."),
    "no points": (f"{{{DEVICE}}}".encode(), "points is missing."),
    "points twice": (
        frame_text(extra='"points":[]').replace(b"[]", b"[" + POINT.encode() + b"]"),
        "points is given twice (byte 88).",
    ),
    "points no array": (frame_text("{}"), "points must be an array, not an object."),
    "points null": (frame_text("null"), "points must be an array, not null."),
    "points empty": (frame_text("[ ]"), "points is empty: a frame needs at least one point."),
    "point no object": (points(POINT, "7"), "points[1] must be an object, not a number (byte 78)."),
    "no z": (points(POINT, '{"x":1,"y":2}'), "points[1] has no z (byte 78)."),
    "x a string": (points(one(x='"1"')), "points[0].x must be a number, not a string (byte 59)."),
    "y null": (points(one(y="null")), "points[0].y must be a number, not null (byte 65)."),
    "z true": (points(one(z="true")), "points[0].z must be a number, not a boolean (byte 71)."),
    "x twice": (points(f'{{"x":0,{POINT[1:]}'), "points[0].x is given twice (byte 59)."),
    "x infinite": (points(one(x="1e999")), "points[0].x is too large (byte 59)."),
    "x NaN": (
        points(one(x="NaN", note='"NaN"')),
        "Invalid JSON Format: NaN is not a JSON value, at byte 63.",
    ),
    "i beyond float32": (points(one(i="1e39")), "points[0].i is too large (byte 77)."),
    "d negative": (
        points(one(d="-1")),
        "points[0].d must be a whole number from 0 to 4294967295, not -1 (byte 77).",
    ),
    "d a fraction": (
        points(one(d="0.5")),
        "points[0].d must be a whole number from 0 to 4294967295, not 0.5 (byte 77).",
    ),
    "t of 65 bits": (points(one(t=str(2**63))), "points[0].t does not fit 64 bits (byte 77)."),
    "is_ground a number": (
        points(one(is_ground="1")),
        "points[0].is_ground must be true or false, not a number (byte 77).",
    ),
    "no device": (f'{{"points":[{POINT}]}}'.encode(), "device_position is missing."),
    "device an array": (
        f'{{"device_position":[0,0,0],"points":[{POINT}]}}'.encode(),
        "device_position must be an object, not an array.",
    ),
    "device infinite": (
        f'{{"device_position":{{"x":1e999,"y":0,"z":0}},"points":[{POINT}]}}'.encode(),
        "device_position.x: Number out of range.",
    ),
    "heading zero": (
        frame_text(extra='"device_heading":{"w":0,"x":0,"y":0,"z":0}'),
        "device_heading is no rotation: all of w, x, y, z are 0.",
    ),
    "timestamp huge": (frame_text(extra='"timestamp":1e30'), "timestamp is too large."),
    "timestamp a word": (
        frame_text(extra='"timestamp":true'),
        "timestamp must be a number, not a boolean.",
    ),
    "image without url": (images(image_text(image_url=...)), "images[0].image_url is missing."),
    "image url empty": (images(image_text(image_url="")), "images[0].image_url is empty."),
    "second image without fx": (
        images(image_text(), image_text(fx=...)),
        "images[1].fx is missing.",
    ),
    "image without heading": (images(image_text(heading=...)), "images[0].heading is missing."),
    "fx zero": (
        images(image_text(fx=0)),
        "images[0] (Camera 0): fx and fy must be greater than 0.",
    ),
    "unknown lens": (
        images(image_text(camera_model="tele", metadata={"name": "front_left"})),
        (
            'images[0] (front_left): camera_model "tele" is not supported; '
            "known are brown_conrady, fisheye, mod_equi_fish, mod_kannala, cylindrical, "
            "equirectangular, omnidirectional, fisheye_rad_tan_prism, fisheye_radial_custom, "
            "ftheta."
        ),
    ),
    "too deep": (
        frame_text(extra=f'"a":{"[" * 64}{"]" * 64}'),
        "Invalid JSON Format: values are nested more than 64 levels deep.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), CASES.values(), ids=CASES.keys())
def test_a_wrong_frame_is_refused_with_its_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(AttachmentUnreadable) as refused:
        read_frame(content)
    assert str(refused.value) == sentence
    if found := re.search(r"points\[\d\](?:\.(\w+))? .*\(byte (\d+)\)", sentence):
        member = f'"{found[1]}"'.encode() if found[1] else (b"{", b"7")
        assert content[int(found[2]) :].startswith(member)


def test_bytes_are_counted_not_characters() -> None:
    with pytest.raises(AttachmentUnreadable, match=r"\(byte 7[0-9]\)"):
        read_frame(frame_text('[{"ä":"漢字","x":"1","y":2,"z":3}]'))
