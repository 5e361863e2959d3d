"""Write scale_0_5_4.json: what scale-sensor-fusion-io 0.5.4 itself computes.

    python tests/golden/write_scale_0_5_4.py

To be run where that package is installed (it needs TurboJPEG's library); it is no dependency of
ours. Its `project_distort` is called as it is. Of the models for which it raises there is no case.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from scale_sensor_fusion_io.models.sensors.camera import (  # pyright: ignore[reportMissingImports] - see above
    CameraDistortion,
    CameraIntrinsics,
)
from scale_sensor_fusion_io.utils.camera_helpers import (  # pyright: ignore[reportMissingImports] - see above
    project_distort,
)

POINTS = [
    *([0.0, 0.0, 1.0], [0.5, 0.25, 2.0], [-1.0, 0.75, 2.0], [3.0, 1.0, 1.0], [1.0, 1.0, -2.0]),
    *([0.1, -0.4, 0.5], [-0.2, -0.1, 4.0], [1.25, 0.0, 1.0], [0.3, -2.5, 0.2], [-7.0, 2.0, 9.0]),
]
CASES: list[tuple[str | None, list[float], float]] = [
    (None, [], 0.0),
    (None, [], 12.5),
    ("brown_conrady", [-0.31, 0.12, 0.0009, -0.0015, -0.02, 0.4, 0.1, 0.01, 0.002, -0.003], 0.0),
    ("brown_conrady", [-0.1, 0.02], 7.5),  # complex roots only
    ("brown_conrady", [0.2, 0.01, 0.0, 0.0, 0.001], 0.0),  # no root at all
    ("fisheye", [0.05, -0.01, 0.003, -0.0005], 0.0),
    ("fisheye", [-0.3], 3.0),
    ("fisheye", [-0.1, 0.02, -0.001, 0.0003], 0.0),
    ("mod_equi_fish", [9.0, 0.01, 0.002, -0.001], 0.0),
    ("mod_equi_fish", [0.0, -0.4, 0.1, 0.05], 4.0),
    ("mod_kannala", [0.01, 0.002, -0.001, 0.0001], 0.0),
    ("mod_kannala", [-0.3, 0.1], 5.0),
    ("cylindrical", [], 2.0),
    ("equirectangular", [], 0.0),
    ("omnidirectional", [-0.1, 0.01, 0.002, 9.0, 0.001, 0.002, 0.9, 0.01, -0.01], 0.0),
    ("omnidirectional", [-0.1, 0.01, 0.0, 0.0, 0.001, -0.002, 0.0], 6.0),
]


def numbers(values: Any) -> list[float | str | None]:
    """JSON has no infinity, and no NaN, which is null here."""
    told = {math.inf: "inf", -math.inf: "-inf"}
    return [None if math.isnan(value) else told.get(value, value) for value in values.tolist()]


def case(model: str | None, params: list[float], skew: float) -> dict[str, Any]:
    distortion = None if model is None else CameraDistortion.from_values(model, params)
    intrinsics = CameraIntrinsics(1000.5, 900.25, 640.0, 360.0, 1280, 720, distortion, skew)
    with np.errstate(all="ignore"):
        u, v, valid = project_distort(np.array(POINTS), intrinsics)
    told = {"u": numbers(u), "v": numbers(v), "valid": valid.tolist()}
    return {"model": model, "params": params, "skew": skew, **told}


def main() -> None:
    lines = ",\n".join(json.dumps(case(*given)) for given in CASES)
    intrinsics = '"fx": 1000.5, "fy": 900.25, "cx": 640.0, "cy": 360.0'
    content = f'{{"points": {json.dumps(POINTS)},\n{intrinsics},\n"cases": [\n{lines}\n]}}\n'
    Path(__file__).with_name("scale_0_5_4.json").write_text(content)


if __name__ == "__main__":
    main()
