"""Forty frames of 120,000 points from a bucket to a task that is ready: time and memory.

    python benchmarks/ingest_memory.py [--frames 40]

Beside it, what a script of one's own does with the same bytes: json.loads, a list of tuples, numpy.
The child is sampled every 50 ms and asked for its own high-water mark (VmHWM) at the end.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import psutil
from _measure import MB, role, table, verdict, watched

from serving import Customer, Product, customer, running, wait_until

POINTS = 120_000
WORKER_BELOW_MB, WEB_BELOW_MB = 1000, 200
INGESTED_WITHIN_S = 600
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


def publish(bucket: Customer, frames: int) -> list[str]:
    """The same points under every address; the device moves on, so no two frames are the same."""
    points = points_text()
    for index in range(frames):
        head = f'{{"device_position":{{"x":{index}.0,"y":0,"z":1.8}},"timestamp":{index}.0'
        bucket.files[f"/{index}.json"] = f'{head},"points":[{points}]}}'.encode()
    return [f"{bucket.url}/{index}.json" for index in range(frames)]


def ingest(product: Product, urls: list[str]) -> float:
    """Seconds from the creating request until the task is ready."""
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
        time.sleep(0.2)
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
    parser.add_argument("--frames", type=int, default=40)
    frames = parser.parse_args().frames
    with tempfile.TemporaryDirectory() as name, customer() as bucket:
        folder = Path(name)
        urls = publish(bucket, frames)
        with running(folder / "data") as product:
            assert product.process is not None
            with watched(psutil.Process(product.process.pid)) as peaks:
                seconds = ingest(product, urls)
            tree = {role(process): process for process in product.tree()}
            web = tree["web"].memory_info().rss
            used = tree["child of worker ingest"].cpu_times()
            for process_role in ("worker ingest", "child of worker ingest"):
                high = high_water(tree[process_role])
                peaks.rss[process_role] = max(high, peaks.rss[process_role])
        size = len(bucket.files["/0.json"])
        script_s, script_peak = own_script(bucket.files["/0.json"], frames, folder)
    worker, child = peaks.rss["worker ingest"], peaks.rss["child of worker ingest"]
    is_met = max(worker, child) <= WORKER_BELOW_MB * MB and web <= WEB_BELOW_MB * MB
    table(
        f"Ingest of {frames} frames of {POINTS:,} points, {size / MB:.1f} MB each",
        [
            ["created until ready", f"{seconds:.1f} s", f"{frames / seconds:.2f} frames/s"],
            ["CPU of the child", f"{(used.user + used.system) / frames * 1e3:.0f} ms/frame", ""],
            ["peak of the ingest worker", f"{worker / MB:.0f} MB", "bar 1000 MB"],
            ["peak of its child", f"{child / MB:.0f} MB", "bar 1000 MB"],
            ["web process afterwards", f"{web / MB:.0f} MB", "bar 200 MB"],
            ["json.loads + numpy, parse only", f"{script_s:.1f} s", f"{script_peak / MB:.0f} MB"],
        ],
    )
    print(f"  {verdict(is_met)}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
