"""The scene that a new instance offers to label, written by a process of its own.

    python -m groundplane.simulator.first_scene FOLDER IMAGE_BASE

A process of its own can begin before the database is there, and takes the compiler and what it
compiled with it when it ends.
"""

import os
import sys
from pathlib import Path
from typing import Final

from groundplane.simulator.drive import Scenario
from groundplane.simulator.scene import write_scene
from groundplane.simulator.vehicle import Vehicle, cameras, lidars, radars

FRAMES: Final = 10
SEED: Final = 7
_POINTS: Final = 24_000
_MOST_THREADS: Final = 4


def first_scenario() -> Scenario:
    """Small enough to be there in seconds; its pictures ahead are larger than those aside."""
    lens = "brown_conrady"
    vehicle = Vehicle(
        lidars(1, _POINTS),
        cameras(("front",), lens, 800, 450)
        + cameras(("front left", "front right"), lens, 512, 288),
        radars(1),
    )
    return Scenario(SEED, FRAMES, vehicle)


def main() -> None:
    folder, image_base = sys.argv[1:]
    write_scene(
        Path(folder),
        first_scenario(),
        image_base=image_base,
        with_truth_files=False,
        threads=min(_MOST_THREADS, os.cpu_count() or 1),
    )


if __name__ == "__main__":
    main()
