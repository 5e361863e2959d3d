"""labeling_sample_rate: the examples of Scale's docs, and what holds for any rate."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplane.tasks.types.sampling import sampled

FRAMES = st.lists(st.integers(0, 5_000), min_size=1, unique=True).map(sorted)
RATES = st.integers(1, 6_000)


@pytest.mark.parametrize(
    ("count", "rate", "frames"),
    [
        (20, 4, [1, 5, 9, 13, 17, 20]),
        (6, 2, [1, 3, 5, 6]),
        (5, 1, [1, 2, 3, 4, 5]),
        (5, 2, [1, 3, 5]),
        (1, 3, [1]),
        (4, 9, [1, 4]),
        (0, 2, []),
    ],
)
def test_frames_are_sampled_as_documented_and_always_the_last(
    count: int, rate: int, frames: list[int]
) -> None:
    assert sampled(range(1, count + 1), rate) == frames


def test_a_task_on_top_of_a_sampled_one_counts_what_is_left() -> None:
    assert sampled(sampled(range(1, 21), 4), 2) == [1, 9, 17, 20]


@given(FRAMES, RATES)
def test_first_and_last_stay_and_gaps_are_the_rate(frames: list[int], rate: int) -> None:
    picked = sampled(frames, rate)
    assert (picked[0], picked[-1]) == (frames[0], frames[-1])
    places = [frames.index(frame) for frame in picked]
    gaps = [after - before for before, after in pairwise(places)]
    assert all(gap == rate for gap in gaps[:-1])
    assert all(1 <= gap <= rate for gap in gaps[-1:])


@given(st.integers(1, 5_000), RATES)
def test_it_is_the_documented_formula(count: int, rate: int) -> None:
    """1, k+1, 2k+1, …, ⌊(n-1)/k⌋·k+1, and n."""
    formula = {step * rate + 1 for step in range((count - 1) // rate + 1)} | {count}
    assert sampled(range(1, count + 1), rate) == sorted(formula)


@given(FRAMES)
def test_rate_one_is_all(frames: list[int]) -> None:
    assert sampled(frames, 1) == frames
