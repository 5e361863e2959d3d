"""Compile what casts rays, so that the first drive need not.

    python -m groundplane.simulator.warm

`make` does this when it installs: six seconds then are six fewer before the first scene. Where the
machine code can be kept (see `geometry.compiled`), later processes load it; elsewhere this is idle.
"""

from groundplane.simulator.drive import scenario, simulate


def main() -> None:
    smallest = scenario(frames=1, points=1000, image_size_px=(32, 32), radars=1)
    for _ in simulate(smallest):
        pass


if __name__ == "__main__":
    main()
