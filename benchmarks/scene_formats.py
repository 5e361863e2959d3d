"""Scene files: our readers and writers beside the official packages and google.protobuf.

    python benchmarks/scene_formats.py [--official PYTHON] [--rounds 3]

PYTHON is an interpreter that has scale-sensor-fusion-io 0.5.4; without it, the times measured on
another machine stand in. Each measurement is a process of its own, whose peak of memory is told.
Files are in the page cache, and times are CPU times, which neighbours stretch less. Both protobuf
readers give the same numbers (asserted).
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from _measure import MB, table, verdict

from groundplane.scenes.formats.json_binary_writer import write_container
from lidar_frames import LidarFrame

SWEEPS, POINTS, CAMERAS, JPEG_BYTES = 50, 100_000, 3, 900_000
SENSORS, POSES = 8, 6_000
CUBOIDS, KEYS = 500, 200
# Name: (file, how many times faster than the official package, its seconds where it is not here).
CASES = {
    "scene.sfs: open": ("scene.sfs", 20, 0.72),
    "scene.sfs: open and check": ("scene.sfs", 10, 0.96),
    "poses.sfs: open": ("poses.sfs", 500, 45.0),
    "labels.sfa: open": ("labels.sfa", 100, 36.2),
    "labels.sfa: write": ("labels.sfa", 100, 8.5),
    "labels.sfa: open and write": ("labels.sfa", 100, 44.7),
}
OFFICIAL = """
import json, sys, time
from scale_sensor_fusion_io.loaders import SFSLoader
from scale_sensor_fusion_io.validation import parse_and_validate_scene
from scale_json_binary import read_file, write_file
name, path = sys.argv[1:]
start = time.process_time()
if name.endswith("write"):
    scene = SFSLoader(path).load_as_sfs()
if name.endswith(": write"):
    start = time.process_time()
if name.endswith("open"):
    SFSLoader(path).load_as_sfs()
elif name.endswith("check"):
    parse_and_validate_scene(read_file(path))
else:
    write_file(path + ".again", scene)
seconds = time.process_time() - start
status = open("/proc/self/status").read()
peak = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) * 1024
print(json.dumps({"seconds": seconds, "peak_bytes": peak}))
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--official", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=2)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measured(*options.measure)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        fine = containers(Path(folder), options.official, options.rounds)
        return 0 if protobuf(options.rounds) and fine else 1


def containers(folder: Path, official: Path | None, rounds: int) -> bool:
    write_scene(folder / "scene.sfs")
    write_poses(folder / "poses.sfs")
    write_labels(folder / "labels.sfa")
    rows = [("", "file", "ours", "our peak", "official", "its peak", "times", "bar", "")]
    fine = True
    for name, (file, bar, elsewhere) in CASES.items():
        path = folder / file
        path.read_bytes()  # into the page cache
        ours = [child([sys.executable, __file__, "--measure"], name, path) for _ in range(rounds)]
        seconds = statistics.median(found["seconds"] for found in ours)
        theirs, their_peak = elsewhere, "elsewhere"
        if official is not None:
            found = child([str(official), "-c", OFFICIAL], name, path)
            theirs, their_peak = found["seconds"], f"{found['peak_bytes'] / MB:.0f} MB"
        peak = max(found["peak_bytes"] for found in ours)
        size = path.stat().st_size
        met = theirs / seconds >= bar and (file != "scene.sfs" or peak < 1.2 * size)
        fine = fine and met
        rows.append(
            (
                name,
                f"{size / MB:.1f} MB",
                f"{seconds * 1e3:.0f} ms",
                f"{peak / MB:.0f} MB",
                f"{theirs:.2f} s",
                their_peak,
                f"{theirs / seconds:.0f}",
                f"{bar}",
                verdict(met),
            )
        )
    table("Scene files", rows)
    return fine


