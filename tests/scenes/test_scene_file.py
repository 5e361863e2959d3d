"""The recorded scenes as .sfs give the same points as their frames of JSON."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from groundplane.scenes.ingest import PreparedFrame, prepare_frame
from groundplane.scenes.originals import Originals, decode_originals
from groundplane.scenes.scene_file import CheckedFile, check_file, prepare_file_frame
from shared_data import shared_data


def originals(prepared: PreparedFrame) -> Originals:
    manifest, blobs = prepared.manifest, prepared.blobs
    return decode_originals(blobs[manifest.points.original.sha256])


@pytest.mark.parametrize("name", ["pandaset_001", "kitti_object", "nuscenes_sample"])
def test_a_recorded_scene_is_the_same_as_file_and_as_frames(name: str, tmp_path: Path) -> None:
    folder = shared_data(name)
    path = str(folder / f"{name}.sfs")
    frames = sorted(folder.glob("frames/*.json.gz"))
    unused = str(tmp_path / "unused")
    assert check_file(path, name, unused) == CheckedFile(len(frames), has_videos=False)
    last = len(frames) - 1
    ours = prepare_file_frame(path, name, last)
    theirs = prepare_frame(gzip.decompress(frames[last].read_bytes()), last)
    assert len(ours.pictures) == len(theirs.manifest.images)
    one, other = originals(ours.prepared), originals(theirs)
    # The JSON of these scenes is written in millimetres, the file in float32.
    np.testing.assert_allclose(one.world_m(), other.world_m(), atol=1e-3)
    assert one.intensity is not None
    assert other.intensity is not None
    np.testing.assert_allclose(one.intensity, other.intensity, atol=1 / 255)
    np.testing.assert_allclose(
        ours.prepared.manifest.device_position_m, theirs.manifest.device_position_m, atol=1e-5
    )
