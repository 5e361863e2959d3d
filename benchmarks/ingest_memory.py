"""A drive of six cameras from a bucket to a task that is ready: time, memory, and what is kept.

    python benchmarks/ingest_memory.py [--frames 100] [--workers 2]      (--frames 500 is the bar's)

Frames of 150,000 points and six pictures of 0.4 MB, one of which never changes. Workers beside
`serve`'s own run as on other machines. In the middle one worker is killed: what it had finished is
not fetched again.

Beside it, what a script of one's own does with the same bytes: json.loads, a list of tuples, numpy.
Processes are sampled every 50 ms, and asked for their own high-water mark (VmHWM) at the end.
"""

import argparse
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np
import psutil
from _measure import MB, role, table, verdict, watched
from PIL import Image

from serving import Product, customer, running, wait_until

POINTS, CAMERAS, SHA256_DIGITS = 150_000, 6, 64
WORKER_BELOW_MB, WEB_BELOW_MB = 1000, 200
INGESTED_WITHIN_S = 1800
LOOKED_AT_SCRIPT = 40  # frames: its time grows with their number, its memory does not
OWN_SCRIPT = """
import json, resource, sys, time
import numpy as np
content = open(sys.argv[1], "rb").read()
begun = time.perf_counter()
for _ in range(int(sys.argv[2])):
    np.array([(p["x"], p["y"], p["z"], p["i"]) for p in json.loads(content)["points"]])
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def points_text() -> str:
    """A sweep of 64 rings over flat ground and walls, 4 decimals, as toolkits write it."""
    chance = np.random.default_rng(3)
    azimuth = np.linspace(0, 2 * np.pi, POINTS // 64, endpoint=False)[:, None]
    range_m = np.clip(2 / np.tan(np.radians(np.linspace(1.5, 25, 64))), 0, 60)[None]
    range_m = range_m + chance.normal(0, 0.02, (len(azimuth), 64))
    x, y = range_m * np.cos(azimuth), range_m * np.sin(azimuth)
    z = chance.normal(0, 0.02, x.shape)
    i = chance.random(x.shape)
    rows = np.stack([x, y, z, i], axis=-1).reshape(-1, 4).tolist()
    return ",".join(f'{{"x":{a:.4f},"y":{b:.4f},"z":{c:.4f},"i":{d:.3f}}}' for a, b, c, d in rows)


class Drive(dict[str, bytes]):
    """Made as they are asked for: 500 frames are 4 GB. Counts how often each was."""

    def __init__(self) -> None:
        super().__init__()
        self.points = points_text()
        self.picture = photo()
        self.url = ""
        self.asked = Counter[str]()

    def get(self, path: str, default: object = None) -> bytes:
        del default  # there is something under every path that we name
        self.asked[path] += 1
        kind, index = path.removeprefix("/").split("/")
        if kind == "frame":
            return self.frame(int(index))
        # After a picture's end readers look no further: other bytes, the same picture.
        return self.picture + (b"" if kind == "camera0" else path.encode())

    def frame(self, index: int) -> bytes:
        """The same points in all; the device moves on, so no two are the same."""
        images = ",".join(
            f'{{"image_url":"{self.url}/camera{camera}/{index}","camera_index":{camera},'
            '"position":{"x":0,"y":0,"z":1.5},"heading":{"w":0.5,"x":-0.5,"y":0.5,"z":-0.5},'
            '"fx":900,"fy":900,"cx":960,"cy":540}'
            for camera in range(CAMERAS)
        )
        head = f'{{"device_position":{{"x":{index}.0,"y":0,"z":1.8}},"timestamp":{index}.0'
        return f'{head},"images":[{images}],"points":[{self.points}]}}'.encode()

    def frames_asked(self) -> int:
        return sum(n for path, n in self.asked.copy().items() if path.startswith("/frame/"))


def photo() -> bytes:
    noise = np.random.default_rng(5).integers(0, 256, (135, 240, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize((1920, 1080)).save(file, "JPEG", quality=90)
    return file.getvalue()


@contextmanager
def more_workers(product: Product, count: int) -> Generator[None]:
    """As on other machines: the same database, blobs and secret."""
    (own,) = (one for one in product.workers() if role(one) == "worker ingest")
    command = [sys.executable, "-m", "groundplane.worker", str(product.data), "ingest"]
    with product.log.open("ab") as log:
        others = [
            subprocess.Popen(command, env=own.environ(), stderr=log, stdout=log)
            for _ in range(count)
        ]
        try:
            yield
        finally:
            for one in others:
                one.terminate()
            for one in others:
                one.wait(30)


def kill_one_worker(product: Product) -> None:
    for process in product.workers():
        if role(process) == "worker ingest":
            os.kill(process.pid, signal.SIGKILL)


def ingest(product: Product, drive: Drive, frames: int) -> float:
    """Seconds from the creating request until the task is ready."""
    urls = [f"{drive.url}/frame/{index}" for index in range(frames)]
    is_killed = False
    person = product.signed_in()
    begun = time.monotonic()
    task = httpx.post(
        f"{product.url}/v1/task/lidarannotation",
        json={"attachments": urls, "labels": ["Car"]},
        auth=(product.key(), ""),
        timeout=30,
    ).raise_for_status()
    address = f"/app/tasks/{task.json()['task_id']}"

    def is_ready() -> bool:
        nonlocal is_killed
        time.sleep(0.2)
        if not is_killed and drive.frames_asked() >= frames // 2:
            is_killed = True
            kill_one_worker(product)
        state = person.get(address).raise_for_status().json()["state"]
        assert state != "error", person.get(address).text
        return state == "ready"

    wait_until(is_ready, INGESTED_WITHIN_S, "the task is ready")
    return time.monotonic() - begun


def high_water(process: psutil.Process) -> int:
    """The kernel's own peak of the resident size, bytes (proc(5))."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def own_script(content: bytes, frames: int, folder: Path) -> tuple[float, float]:
    file = folder / "frame.json"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", OWN_SCRIPT, file, str(frames)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    frames, drive = given.frames, Drive()
    with tempfile.TemporaryDirectory() as name, customer() as bucket:
        folder = Path(name)
        bucket.files, drive.url = drive, bucket.url
        with running(folder / "data") as product:
            product.workers()
            with (
                more_workers(product, given.workers - 1),
                watched(psutil.Process()) as peaks,
            ):
                seconds = ingest(product, drive, frames)
                for process in psutil.Process().children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        here = role(process)
                        peaks.rss[here] = max(high_water(process), peaks.rss.get(here, 0))
            web = peaks.rss["web"]
            blobs = sum(len(file.name) == SHA256_DIGITS for file in folder.rglob("blobs/*/*"))
        script_frames = min(frames, LOOKED_AT_SCRIPT)
        script_s, script_peak = own_script(drive.frame(0), script_frames, folder)
    worker, child = peaks.rss["worker ingest"], peaks.rss["child of worker ingest"]
    again = drive.frames_asked() - frames
    # A chunk, its originals and five pictures of each frame, and the one that never changes.
    wanted = frames * (2 + CAMERAS - 1) + 1
    is_met = worker + child <= WORKER_BELOW_MB * MB and web <= WEB_BELOW_MB * MB
    is_met = is_met and again <= 2 and blobs == wanted
    size = len(drive.frame(0)) / MB
    table(
        f"Ingest of {frames} frames of {POINTS:,} points ({size:.1f} MB) and {CAMERAS} pictures "
        f"({len(drive.picture) / MB:.1f} MB), {given.workers} workers",
        [
            ["created until ready", f"{seconds:.1f} s", f"{frames / seconds:.2f} frames/s"],
            ["peak of an ingest worker", f"{worker / MB:.0f} MB", ""],
            ["peak of its child", f"{child / MB:.0f} MB", "together: bar 1000 MB"],
            ["frames fetched again after a kill", str(again), "bar 2, those in hand"],
            ["blobs kept", str(blobs), f"bar {wanted}: what is the same once"],
            ["peak of the web process", f"{web / MB:.0f} MB", "bar 200 MB"],
            [
                f"json.loads + numpy, parse {script_frames} only",
                f"{script_s:.1f} s",
                f"{script_peak / MB:.0f} MB",
            ],
        ],
    )
    print(f"  {verdict(is_met)}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
