"""Scale's own package is the witness, faults included: see tests/golden/write_scale_0_5_4.py."""

from typing import Any

import numpy as np
import pytest

from geometry.golden import golden
from groundplane.geometry import cameras
from groundplane.geometry.cameras import Lens
from groundplane.geometry.lenses.parameters import named_coefficients
from groundplane.geometry.scale_0_5_4 import UnsupportedLens, project, project_distort
from groundplane.geometry.transforms import Transform

GIVEN = golden("scale_0_5_4.json")
POINTS = np.array(GIVEN["points"])


def lens_of(case: dict[str, Any]) -> Lens:
    model = case["model"] or "pinhole"
    k = named_coefficients(model, case["params"])
    fx, fy, cx, cy = (GIVEN[name] for name in ("fx", "fy", "cx", "cy"))
    return Lens(model, fx, fy, cx, cy, 1280, 720, skew=case["skew"], coefficients=k)


@pytest.mark.parametrize("case", GIVEN["cases"], ids=lambda case: case["model"] or "none")
def test_it_is_what_the_package_says_masks_included(case: dict[str, Any]) -> None:
    u, v, valid = project_distort(POINTS, lens_of(case))
    for ours, theirs in ((u, case["u"]), (v, case["v"])):
        expected = [np.nan if value is None else float(value) for value in theirs]
        np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert valid.tolist() == case["valid"]


def test_the_picture_begins_at_0_there_and_half_a_pixel_earlier_here() -> None:
    lens = Lens("pinhole", 100, 100, 50, 50, 100, 100)
    rows = np.array([[-0.502, 0, 1.0], [0.497, 0, 1.0], [0, 0, 1.0]])
    theirs = project(rows, Transform.identity(), lens)
    assert theirs.visible.tolist() == [False, True, True]
    ours = cameras.project(rows, Transform.identity(), lens)
    assert ours.visible.tolist() == [True, False, True]
    np.testing.assert_allclose(theirs.uv_px, ours.uv_px)


@pytest.mark.parametrize("model", ["fisheye_rad_tan_prism", "fisheye_radial_custom", "ftheta"])
def test_a_model_that_it_does_not_project_is_refused(model: str) -> None:
    lens = Lens(model, 100, 100, 50, 50, 100, 100)
    with pytest.raises(UnsupportedLens, match=model):
        project(POINTS, Transform.identity(), lens)
