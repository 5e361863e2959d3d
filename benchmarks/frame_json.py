"""Frame JSON to arrays: our reader beside json.loads with numpy and msgspec, in one run.

    python benchmarks/frame_json.py [--rounds 7] [FRAME.json[.gz] ...]

Without files: three synthetic frames of 120,000 points in the spellings that writers produce. Every
way gives the same x, y, z and i (asserted). Medians; the ways take turns within a round, so that a
busy machine slows all of them.
"""

import argparse
import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from groundplane.scenes.formats.frame_json import read_frame
from groundplane.scenes.formats.frame_scanner import scan

POINTS = 120_000
FASTER_BY = 12  # the bar: times faster than json.loads with numpy


class Point(msgspec.Struct, gc=False):
    x: float
    y: float
    z: float
    i: float = 0.0
    d: float = 0.0
    t: float = 0.0


class Frame(msgspec.Struct):
    points: list[Point]


def with_json(content: bytes) -> np.ndarray:
    points = json.loads(content)["points"]
    return np.array([(p["x"], p["y"], p["z"], p.get("i", 0.0)) for p in points])


def with_msgspec(content: bytes) -> np.ndarray:
    points = msgspec.json.decode(content, type=Frame).points
    columns = [
        np.fromiter((p.x for p in points), np.float64, len(points)),
        np.fromiter((p.y for p in points), np.float64, len(points)),
        np.fromiter((p.z for p in points), np.float64, len(points)),
        np.fromiter((p.i for p in points), np.float64, len(points)),
    ]
    return np.stack(columns, axis=1)


def with_scanner(content: bytes) -> np.ndarray:
    found = scan(content)
    return found.columns.numbers[: found.points, :4]


def with_read_frame(content: bytes) -> np.ndarray:
    frame = read_frame(content)
    intensity = np.zeros(frame.count) if frame.intensity is None else frame.intensity
    return np.column_stack([frame.xyz, intensity])


WAYS: dict[str, Callable[[bytes], np.ndarray]] = {
    "json.loads + numpy": with_json,
    "msgspec Struct + fromiter": with_msgspec,
    "our scanner alone": with_scanner,
    "read_frame": with_read_frame,
}


def synthetic() -> dict[str, bytes]:
    chance = np.random.default_rng(11)
    xyz = chance.normal(0, 40, (POINTS, 3)).tolist()
    i = chance.random(POINTS).astype(np.float32).tolist()
    head = '{"device_position":{"x":0,"y":0,"z":1.8},"points":'
    short = ",".join(
        f'{{"x":{x:.3f},"y":{y:.3f},"z":{z:.3f},"i":{v:.3f},"d":0,"t":1541196976735462000}}'
        for (x, y, z), v in zip(xyz, i, strict=True)
    )
    toolkit = ",".join(
        f'{{"x":{x:.4f},"y":{y:.4f},"z":{z:.4f},"i":{v:.4f},"d":0.0,"t":0.0}}'
        for (x, y, z), v in zip(xyz, i, strict=True)
    )
    full = json.dumps(
        [{"x": x, "y": y, "z": z, "i": v} for (x, y, z), v in zip(xyz, i, strict=True)]
    )
    return {
        "3 decimals, d, t in ns": f"{head}[{short}]}}".encode(),
        "4 decimals (toolkit)": f"{head}[{toolkit}]}}".encode(),
        "full precision, spaces": f"{head}{full}}}".encode(),
    }


def stored(paths: list[Path]) -> dict[str, bytes]:
    return {
        f"{path.parent.parent.name}/{path.name}": gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in paths
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("frames", nargs="*", type=Path)
    options = parser.parse_args()
    frames = stored(options.frames) if options.frames else synthetic()
    slowest = np.inf
    for name, content in frames.items():
        expected = with_json(content)
        for way in WAYS.values():
            np.testing.assert_allclose(way(content), expected, rtol=1e-7)
        times: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for label, way in WAYS.items():
                start = time.perf_counter()
                way(content)
                times[label].append(time.perf_counter() - start)
        print(f"\n{name}: {len(expected):,} points, {len(content) / 1e6:.1f} MB")
        plain = statistics.median(times["json.loads + numpy"])
        for label, seconds in times.items():
            median = statistics.median(seconds)
            rate = len(content) / median / 1e6
            print(f"  {label:27} {median * 1e3:7.1f} ms {rate:6.0f} MB/s {plain / median:5.1f} x")
        slowest = min(slowest, plain / statistics.median(times["read_frame"]))
    print(f"\nread_frame is at least {slowest:.1f} times as fast as json.loads with numpy.")
    return 0 if slowest >= FASTER_BY else 1


if __name__ == "__main__":
    sys.exit(main())
