"""What the README promises: one command, a link that works once, a scene to label."""

import json
import math
import re
from pathlib import Path
from typing import Any

import httpx
import independent
import numpy as np
import pytest
from chromium import run_journey

from serving import running, wait_until

pytestmark = pytest.mark.journey


def test_a_new_instance_leads_from_its_link_to_an_answer(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as product:
        printed = re.compile(r"http://\S+/sign-in\?token=\S+")
        wait_until(lambda: bool(printed.search(product.log.read_text())), 60, "the link is printed")
        found = printed.search(product.log.read_text())
        assert found is not None
        key = product.key()
        task = httpx.get(f"{product.url}/v1/tasks", auth=(key, "")).json()["docs"][0]
        street = product.data / "demo/street"
        truth = json.loads((street / "truth.json").read_text())
        frame = json.loads((street / "frames/000.json").read_text())
        poses = nearest(truth, frame)
        plan = {"link": found.group(), "pictures": str(tmp_path), "poses": poses}
        run_journey("demo", plan, tmp_path)
        task = httpx.get(f"{product.url}/v1/task/{task['task_id']}", auth=(key, "")).json()
        assert task["status"] == "completed"
        answer = httpx.get(task["response"]["annotations"]["url"]).json()
        assert len(answer) == 10
        labels = [cuboid["label"] for cuboid in answer[0]["cuboids"]]
        assert sorted(labels) == sorted(str(pose["label"]) for pose in poses)
        assert all(cuboid["numberOfPoints"] > 5 for cuboid in answer[0]["cuboids"])


def nearest(truth: dict[str, Any], frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The three nearest vehicles in the picture of frame 0, by the simulator's own truth."""
    device, image = frame["device_position"], frame["images"][0]
    found: list[tuple[float, dict[str, Any]]] = []
    for track in truth["tracks"]:
        cuboid = track["cuboids"][0]
        if cuboid is None or cuboid["points"] < 30:
            continue
        _, _, depth_m = independent.pixels(np.array([cuboid["centre_m"]]), image)[0]
        if depth_m < 6:
            continue
        pose = {
            "centre": cuboid["centre_m"],
            "size": cuboid["size_m"],
            "yawDegrees": math.degrees(cuboid["yaw_rad"]),
        }
        away_m = math.dist(cuboid["centre_m"][:2], (device["x"], device["y"]))
        found.append((away_m, {"label": track["label"], "pose": pose}))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])[:3]]
