"""The first minute of a new manager: the tour, and a folder of one's own frames as a task."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from chromium import run_journey
from test_demo import nearest

from groundplane.simulator.drive import Scenario
from groundplane.simulator.scene import write_scene
from groundplane.simulator.vehicle import Vehicle, cameras, lidars
from serving import running, wait_until

pytestmark = pytest.mark.journey


def test_a_new_manager_takes_the_tour_and_brings_a_folder(tmp_path: Path) -> None:
    folder, broken = tmp_path / "drive", tmp_path / "broken"
    vehicle = Vehicle(lidars(1, 4_000), cameras(("front",), "pinhole", 320, 180), ())
    write_scene(folder, Scenario(3, 2, vehicle), image_base="file:///gone", with_truth_files=False)
    broken.mkdir()
    (broken / "000.json").write_text('{"points": [')
    with running(tmp_path / "data", "--demo") as product:
        printed = re.compile(r"http://\S+/sign-in\?token=\S+")
        wait_until(lambda: bool(printed.search(product.log.read_text())), 60, "the link is printed")
        found = printed.search(product.log.read_text())
        assert found is not None
        plan = {
            "link": found.group(),
            "pictures": str(tmp_path),
            "car": nearest_car(product.data / "demo/street"),
            "folder": str(folder),
            "broken": str(broken),
        }
        run_journey("first", plan, tmp_path)


def nearest_car(street: Path) -> dict[str, Any]:
    truth = json.loads((street / "truth.json").read_text())
    frame = json.loads((street / "frames/000.json").read_text())
    return next(one["pose"] for one in nearest(truth, frame) if one["label"] == "Car")
