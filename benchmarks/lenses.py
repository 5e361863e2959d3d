"""Projecting 120,000 points, by ours and by OpenCV, on one thread.

    python benchmarks/lenses.py [--rounds 15]

The ways take turns within a round. OpenCV's Python functions always compute the Jacobian too, which
nobody who projects a sweep asks for; there is no call without it. Ours also says which points the
picture shows, and places the points by the camera's pose, as OpenCV does. Bar: not slower. No
compiler is in this: what is timed is numpy, so a cold process is as fast after its first call.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median

import cv2
import numpy as np
from _measure import table, verdict

from groundplane.geometry.cameras import LENS_MODELS, Lens, project
from groundplane.geometry.transforms import Transform

POINTS = 120_000
MATRIX = np.array([[1000.0, 0, 960], [0, 1100, 540], [0, 0, 1]])
ROAD = {"k1": -0.31, "k2": 0.12, "p1": 0.0009, "p2": -0.0015, "k3": -0.02}
RATIONAL = {"k1": 0.3, "k2": -0.1, "p1": 0.0009, "p2": -0.0015, "k3": 0.02, "k4": 0.45, "k5": 0.08}
FISHEYE = {"k1": 0.05, "k2": -0.01, "k3": 0.003, "k4": -0.0005}
# world_from_camera is not the identity: both sides turn and shift.
TURN, SHIFT = np.array([0.02, -0.03, 0.01]), np.array([0.4, -0.2, 0.1])


def seen() -> np.ndarray:
    """All before the camera, most of them on its picture."""
    random = np.random.default_rng(1)
    depth = random.uniform(3, 60, POINTS)
    aside, down = random.uniform(-0.8, 0.8, POINTS), random.uniform(-0.4, 0.4, POINTS)
    return np.stack([aside * depth, down * depth, depth], axis=1)


def opencv(points: np.ndarray, model: str, k: dict[str, float]) -> np.ndarray:
    values = np.array(list(k.values()))
    if model == "fisheye":
        return cv2.fisheye.projectPoints(points[:, None], TURN, SHIFT, MATRIX, values)[0]
    values = np.concatenate([values, np.zeros(8 - len(values))])
    return cv2.projectPoints(points, TURN, SHIFT, MATRIX, values)[0]


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    points = seen()
    camera_from_world = Transform.from_matrix(np.column_stack([cv2.Rodrigues(TURN)[0], SHIFT]))
    rows = [("", "first call", "median", "OpenCV", "times as fast")]
    met: list[bool] = []
    for name, model, k in (
        ("brown_conrady, 5 coefficients", "brown_conrady", ROAD),
        ("brown_conrady, 7, rational", "brown_conrady", RATIONAL),
        ("fisheye", "fisheye", FISHEYE),
    ):
        lens = Lens(model, 1000, 1100, 960, 540, 1920, 1080, coefficients=k)
        first = milliseconds(lambda lens=lens: project(points, camera_from_world, lens))
        theirs_px = opencv(points, model, k).reshape(-1, 2)
        ours = project(points, camera_from_world, lens)
        has_image = np.isfinite(ours.uv_px[:, 0])
        assert has_image.mean() > 0.9
        assert np.abs(ours.uv_px - theirs_px)[has_image].max() < 1e-6
        pairs = [
            (
                milliseconds(lambda lens=lens: project(points, camera_from_world, lens)),
                milliseconds(lambda model=model, k=k: opencv(points, model, k)),
            )
            for _ in range(rounds)
        ]
        mine, other = (median(side) for side in zip(*pairs, strict=True))
        met.append(mine <= other)
        faster = f"{other / mine:.1f}"
        rows.append((name, f"{first:.1f} ms", f"{mine:.1f} ms", f"{other:.1f} ms", faster))
    for model in sorted(LENS_MODELS.keys() - {"brown_conrady", "fisheye"}):
        k = {"k2": 1.0} if model == "ftheta" else {"k1": 0.01, "xi": 0.8}
        lens = Lens(model, 1000, 1100, 960, 540, 1920, 1080, coefficients=k)
        work = [
            milliseconds(lambda lens=lens: project(points, camera_from_world, lens))
            for _ in range(rounds)
        ]
        rows.append((model, f"{work[0]:.1f} ms", f"{median(work):.1f} ms", "", ""))
    table(f"{POINTS:,} points to pixels, one thread", rows)
    print(f"bar, not slower than OpenCV: {verdict(all(met))}")
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
