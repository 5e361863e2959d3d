"""From bytes to a scene: nothing is lost of a point, whatever the units and the world's size."""

import base64
import hashlib
import json

import msgspec
import numpy as np
import pytest
from frames import POINT, frame_text, image_text

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.formats.frame_json import read_frame
from groundplane.scenes.formats.lidar_frame_writer import write_lidar_frame
from groundplane.scenes.ingest import assemble_scene, prepare_frame, with_images
from groundplane.scenes.model import BlobRef, FrameManifest, Scene, StoredImage
from groundplane.scenes.originals import decode_originals
from groundplane.scenes.pack import decode_chunk

UTM_M = np.array([431257.37, 5412983.81, 107.26])
STORED = StoredImage(
    image=BlobRef(sha256="ab", size_bytes=7, content_type="image/png", content_encoding=None),
    width_px=1920,
    height_px=1208,
    exif_orientation=6,
)


def frame(points_m: np.ndarray, device_m: np.ndarray, **members: object) -> bytes:
    def vector(row: np.ndarray) -> dict[str, float]:
        return dict(zip("xyz", row.tolist(), strict=True))

    points = [vector(row) for row in points_m]
    return json.dumps({"device_position": vector(device_m), "points": points, **members}).encode()


def manifest_of(index: int, **members: str) -> FrameManifest:
    extra = ",".join(f'"{key}":{value}' for key, value in members.items())
    manifest = prepare_frame(frame_text(extra=extra), index).manifest
    return with_images(manifest, [STORED] * len(manifest.images))


def test_points_of_utm_size_keep_a_tenth_of_a_millimetre() -> None:
    points_m = UTM_M + np.random.default_rng(3).uniform(-200, 200, (500, 3))
    prepared = prepare_frame(frame(points_m, UTM_M), 4)
    chunk = prepared.manifest.points
    assert chunk.origin_m == (431257.0, 5412984.0, 107.0)
    originals = decode_originals(prepared.blobs[chunk.original.sha256])
    np.testing.assert_allclose(originals.world_m(), points_m, rtol=0, atol=1e-4)
    shown = decode_chunk(prepared.blobs[chunk.blob.sha256])
    np.testing.assert_allclose(shown.world(), points_m, rtol=0, atol=max(chunk.step_m) / 2 + 1e-8)


def test_the_manifest_describes_the_blobs_beside_it() -> None:
    prepared = prepare_frame(frame_text(f"[{POINT},{POINT}]"), 3)
    chunk = prepared.manifest.points
    assert set(prepared.blobs) == {chunk.blob.sha256, chunk.original.sha256}
    for ref in (chunk.blob, chunk.original):
        content = prepared.blobs[ref.sha256]
        assert hashlib.sha256(content).hexdigest() == ref.sha256
        assert (ref.size_bytes, ref.content_encoding) == (len(content), "zstd")
    assert (chunk.count, chunk.has_intensity, prepared.manifest.index) == (2, False, 3)


def test_units_become_metres_for_points_device_and_cameras() -> None:
    content = frame(
        np.array([[10.0, 20, 30]]),
        np.array([100.0, 200, 300]),
        images=[json.loads(image_text())],
    )
    prepared = prepare_frame(content, 0, 0.01)
    originals = decode_originals(prepared.blobs[prepared.manifest.points.original.sha256])
    np.testing.assert_allclose(originals.world_m(), [[0.1, 0.2, 0.3]], atol=1e-6)
    np.testing.assert_allclose(prepared.manifest.device_position_m, (1, 2, 3))
    np.testing.assert_allclose(prepared.manifest.images[0].position_m, (0.005, -0.0025, 0.015))
    assert prepared.manifest.images[0].fx_px == 1450.5


def test_device_and_time_of_points_and_radar_reach_the_chunk_in_metres() -> None:
    content = frame_text(
        '[{"x":1,"y":2,"z":3,"d":7,"t":1541196976735462000},'
        '{"x":4,"y":5,"z":6,"d":3,"t":1541196976785462000}]',
        extra='"radar_points":[{"position":{"x":400,"y":-800,"z":50},'
        '"direction":{"x":-1250,"y":25,"z":0},"size":0.625},{"position":{"x":1,"y":2,"z":3}}]',
    )
    prepared = prepare_frame(content, 0, 0.01)
    chunk = decode_chunk(prepared.blobs[prepared.manifest.points.blob.sha256])
    assert chunk.device_q is not None
    assert chunk.devices[chunk.device_q].tolist() == [7, 3]
    assert chunk.time_q is not None
    assert (chunk.time_q.tolist(), chunk.time_span_s) == ([0, 65535], 0.05)
    radar_m = chunk.origin_m + chunk.radar.positions_m
    np.testing.assert_allclose(radar_m, [[4, -8, 0.5], [0.01, 0.02, 0.03]], atol=1e-6)
    np.testing.assert_allclose(chunk.radar.velocity, [[-12.5, 0.25, 0], [0, 0, 0]])
    assert chunk.radar.size[0] == 0.625
    assert np.isnan(chunk.radar.size[1])


@pytest.mark.parametrize(
    ("radar", "sentence"),
    [
        ('{"position":{"x":1,"y":2}}', r"radar_points\[0\]\.position\.z is missing"),
        (
            '{"position":{"x":1,"y":2,"z":3},"size":"big"}',
            r"radar_points\[0\]\.size must be a number",
        ),
        ('{"position":{"x":1,"y":2,"z":3e9}}', r"radar_points\[0\]\.position is farther than"),
        (
            '{"position":{"x":1,"y":2,"z":3},"direction":{"x":1e300,"y":0,"z":0}}',
            r"radar_points\[0\]\.direction is farther than",
        ),
    ],
)
def test_a_radar_point_that_is_none_is_refused_by_its_place(radar: str, sentence: str) -> None:
    with pytest.raises(AttachmentUnreadable, match=sentence):
        prepare_frame(frame_text(extra=f'"radar_points":[{radar}]'), 0)


