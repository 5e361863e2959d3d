"""How fast the simulator makes frames, on one core.

    python benchmarks/simulator.py [--frames 8]

A LiDAR of 64 beams, 120,000 points a frame; with their Frame JSON; and with one camera of 1280 by
720.
Compiling is left out and said. Beside it, what one would write without a compiler: the same rays
against the same solids by numpy, the box of each solid's rays cut out by azimuth first. It gives
the ranges to what stands on the ground only, and no material, noise or truth.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from _measure import table, verdict

from groundplane.geometry.arrays import Float64Array
from groundplane.simulator.drive import Drive, scenario
from groundplane.simulator.lidar import Lidar
from groundplane.simulator.ray_values import CENTRE, LEAN, RADIUS
from groundplane.simulator.scene import frame_json
from groundplane.simulator.street import Street

BAR_FRAMES_PER_S = 1.0
POINTS = 120_000


def timed(work: Callable[[int], object], rounds: int) -> float:
    """Median seconds of CPU of one call, so that neighbours count less."""
    spent: list[float] = []
    for number in range(rounds):
        began = time.process_time()
        work(number)
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def by_numpy(street: Street, lidar: Lidar, time_s: float) -> Float64Array:
    """Ranges (columns, rings) by the slab method on blocks, at one instant."""
    at = np.array([time_s])
    sensor = street.mounted(lidar.ego_from_lidar, at)[0]
    poses = street.poses(at)[0].reshape(-1, 3, 4)
    columns, rings = lidar.columns, len(lidar.elevations_rad)
    azimuth = np.pi - (np.arange(columns) + 0.5) * (2 * np.pi / columns)
    elevation = np.array(lidar.elevations_rad)
    flat = np.cos(elevation)
    local = np.stack(
        np.broadcast_arrays(
            flat * np.cos(azimuth)[:, None], flat * np.sin(azimuth)[:, None], np.sin(elevation)
        ),
        axis=-1,
    )
    directions, origin = local @ sensor[:, :3].T, sensor[:, 3]
    ranges = np.full((columns, rings), np.inf)
    for shape, body in zip(street.solids.shapes, street.solids.bodies, strict=True):
        pose = poses[body]
        away = pose[:, :3] @ shape[CENTRE:LEAN] + pose[:, 3] - origin
        seen = sensor[:, :3].T @ away
        distance = float(np.hypot(seen[0], seen[1]))
        half = np.arcsin(min(1.0, shape[RADIUS] / max(distance, 1e-9)))
        turn = np.mod(np.pi - np.arctan2(seen[1], seen[0]), 2 * np.pi)
        first, last = (int((turn + s * half) / (2 * np.pi) * columns) for s in (-1, 1))
        rows = np.arange(first - 1, last + 2) % columns
        matrix = shape[:9].reshape(3, 3) @ pose[:, :3].T
        start, rays = matrix @ -away, directions[rows] @ matrix.T
        with np.errstate(divide="ignore"):
            one, other = (-1 - start) / rays, (1 - start) / rays
        enter = np.minimum(one, other).max(axis=-1)
        leave = np.maximum(one, other).min(axis=-1)
        hit = (enter < leave) & (enter > 0) & (enter < ranges[rows])
        ranges[rows] = np.where(hit, enter, ranges[rows])
    return ranges


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=8)
    frames = parser.parse_args().frames
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    bare = Drive(scenario(frames=frames, points=POINTS, cameras=()))
    seeing = Drive(scenario(frames=frames, points=POINTS, cameras=("front",)))
    began = time.process_time()
    counts = [len(seeing.frame(0).sweeps[0].range_m), len(bare.frame(0).sweeps[0].range_m)]
    first_s = time.process_time() - began
    sweep_s = timed(bare.frame, frames)
    written_s = timed(lambda n: frame_json(bare, bare.frame(n), "http://h"), frames)
    seen_s = timed(lambda n: frame_json(seeing, seeing.frame(n), "http://h"), frames)
    lidar = seeing.scenario.vehicle.lidars[0]
    numpy_s = timed(lambda n: by_numpy(bare.street, lidar, n / 10), frames)
    rows = [
        ("", "CPU a frame", "frames/s"),
        ("points and their truth", f"{sweep_s * 1e3:.0f} ms", f"{1 / sweep_s:.1f}"),
        ("and written as Frame JSON", f"{written_s * 1e3:.0f} ms", f"{1 / written_s:.1f}"),
        ("and a picture of 1280 by 720", f"{seen_s * 1e3:.0f} ms", f"{1 / seen_s:.1f}"),
        ("numpy, ranges to solids only", f"{numpy_s * 1e3:.0f} ms", f"{1 / numpy_s:.1f}"),
    ]
    table(f"{min(counts):,} points a frame, {len(bare.street.parts):,} solids, one core", rows)
    is_met = 1 / written_s >= BAR_FRAMES_PER_S
    print(f"times as fast as numpy: {numpy_s / sweep_s:.1f}")
    print(f"first frames, compiling or loading included: {first_s:.1f} s")
    print(f"bar, at least {BAR_FRAMES_PER_S:g} frame/s with Frame JSON: {verdict(is_met)}")
    sys.exit(not is_met)


if __name__ == "__main__":
    main()
