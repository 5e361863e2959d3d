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
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
from _measure import MB, table, verdict
from _scenes import draw, in_browser, quantile, ready_task, served, track
from PIL import Image, ImageDraw

from groundplane.simulator.drive import scenario
from groundplane.simulator.scene import write_scene
from serving import running

POINTS_CACHE_MB = 384 * 2**20 / MB
IMAGES_CACHE_MB = 144 * 2**20 / MB
STEP_WITHIN_MS = 16.0
FRAME_S = 0.1


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

    with served(Handler) as base:
        yield base


def drives(work: dict[str, Any], count: int) -> list[dict[str, object]]:
    """Cuboids that drive along the street from the first frame to the last."""
    x, y, z = work["scene"]["frames"][0]["device_position_m"]
    last_ns = work["scene"]["frames"][-1]["time_ns"]
    made: list[dict[str, object]] = []
    for n in range(count):
        begin_x, begin_y = x + 6 * (n % 20) - 60, y + 4 * (n // 20) - 30
        made.append(
            track({0: (begin_x, begin_y, z), last_ns: (begin_x + 20, begin_y, z)}, (1, 0, 0, 0))
        )
    return made


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
            task_id = ready_task(
                product, [f"{base}/{index}.json" for index in range(wanted.frames)], person
            )
            work = person.get(f"/app/tasks/{task_id}/work").raise_for_status().json()
            draw(person, task_id, drives(work, wanted.tracks))
            plan: dict[str, object] = {
                "url": product.url,
                "link": product.sign_in_link(),
                "taskId": task_id,
                "frames": wanted.frames,
                "rate": wanted.rate,
            }
            script = Path(__file__).with_suffix(".mjs")
            result = msgspec.json.decode(in_browser(script, plan, folder), type=Result)
    title = f"{wanted.frames} frames of {wanted.points:,} points, {wanted.tracks} tracks"
    return 0 if report(result, title) else 1


if __name__ == "__main__":
    sys.exit(main())
