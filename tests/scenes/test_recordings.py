"""Recordings that come in their makers' own layouts: every way into a scene gives the same one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from kitti_raw import write_kitti_raw, write_scan

from groundplane.geometry.arrays import Float64Array
from groundplane.geometry.cameras import Lens, Projection, project
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.conversion import ConvertOptions, convert
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
from groundplane.scenes.ingest import PreparedFrame, prepare_frame
from groundplane.scenes.model import FrameManifest
from groundplane.scenes.originals import Originals, decode_originals
from groundplane.scenes.scene_file import check_file, prepare_file_frame
from scene_faults import examined, loud
from shared_data import shared_data

WHOLE = 17
FLOAT32_M = 1.5e-5  # of a coordinate below 128 m, in the lidar's frame and back
# The middle of the dark disc that the car stands in: the scan itself says no place of its sensor.
SENSOR_M = (-0.5, -99.9, 0.0)


@dataclass(frozen=True, slots=True)
class Ways:
    """The same scene as its formats."""

    json: Path
    protobuf: Path
    sfs: Path

    @classmethod
    def of(cls, json: Path) -> "Ways":
        ways = cls(json, json.with_name("protobuf"), json.with_name("scene.sfs"))
        convert(json, ways.protobuf, ConvertOptions(to="protobuf"))
        convert(json, ways.sfs)
        return ways

    def ingested(self, index: int) -> list[PreparedFrame]:
        """One frame, as ingest makes it of JSON, protobuf and .sfs."""
        frames = [
            prepare_frame(frame_files(folder)[index].read_bytes(), index)
            for folder in (self.json, self.protobuf)
        ]
        return [*frames, prepare_file_frame(str(self.sfs), "scene.sfs", index).prepared]


@pytest.fixture(
    scope="module",
    params=[range(2), pytest.param(range(WHOLE), marks=pytest.mark.soak, id="whole")],
)
def kitti(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ways:
    folder = tmp_path_factory.mktemp("kitti") / "json"
    write_kitti_raw(shared_data("kitti_0005") / "raw", folder, request.param)
    return Ways.of(folder)


def originals(prepared: PreparedFrame) -> Originals:
    return decode_originals(prepared.blobs[prepared.manifest.points.original.sha256])


def seen(manifest: FrameManifest, points_m: Float64Array) -> Projection:
    (image,) = manifest.images
    lens = Lens(
        *(image.model, image.fx_px, image.fy_px, image.cx_px, image.cy_px, 1242, 375),
        *(image.skew, image.scale_factor, image.coefficients),
    )
    camera_from_world = Transform(image.rotation_wxyz, image.position_m).inverse()
    return project(points_m, camera_from_world, lens)


def test_a_drive_in_kittis_layout_is_the_same_of_every_format(kitti: Ways, tmp_path: Path) -> None:
    count = len(frame_files(kitti.json))
    assert check_file(str(kitti.sfs), "scene.sfs", str(tmp_path / "none")).frame_count == count
    for index in range(count):
        frame, *others = kitti.ingested(index)
        points_m = originals(frame).world_m()
        intensity = originals(frame).intensity
        assert len(points_m) > 100_000
        assert intensity is not None
        ours = seen(frame.manifest, points_m)
        assert 15_000 < ours.visible.sum() < 25_000
        for other in others:
            read = originals(other)
            np.testing.assert_allclose(read.world_m(), points_m, atol=FLOAT32_M)
            assert read.intensity is not None
            np.testing.assert_allclose(read.intensity, intensity, atol=0.5 / 255 + 1e-6)
            theirs = seen(other.manifest, points_m)
            off_px = theirs.uv_px[ours.visible] - ours.uv_px[ours.visible]
            assert np.abs(off_px).max() < 0.01


def test_the_drive_is_healthy(kitti: Ways) -> None:
    scene = [read_scene_frame(path, kitti.json) for path in frame_files(kitti.json)]
    assert loud(examined(scene)) == []


def test_a_scan_alone_is_the_same_of_every_format_and_its_sensor_is_where_it_is_said(
    tmp_path: Path,
) -> None:
    points = shared_data("semantickitti_000") / "points.npy"
    write_scan(points, tmp_path / "json", SENSOR_M)
    frame, *others = Ways.of(tmp_path / "json").ingested(0)
    np.testing.assert_allclose(originals(frame).world_m(), np.load(points), atol=FLOAT32_M)
    for other in others:
        np.testing.assert_allclose(
            originals(other).world_m(), originals(frame).world_m(), atol=FLOAT32_M
        )
        assert other.manifest.images == []
    write_scan(points, tmp_path / "origin", (0.0, 0.0, 0.0))
    for name, found in (("json", []), ("origin", ["device_away"])):
        folder = tmp_path / name
        scene = [read_scene_frame(path, folder) for path in frame_files(folder)]
        assert [one.rule for one in loud(examined(scene))] == found
