"""Merging frames into one cloud: how long until all are on screen, and what a step costs then.

    python benchmarks/merged_cloud.py [--points 120000]

A simulated sweep served as so many different frames, headless Chromium with its software renderer
over loopback. From the key press until every frame is drawn, when those around were not looked at
before; then steps by one frame, by the thread CPU time of the page's main thread from a trace.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec
from _measure import table, verdict
from _scenes import in_browser, quantile, ready_task
from playback import bucket, film

from serving import running

SHOWN_WITHIN_S = 1.5
REACH = 20  # as the editor has it at first


class Result(msgspec.Struct):
    shown_s: list[float]
    points: int
    script_ms: list[float]
    task_ms: list[float]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=120_000)
    wanted = parser.parse_args()
    frames = 2 * REACH + 12
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        footage = film(folder / "film", wanted.points)
        footage.head["images"] = []
        with bucket(footage) as base, running(folder / "data") as product:
            person = product.signed_in()
            task_id = ready_task(product, [f"{base}/{n}.json" for n in range(frames)], person)
            plan: dict[str, object] = {
                "url": product.url,
                "link": product.sign_in_link(),
                "taskId": task_id,
                "middle": frames // 2,
                "merged": 2 * REACH + 1,
            }
            script = Path(__file__).with_suffix(".mjs")
            result = msgspec.json.decode(in_browser(script, plan, folder), type=Result)
    shown_s = quantile(result.shown_s, 0.5)
    met = shown_s <= SHOWN_WITHIN_S
    step_ms = [quantile(result.task_ms, share) for share in (0.5, 0.95)]
    table(
        f"± {REACH} frames of {wanted.points:,} points, {result.points:,} in all",
        [
            ["all on screen", f"median {shown_s:.2f} s", f"{SHOWN_WITHIN_S} s: {verdict(met)}"],
            ["worst", f"{max(result.shown_s):.2f} s", ""],
            ["a step, all tasks", f"median {step_ms[0]:.1f}, p95 {step_ms[1]:.1f} ms of CPU", ""],
        ],
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
