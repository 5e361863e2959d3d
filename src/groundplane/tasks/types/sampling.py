"""Which frames are labeled when not all are: the one place that knows `labeling_sample_rate`."""

from collections.abc import Sequence


def sampled(frames: Sequence[int], rate: int) -> list[int]:
    """Every rate-th of these frames from the first on, and always the last (Scale's docs).

    A task that builds on a sampled one samples the frames that are left: with 20 frames, rate 4
    leaves the 1st, 5th, 9th, 13th, 17th and 20th, and rate 2 of those the 1st, 9th, 17th, 20th.

    Args:
        frames: indexes, ascending.
        rate: at least 1.
    """
    if not frames:
        return []
    picked = list(frames[::rate])
    return picked if picked[-1] == frames[-1] else [*picked, frames[-1]]
