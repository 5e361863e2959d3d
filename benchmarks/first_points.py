"""From the click on "Start labeling" to the first points of a recorded scene on screen.

    python benchmarks/first_points.py [--rounds 5]

Headless Chromium with its software renderer, cold cache, loopback; from the input event's own time
to the performance mark set after the first draw of at least 50,000 points. Beside it, a page that
fetches the Frame JSON itself and parses it, without drawing anything.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
from _measure import MB, ROOT, median_and_range, table, verdict
from _scenes import in_browser, ready_task

from serving import Product, free_port, running

SCENE = "pandaset_001"
RECORDED = ROOT.parent / "shared/data"
ON_SCREEN_WITHIN_S = 3.0


class Request(msgspec.Struct):
    path: str
    from_ms: float
    to_ms: float
    bytes: int


class Round(msgspec.Struct):
    ms: float
    points: int
    fetched: list[Request]

    @property
    def megabytes(self) -> float:
        return sum(request.bytes for request in self.fetched) / MB


class Own(msgspec.Struct):
    ms: float
    bytes: int


class Result(msgspec.Struct):
    rounds: list[Round]
    own: list[Own]


@contextmanager
def bucket() -> Generator[str]:
    """The recorded scene over loopback, as a data engineer's bucket serves it."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, RECORDED / "serve.py", SCENE, "--port", str(port)],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()  # says its address when it listens
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate()


def ingest(product: Product, frames: list[str]) -> tuple[str, float]:
    """The task that the official client made, and the seconds until it was ready."""
    person = product.signed_in()
    begun = time.monotonic()
    task_id = ready_task(product, frames, person)
    return task_id, time.monotonic() - begun


def measure(plan: Mapping[str, object], folder: Path) -> Result:
    script = Path(__file__).with_suffix(".mjs")
    return msgspec.json.decode(in_browser(script, plan, folder), type=Result)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if not (RECORDED / SCENE).is_dir():
        print(f"Skipped: the recorded scene {SCENE} is not at ../shared/data beside the checkout.")
        return 0
    with tempfile.TemporaryDirectory() as name, bucket() as url:
        frames: list[str] = httpx.get(f"{url}/scene.json").json()["frames"]
        for frame in frames:  # this bucket makes a file when it is first asked for it
            httpx.get(frame, timeout=30).raise_for_status()
        with running(Path(name, "data")) as product:
            task_id, ingest_s = ingest(product, frames)
            links = [product.sign_in_link() for _ in range(rounds)]
            plan = {"url": product.url, "taskId": task_id, "links": links}
            result = measure(plan | {"bucket": url, "frame": frames[0]}, Path(name))
    shown = [one.ms / 1e3 for one in result.rounds]
    middle = sorted(result.rounds, key=lambda one: one.ms)[len(shown) // 2]
    is_met = statistics.median(shown) <= ON_SCREEN_WITHIN_S
    own_size = f"{result.own[0].bytes / MB:.1f} MB"
    table(
        f"First points of {SCENE} ({middle.points:,} points)",
        [
            ["click to points on screen", median_and_range(shown), f"{middle.megabytes:.1f} MB"],
            [
                "own page: fetch + JSON.parse",
                median_and_range([one.ms / 1e3 for one in result.own]),
                own_size,
            ],
            [f"ingest of {len(frames)} frames", f"{ingest_s:.1f} s", ""],
        ],
    )
    print(f"  bar {ON_SCREEN_WITHIN_S:.0f} s: {verdict(is_met)}\n\n  Requests of the median round:")
    for request in sorted(middle.fetched, key=lambda one: one.from_ms):
        when = f"{request.from_ms:6.0f} to {request.to_ms:6.0f} ms"
        print(f"    {when}  {request.bytes / 1e3:8.1f} kB  {request.path}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