def test_a_radar_size_beyond_all_sense_is_kept_as_the_largest() -> None:
    content = frame_text(extra='"radar_points":[{"position":{"x":1,"y":2,"z":3},"size":1e300}]')
    prepared = prepare_frame(content, 0)
    chunk = decode_chunk(prepared.blobs[prepared.manifest.points.blob.sha256])
    assert np.isfinite(chunk.radar.size[0])


def test_points_far_from_the_device_are_kept_relative_to_themselves() -> None:
    points_m = UTM_M + np.random.default_rng(4).uniform(-50, 50, (60, 3))
    prepared = prepare_frame(frame(points_m, np.zeros(3)), 0)
    originals = decode_originals(prepared.blobs[prepared.manifest.points.original.sha256])
    np.testing.assert_allclose(originals.world_m(), points_m, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("x", "meters_per_unit"), [("1e9", 1), ("-1e6", 1000), ("1e300", 1e100)])
def test_a_point_beyond_everything_is_refused_by_its_number(x: str, meters_per_unit: float) -> None:
    content = frame_text(f'[{{"x":0,"y":0,"z":0}},{{"x":{x},"y":0,"z":0}}]')
    with pytest.raises(AttachmentUnreadable, match=r"points\[1\] is farther than 1e\+08 metres"):
        prepare_frame(content, 0, meters_per_unit)


def test_every_member_of_a_point_survives_in_its_row() -> None:
    points = (
        '[{"x":1,"y":2,"z":3,"i":0.25,"d":1,"t":1541196976735462001,"is_ground":true},'
        '{"x":4,"y":5,"z":6,"t":1541196976735462002}]'
    )
    prepared = prepare_frame(frame_text(points), 0)
    originals = decode_originals(prepared.blobs[prepared.manifest.points.original.sha256])
    assert originals.intensity is not None
    assert originals.device is not None
    assert originals.time_ns is not None
    assert originals.is_ground is not None
    assert originals.intensity.tolist() == [0.25, 0]
    assert originals.device.tolist() == [1, 0]
    assert originals.time_ns.tolist() == [1541196976735462001, 1541196976735462002]
    assert originals.is_ground.tolist() == [True, False]
    assert originals.time is None
    assert originals.present.tolist() == [0b1111111, 0b0100111]


@pytest.mark.parametrize("as_base64", [False, True])
def test_a_frame_is_the_same_as_json_and_as_protobuf(as_base64: bool) -> None:  # noqa: FBT001 - a case
    points_m = np.array([[1.5, -2.25, 0.125], [40.0, 7.5, -1.75], [8.0, 8.0, 2.0]])  # of 32 bits
    content = frame(points_m, np.array([10.0, 20.0, 1.5]), timestamp=1500.25)
    as_protobuf = write_lidar_frame(read_frame(content))
    if as_base64:
        content, as_protobuf = base64.b64encode(content), base64.encodebytes(as_protobuf)
    one, other = prepare_frame(content, 3), prepare_frame(as_protobuf, 3)
    assert one.manifest == other.manifest
    assert one.blobs == other.blobs


def test_a_scene_has_the_time_the_cameras_and_the_origin_of_its_frames() -> None:
    front = image_text(camera_index=2, metadata={"name": "front"}, timestamp=1541196976.05)
    left = image_text(camera_index=1, metadata={"name": "left"}, timestamp=7)
    manifests = [
        manifest_of(0, timestamp="1541196976.0", images=f"[{front}]"),
        manifest_of(1, timestamp="1541196976.1", images=f"[{front},{left}]"),
    ]
    scene = assemble_scene(manifests, meters_per_unit=1.0)
    assert (scene.epoch_ns, scene.time_source) == ("1541196976000000000", "timestamps")
    assert scene.origin_m == (2.0, -2.0, 2.0)
    assert [(camera.index, camera.name) for camera in scene.cameras] == [(1, "left"), (2, "front")]
    assert [frame.time_ns for frame in scene.frames] == [0, 100_000_000]
    shutter, of_another_clock = scene.frames[1].images
    assert (shutter.time_ns, of_another_clock.time_ns) == (50_000_000, 100_000_000)
    assert (shutter.lens.width_px, shutter.lens.height_px) == (1920, 1208)
    assert shutter.exif_orientation == 6


def test_a_frame_says_when_its_first_point_was_measured() -> None:
    def swept(index: int) -> FrameManifest:
        start_ns = 1541196976735462000 + 100_000_000 * index
        points = ",".join(
            f'{{"x":1,"y":{y},"z":3,"t":{start_ns + 10_000_000 * y}}}' for y in range(5)
        )
        text = frame_text(f"[{points}]", extra=f'"timestamp":{(start_ns + 50_000_000) / 1e9:.6f}')
        return prepare_frame(text, index).manifest

    scene = assemble_scene([swept(0), swept(1)])
    assert [frame.first_point_ns for frame in scene.frames] == [-50_000_000, 50_000_000]
    timeless = assemble_scene([manifest_of(0, timestamp="1541196976.0")])
    assert timeless.frames[0].first_point_ns is None


def test_manifest_and_scene_go_through_json_unchanged() -> None:
    manifest = manifest_of(0, images=f"[{image_text()}]")
    text = msgspec.json.encode(manifest)
    again = msgspec.json.decode(text, type=FrameManifest)
    scene = assemble_scene([again])
    assert msgspec.json.encode(again) == text
    encoded = msgspec.json.encode(scene)
    assert msgspec.json.encode(msgspec.json.decode(encoded, type=Scene)) == encoded
