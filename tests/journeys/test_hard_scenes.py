"""Scenes that are hard to show: three points, thousands of cuboids, points that come broken."""

import json
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from chromium import run_journey
from kill_work import Work, car, publish_frames

from serving import Customer, Product, customer, running

pytestmark = pytest.mark.journey

CUBOIDS = 2_000
AT_ONCE = 500


def test_hard_scenes_are_shown_and_broken_points_are_said(tmp_path: Path) -> None:
    with (
        customer() as service,
        running(tmp_path / "data") as product,
        closing(product.signed_in("labeler")) as person,
    ):
        frames = [three_points(service), *publish_frames(service)[:1]]
        work = Work(product, service, product.key(), person, frames)
        task_id = work.create("hard")
        work.wait_ready(task_id)
        draw_many(work, task_id)
        chunk = chunk_file(product, work, task_id, frame=1)
        whole = chunk.read_bytes()
        broken = bytearray(whole)
        broken[len(broken) // 2] ^= 0xFF
        chunk.write_bytes(broken)
        plan = {
            "url": product.url,
            "link": product.sign_in_link("manager", "mo@example.com"),
            "taskId": task_id,
            "cuboids": CUBOIDS,
            "chunk": str(chunk),
            "whole": str(tmp_path / "whole"),
            "pictures": str(tmp_path),
        }
        (tmp_path / "whole").write_bytes(whole)
        run_journey("hard", plan, tmp_path)


def three_points(service: Customer) -> str:
    points = [{"x": x, "y": 5.0, "z": 0.2} for x in (9.0, 10.0, 11.5)]
    frame = {"device_position": {"x": 0.0, "y": 0.0, "z": 1.8}, "points": points}
    service.files["/three.json"] = json.dumps(frame).encode()
    return f"{service.url}/three.json"


def draw_many(work: Work, task_id: str) -> None:
    """Rows of cars, far enough apart to be told from each other."""
    lease = work.claim(task_id)
    for start in range(0, CUBOIDS, AT_ONCE):
        changes: list[dict[str, object]] = []
        for n in range(start, start + AT_ONCE):
            box, pose = car(0)
            after = pose["after"]
            assert isinstance(after, dict)
            centre_m = [6.0 * (n % 50) - 140, 4.0 * (n // 50) - 75, 1.0]
            changes += [box, {**pose, "after": {**after, "centre_m": centre_m}}]
        sent = {
            "op_id": str(uuid.uuid4()),
            "at": "2026-01-01T00:00:00.000Z",
            "active_ms": 1,
            "changes": changes,
        }
        answer = work.person.post(
            f"/app/tasks/{task_id}/transactions", json={**lease, "transactions": [sent]}, timeout=60
        )
        assert answer.raise_for_status().json()["results"][0]["outcome"] == "accepted"
    work.person.post(f"/app/tasks/{task_id}/release", json=lease).raise_for_status()


def chunk_file(product: Product, work: Work, task_id: str, *, frame: int) -> Path:
    scene = work.person.get(f"/app/tasks/{task_id}/work").raise_for_status().json()["scene"]
    (found,) = product.data.rglob(scene["frames"][frame]["points"]["blob"]["sha256"])
    return found
