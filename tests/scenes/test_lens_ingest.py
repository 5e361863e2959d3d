"""Every lens that a file can name is ingested, and puts points where the golden file has them."""

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
import pytest
from frames import frame_text, image_text
from sfs_files import camera, contained, lidar, scene

from geometry.golden import golden
from groundplane.geometry import cameras
from groundplane.geometry.lenses.parameters import POSITIONAL, positional
from groundplane.geometry.transforms import Transform
from groundplane.scenes.formats.frame_head import FrameImage
from groundplane.scenes.formats.frame_json import read_frame
from groundplane.scenes.formats.lidar_frame import INTRINSICS, read_lidar_frame
from groundplane.scenes.formats.lidar_frame_writer import write_lidar_frame
from groundplane.scenes.formats.sfs_frames import frames_of
from groundplane.scenes.formats.sfs_reader import read_sfs
from groundplane.scenes.ingest import assemble_scene, prepare_frame, with_images
from groundplane.scenes.model import BlobRef, CameraImage, CameraModel, StoredImage

Case = Mapping[str, Any]
CASES = [case for case in golden("lenses.json")["cases"] if case["lens"]["model"] != "pinhole"]
MODELS = {case["lens"]["model"]: case for case in CASES}
EVERY_NAME = {name for names in POSITIONAL.values() for name in names}


def frame_of(case: Case) -> bytes:
    lens = case["lens"]
    # Scale's toolkit writes every member whatever the lens is; none of these may count.
    foreign = dict.fromkeys(EVERY_NAME - set(POSITIONAL[lens["model"]]), 7.0)
    image = image_text(
        camera_model=lens["model"],
        position=dict(zip("xyz", case["position_m"], strict=True)),
        heading=dict(zip("wxyz", case["rotation_wxyz"], strict=True)),
        **{key: lens[f"{key}_px"] for key in ("fx", "fy", "cx", "cy")},
        **{key: lens[key] for key in ("skew", "scale_factor")},
        **lens["coefficients"],
        **foreign,
    )
    return frame_text(extra=f'"images":[{image}]')


def ingested(case: Case) -> CameraImage:
    lens = case["lens"]
    stored = StoredImage(
        BlobRef("ab", 7, "image/png", None), lens["width_px"], lens["height_px"], 1
    )
    manifest = with_images(prepare_frame(frame_of(case), 0).manifest, [stored])
    return assemble_scene([manifest]).frames[0].images[0]


def read(case: Case) -> FrameImage:
    return read_frame(frame_of(case)).head.images[0]


def test_the_lenses_of_a_scene_are_those_that_files_can_name() -> None:
    assert get_args(CameraModel) == tuple(POSITIONAL)
    assert set(MODELS) == set(POSITIONAL)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_lens_of_frame_json_has_its_golden_pixels_after_ingest(case: Case) -> None:
    image = ingested(case)
    given = image.lens
    lens = cameras.Lens(
        *(given.model, given.fx_px, given.fy_px, given.cx_px, given.cy_px),
        *(given.width_px, given.height_px, given.skew, given.scale_factor, given.coefficients),
    )
    camera_from_world = Transform(image.rotation_wxyz, image.position_m).inverse()
    found = cameras.project(np.array(case["points_world"]), camera_from_world, lens)
    known = [row for row, pixel in enumerate(case["uv_px"]) if pixel is not None]
    expected = [case["uv_px"][row] for row in known]
    np.testing.assert_allclose(found.uv_px[known], expected, rtol=0, atol=1e-4)
    assert found.visible.tolist() == case["visible"]


@pytest.mark.parametrize("model", POSITIONAL)
def test_a_scene_file_says_the_same_lens(model: str) -> None:
    wanted = read(MODELS[model])
    numbers = {"fx": wanted.fx_px, "fy": wanted.fy_px, "cx": wanted.cx_px, "cy": wanted.cy_px}
    params = list(positional(model, wanted.coefficients))
    intrinsics = {
        **numbers,
        "width": 16,
        "height": 12,
        "distortion": {"model": model, "params": params},
    }
    content = contained(scene(lidar(), camera(intrinsics=intrinsics)))
    found = frames_of(read_sfs(content), "x.sfs").frames[0].columns.head.images[0]
    assert (found.model, found.coefficients) == (model, wanted.coefficients)
    assert (found.fx_px, found.cy_px) == (wanted.fx_px, wanted.cy_px)


def test_an_omnidirectional_lens_of_protobuf_is_read() -> None:
    frame = read_frame(frame_of(MODELS["omnidirectional"]))
    (found,) = read_lidar_frame(write_lidar_frame(frame)).head.images
    wanted = frame.head.images[0].coefficients
    held = [name for name in INTRINSICS["omnidirectional"] if name in wanted]
    assert found.model == "omnidirectional"
    assert wanted["xi"] == 1.31
    assert found.coefficients == pytest.approx(
        {name: wanted[name] if name in held else 0.0 for name in wanted}, rel=1e-6
    )
