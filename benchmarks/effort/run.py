"""How many operations a person needs for a cuboid, by a scripted operator at the real page.

    python benchmarks/effort/run.py [--seed 1] [--only recorded]

Two scenes: `pandaset_001` (five frames of a recording, labels made by people) and a simulated drive
of ten frames. Every car, truck, cyclist and pedestrian with at least 20 points in every frame and
within 40 m. The operator has keys and mouse; operator.mjs says what it sees and how it decides. One
operation is one key, click, drag, line drawn or stroke of the wheel, looking and stepping included.

* a new object: from nothing until its cuboid is headed the right way and overlaps the truth by a 3D
  IoU of 0.7 in the frame in which it is made;
* a further object-frame: what is needed until every other frame does so, too, by keyframes for what
  moves and by the one cuboid of what stands.

Bars: 12 operations a new object, 2 a further object-frame of what moves, 0.1 of what stands.
"""

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _measure import table, verdict
from _scenes import in_browser, quantile, ready_task
from labeled_scenes import RECORDING, SCENES, Object, Pose, Scene

from groundplane.geometry import rotations
from groundplane.geometry.cuboids import Cuboid
from serving import Product, running

NEW, MOVING, STANDING = 12.0, 2.0, 0.1
ENOUGH = 0.7
GIVEN_UP = 40
"""What a new object counts that does not reach it, however soon nothing more was to be seen."""
PLACES, SAME = 40_000, 0.02
"""The browser's half and ours judge an overlap by two ways of counting."""


class Box(msgspec.Struct):
    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    rotation: tuple[float, float, float, float]


class Done(msgspec.Struct):
    uuid: str
    begun: int
    """The frame in which it was made."""
    made: dict[str, int]
    followed: dict[str, int]
    overlaps: list[float]
    boxes: list[Box | None]


def operated(product: Product, scene: Scene, seed: int, folder: Path) -> list[Done]:
    person = product.signed_in()
    task_id = ready_task(product, scene.frames, person, scene.labels)
    plan: dict[str, object] = {
        "url": product.url,
        "link": product.sign_in_link(),
        "taskId": task_id,
        "seed": seed,
        "labels": scene.labels,
        "eyes": scene.eyes,
        "objects": [msgspec.to_builtins(one) for one in scene.objects],
    }
    script = Path(__file__).with_name("operator.mjs")
    done = msgspec.json.decode(in_browser(script, plan, folder), type=list[Done])
    for one, truth in paired(done, scene):
        for box, pose, overlap in zip(one.boxes, truth.poses, one.overlaps, strict=True):
            ours = 0.0 if box is None else counted(box, pose)
            assert abs(ours - overlap) < SAME, f"{one.uuid}: {ours} here, {overlap} there"
    return done


def counted(box: Box, pose: Pose) -> float:
    """The overlap by how many of the places in one box are in the other, too."""
    a = Cuboid(box.centre, box.size, box.rotation)
    b = Cuboid(pose.centre, pose.size, pose.rotation)
    local = np.random.default_rng(3).uniform(-0.5, 0.5, (PLACES, 3)) * a.size
    inside = b.contains(a.centre + rotations.rotate(a.rotation_wxyz, local))
    shared_m3 = a.volume_m3 * float(inside.mean())
    return shared_m3 / (a.volume_m3 + b.volume_m3 - shared_m3)


def paired(done: Sequence[Done], scene: Scene) -> list[tuple[Done, Object]]:
    truth = {one.uuid: one for one in scene.objects}
    return [(one, truth[one.uuid]) for one in done]


def total(bills: Sequence[Mapping[str, int]]) -> int:
    return sum(sum(bill.values()) for bill in bills)


def kinds(bills: Sequence[Mapping[str, int]]) -> str:
    counts = sum((Counter(bill) for bill in bills), Counter[str]())
    return ", ".join(f"{kind} {count}" for kind, count in counts.most_common())


def report(name: str, done: Sequence[Done], scene: Scene) -> bool:
    pairs = paired(done, scene)
    is_made = [one.overlaps[one.begun] >= ENOUGH for one in done]
    costs = [
        total([one.made]) if good else GIVEN_UP for one, good in zip(done, is_made, strict=True)
    ]
    mean = statistics.mean(costs)
    rows = [
        [
            "a new object",
            f"{sum(is_made)} of {len(done)}",
            f"{mean:.1f}",
            f"median {statistics.median(costs):.0f}, p90 {quantile(costs, 0.9)}, most {max(costs)}",
            f"{NEW:.0f}: {verdict(mean <= NEW)}",
        ]
    ]
    met = mean <= NEW
    for word, stands, bar in (("moves", False, MOVING), ("stands", True, STANDING)):
        some = [one for one, truth in pairs if truth.stationary is stands]
        frames = len(some) * (len(scene.eyes) - 1)
        if frames == 0:
            continue
        good = sum(
            overlap >= ENOUGH
            for one in some
            for frame, overlap in enumerate(one.overlaps)
            if frame != one.begun
        )
        each = total([one.followed for one in some]) / frames
        met = met and each <= bar
        rows.append(
            [
                f"a further frame of what {word}",
                f"{good} of {frames}",
                f"{each:.2f}",
                f"{len(some)} objects",
                f"{bar:g}: {verdict(each <= bar)}",
            ]
        )
    table(
        f"{name}: operations until IoU {ENOUGH}",
        [["", "reached", "mean", "", "bar"], *rows],
    )
    print("  new:", kinds([one.made for one in done]))
    print("  further:", kinds([one.followed for one in done]))
    return met


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(SCENES), default=None)
    wanted = parser.parse_args()
    is_met = True
    with tempfile.TemporaryDirectory() as name, running(Path(name) / "data") as product:
        for scene_name, served in SCENES.items():
            if wanted.only not in (None, scene_name):
                continue
            if scene_name == "recorded" and not RECORDING.is_dir():
                print(f"skipped: {RECORDING} is not here")
                continue
            with served(Path(name)) as scene:
                done = operated(product, scene, wanted.seed, Path(name))
                is_met = report(scene_name, done, scene) and is_met
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
