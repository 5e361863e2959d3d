"""Playing a long scene through: memory while and after, and the cost of a step to a decoded frame.

    python benchmarks/playback.py [--frames 500] [--points 120000] [--tracks 300] [--rate 1]

A simulated sweep served as so many different frames with a picture each, tracks that move through
all of them, headless Chromium with its software renderer over loopback. Memory is the PSS of the
renderer and GPU processes above an empty page; a step's cost is the thread CPU time of the page's
main thread from one key press to the next, from a trace.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import msgspec
import scaleapi
from _measure import MB, table, verdict
from PIL import Image, ImageDraw
from scaleapi.tasks import TaskType

from groundplane.simulator.drive import scenario
from groundplane.simulator.scene import write_scene
from serving import Product, running, wait_until

POINTS_CACHE_MB = 384 * 2**20 / MB
IMAGES_CACHE_MB = 256 * 2**20 / MB
STEP_WITHIN_MS = 16.0
FRAME_S = 0.1
TRACKS_A_REQUEST = 50
PERSON = {"source": "person"}


class Memory(msgspec.Struct):
    empty: float
    opened: float
    most: float
    played: float


class Result(msgspec.Struct):
    memory_mb: Memory
    shown_playing: int
    played_s: float
    shown_stepping: int
    script_ms: list[float]
    task_ms: list[float]
    longest_task_ms: float


@dataclass(frozen=True)
class Footage:
    """One sweep, served as frames that differ in time, place and their first point."""

    head: dict[str, Any]
    points: bytes

    def frame(self, index: int, base: str) -> bytes:
        images = [{**image, "image_url": f"{base}/{index}.jpg"} for image in self.head["images"]]
        for image in images:
            image["timestamp"] = 1e9 + FRAME_S * index
        head = {**self.head, "images": images, "timestamp": 1e9 + FRAME_S * index}
        first = json.dumps({"x": index / 100, "y": 3.0, "z": 31.0, "i": 0.5, "d": 0})
        text = json.dumps(head)[:-1] + ', "points": [' + first + ", "
        return text.encode() + self.points

    def picture(self, index: int) -> bytes:
        width, height = 1280, 720
        image = Image.new("RGB", (width, height), (40, 50, index % 256))
        ImageDraw.Draw(image).rectangle(
            (index * 2 % width, 300, index * 2 % width + 80, 420), "red"
        )
        file = io.BytesIO()
        image.save(file, "JPEG", quality=85)
        return file.getvalue()


def film(folder: Path, points: int) -> Footage:
    drive = scenario(frames=1, points=points, cameras=("front", "front left", "front right"))
    write_scene(folder, drive, image_base="file:///nowhere", with_truth_files=False)
    content: dict[str, Any] = json.loads((folder / "frames/000.json").read_bytes())
    listed = content.pop("points")
    return Footage(content, json.dumps(listed)[1:].encode() + b"}")


@contextmanager
def bucket(footage: Footage) -> Generator[str]:
    base = ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, kind = self.path[1:].split(".")
            content = (
                footage.frame(int(name), base) if kind == "json" else footage.picture(int(name))
            )
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ready_task(product: Product, base: str, frames: int, person: httpx.Client) -> str:
    client = scaleapi.ScaleClient(product.key(), api_instance_url=f"{product.url}/v1")
    task = client.create_task(
        TaskType.LidarAnnotation,
        attachments=[f"{base}/{index}.json" for index in range(frames)],
        attachment_type="json",
        labels=["Car", "Truck"],
    )

    def is_ready() -> bool:
        return person.get(f"/app/tasks/{task.id}").json()["state"] == "ready"

    wait_until(is_ready, 600, "the task is ready")
    return task.id


def draw_tracks(person: httpx.Client, task_id: str, count: int) -> None:
    """Cuboids that drive along the street from the first frame to the last."""
    scene = person.get(f"/app/tasks/{task_id}/work").raise_for_status().json()["scene"]
    x, y, z = scene["frames"][0]["device_position_m"]
    last_ns = scene["frames"][-1]["time_ns"]
    claim = {"client_id": str(uuid.uuid4()), "take_over": True}
    lease = person.post(f"/app/tasks/{task_id}/claim", json=claim).raise_for_status().json()
    key = {"lease_id": lease["lease_id"], "fence": lease["fence"]}
    made = [
        _track([x + 6 * (n % 20) - 60, y + 4 * (n // 20) - 30, z], last_ns) for n in range(count)
    ]
    for start in range(0, count, TRACKS_A_REQUEST):
        body = key | {"transactions": made[start : start + TRACKS_A_REQUEST]}
        person.post(f"/app/tasks/{task_id}/transactions", json=body).raise_for_status()
    person.post(f"/app/tasks/{task_id}/release", json=key).raise_for_status()


def _track(centre_m: list[float], last_ns: int) -> dict[str, object]:
    object_id = str(uuid.uuid4())
    car = {"kind": "cuboid", "space": "world", "label": "Car", "stationary": False}
    values: dict[str, object] = {"object": {**car, "parent_id": None, "provenance": PERSON}}
    for time_ns, ahead_m in ((0, 0.0), (last_ns, 20.0)):
        values[f"key/{time_ns}"] = {
            "geometry": "cuboid",
            "centre_m": [centre_m[0] + ahead_m, *centre_m[1:]],
            "size_m": [4.5, 1.9, 1.6],
            "rotation_wxyz": [1.0, 0.0, 0.0, 0.0],
            "camera_used": None,
            "provenance": PERSON,
        }
    changes = [
        {"object_id": object_id, "part": part, "base": None, "before": None, "after": value}
        for part, value in values.items()
    ]
    at = "2026-01-02T03:04:05.678Z"
    return {"op_id": str(uuid.uuid4()), "at": at, "active_ms": 1, "changes": changes}


def measure(plan: dict[str, object], folder: Path) -> Result:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    script = Path(__file__).with_suffix(".mjs")
    done = subprocess.run(["node", script, file], stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Result)


def quantile(values: list[float], fraction: float) -> float:
    return sorted(values)[min(len(values) - 1, int(fraction * len(values)))]


def report(result: Result, title: str) -> bool:
    memory = result.memory_mb
    limit_mb = POINTS_CACHE_MB + IMAGES_CACHE_MB
    grown_mb = memory.played - memory.opened
    step_ms = quantile(result.task_ms, 0.95)
    bars = (grown_mb <= limit_mb, step_ms <= STEP_WITHIN_MS)
    table(
        title,
        [
            ["empty page", f"{memory.empty:.0f} MB", ""],
            ["above it: one frame open", f"{memory.opened:.0f} MB", ""],
            ["above it: at most, while playing", f"{memory.most:.0f} MB", ""],
            ["above it: after all frames were shown", f"{memory.played:.0f} MB", ""],
            ["grown by", f"{grown_mb:.0f} MB", f"limit {limit_mb:.0f}: {verdict(bars[0])}"],
            ["shown while playing", f"{result.shown_playing} in {result.played_s:.1f} s", ""],
            ["shown one by one", f"{result.shown_stepping}", ""],
            *_steps("all tasks", result.task_ms, f"p95 16 ms: {verdict(bars[1])}"),
            *_steps("script", result.script_ms, ""),
            ["longest task", f"{result.longest_task_ms:.1f} ms", ""],
        ],
    )
    return all(bars)


def _steps(name: str, values: list[float], bar: str) -> list[list[str]]:
    middle, most = quantile(values, 0.5), quantile(values, 0.95)
    return [[f"a step, {name}", f"median {middle:.1f}, p95 {most:.1f} ms of CPU", bar]]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--points", type=int, default=120_000)
    parser.add_argument("--tracks", type=int, default=300)
    parser.add_argument("--rate", type=float, default=1, choices=(0.25, 0.5, 1, 2, 4))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            bucket(film(folder / "film", wanted.points)) as base,
            running(folder / "data") as product,
        ):
            person = product.signed_in()
            task_id = ready_task(product, base, wanted.frames, person)
            draw_tracks(person, task_id, wanted.tracks)
            plan: dict[str, object] = {
                "url": product.url,
                "link": product.sign_in_link(),
                "taskId": task_id,
                "frames": wanted.frames,
                "rate": wanted.rate,
            }
            result = measure(plan, folder)
    title = f"{wanted.frames} frames of {wanted.points:,} points, {wanted.tracks} tracks"
    return 0 if report(result, title) else 1


if __name__ == "__main__":
    sys.exit(main())