def child(command: list[str], name: str, path: Path) -> dict[str, float]:
    done = subprocess.run([*command, name, str(path)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(name: str, file: str) -> dict[str, float]:
    from groundplane.scenes.formats.sfa_reader import open_sfa  # noqa: PLC0415 - of the child
    from groundplane.scenes.formats.sfa_writer import write_sfa  # noqa: PLC0415
    from groundplane.scenes.formats.sfs_reader import open_sfs  # noqa: PLC0415

    path = Path(file)
    ways: dict[str, Callable[[], object]] = {
        "scene.sfs: open": lambda: open_sfs(path, check_values=False),
        "scene.sfs: open and check": lambda: open_sfs(path),
        "poses.sfs: open": lambda: open_sfs(path),
        "labels.sfa: open": lambda: open_sfa(path),
    }
    if name.endswith("write"):
        again = path.with_suffix(".again")
        again.unlink(missing_ok=True)  # or the time is also that of emptying the last round's
        start = time.process_time()
        labels = open_sfa(path)
        if name.endswith(": write"):
            start = time.process_time()
        with again.open("wb") as out:
            write_sfa(labels, out)
    else:
        start = time.process_time()
        ways[name]()
    seconds = time.process_time() - start
    return {"seconds": seconds, "peak_bytes": peak_bytes()}


def peak_bytes() -> int:
    """Of this process alone: what getrusage says includes whoever started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) * 1024


def container(path: Path, **members: list[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        write_container({"version": "1.0", "time_unit": "microseconds", **members}, file)


def poses(count: int, chance: np.random.Generator) -> dict[str, Any]:
    rows = np.concatenate([chance.normal(0, 40, (count, 6)), np.ones((count, 1))], axis=1)
    rows[:, 3:6] = 0
    return {"timestamps": [k * 10_000 for k in range(count)], "values": rows.tolist()}


def write_scene(path: Path) -> None:
    chance = np.random.default_rng(5)
    frames = [
        {
            "timestamp": k * 100_000,
            "points": {
                "positions": chance.normal(0, 40, (POINTS, 3)).astype(np.float32),
                "intensities": chance.integers(0, 255, POINTS, np.uint8),
                "timestamps": (k * 100_000 + np.arange(POINTS)).astype(np.uint32),
            },
        }
        for k in range(SWEEPS)
    ]
    jpeg = np.frombuffer(b"\xff\xd8\xff" + chance.bytes(JPEG_BYTES - 3), np.uint8)
    lens = {"fx": 9.0, "fy": 9.0, "cx": 9.0, "cy": 9.0, "width": 1920, "height": 1080}
    cameras = [
        {
            "id": f"camera {n}",
            "type": "camera",
            "poses": poses(SWEEPS, chance),
            "intrinsics": lens,
            "images": [{"timestamp": k * 100_000, "content": jpeg} for k in range(SWEEPS)],
        }
        for n in range(CAMERAS)
    ]
    lidar = {"id": "top", "type": "lidar", "poses": poses(SWEEPS, chance), "frames": frames}
    container(path, sensors=[lidar, *cameras])


def write_poses(path: Path) -> None:
    chance = np.random.default_rng(6)
    container(
        path,
        sensors=[
            {"id": f"way {n}", "type": "odometry", "poses": poses(POSES, chance)}
            for n in range(SENSORS)
        ],
    )


def write_labels(path: Path) -> None:
    chance = np.random.default_rng(7)
    times = [k * 100_000 for k in range(KEYS)]
    container(
        path,
        annotations=[
            {
                "id": f"cuboid {n}",
                "type": "cuboid",
                "label": "car",
                "path": {"timestamps": times, "values": chance.normal(0, 9, (KEYS, 9)).tolist()},
            }
            for n in range(CUBOIDS)
        ],
    )


def protobuf(rounds: int) -> bool:
    """Every column of 120,000 points: google's objects and numpy, and ours with all its checks."""
    from groundplane.scenes.formats.lidar_frame import read_lidar_frame  # noqa: PLC0415

    chance = np.random.default_rng(8)
    message = LidarFrame()
    message.device_position.x = message.device_position.y = message.device_position.z = 0
    for x, y, z in chance.normal(0, 40, (120_000, 3)).tolist():
        message.points.add(x=x, y=y, z=z, i=0.5, d=1, t=1541196976735462000)
    content = message.SerializeToString()

    def with_google() -> np.ndarray:
        points = LidarFrame.FromString(content).points
        return np.array([(p.x, p.y, p.z, p.i, p.d, p.t) for p in points])

    def with_ours() -> np.ndarray:
        frame = read_lidar_frame(content)
        columns = (frame.intensity, frame.device, frame.time)
        assert frame.time is not None
        return np.column_stack([frame.xyz, *(np.asarray(column) for column in columns)])

    np.testing.assert_array_equal(with_ours(), with_google())
    times: dict[str, list[float]] = {"google.protobuf + numpy": [], "read_lidar_frame": []}
    for _ in range(rounds):
        for label, way in (
            ("google.protobuf + numpy", with_google),
            ("read_lidar_frame", lambda: read_lidar_frame(content)),
        ):
            start = time.perf_counter()
            way()
            times[label].append(time.perf_counter() - start)
    google, ours = (statistics.median(seconds) for seconds in times.values())
    met = google / ours >= 10
    rows = [(label, f"{statistics.median(t) * 1e3:.1f} ms") for label, t in times.items()]
    rows.append(("times (bar: 10)", f"{google / ours:.0f} {verdict(met)}"))
    table(f"LidarFrame protobuf, 120,000 points, {len(content) / MB:.1f} MB", rows)
    return met


if __name__ == "__main__":
    sys.exit(main())
