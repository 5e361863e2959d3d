"""Frame times without a unit."""

import pytest

from groundplane.scenes.times import infer_clock

SECOND = "1541196976.735462", "1541196976.835462", "1541196976.935462"


@pytest.mark.parametrize(
    "timestamps",
    [
        SECOND,
        ("1541196976735.462", "1541196976835.462", "1541196976935.462"),
        ("1541196976735462", "1541196976835462", "1541196976935462"),
        ("1541196976735462000", "1541196976835462000", "1541196976935462000"),
        ("1.541196976735462000E+18", "1541196976835462000", "1541196976935462000"),
    ],
    ids=["s", "ms", "us", "ns", "ns with exponent"],
)
def test_the_unit_of_an_epoch_is_found_and_nothing_is_rounded(timestamps: tuple[str, ...]) -> None:
    clock = infer_clock(timestamps, frames_per_second=10)
    assert clock.source == "timestamps"
    assert clock.frame_times_ns == (0, 100_000_000, 200_000_000)
    assert clock.epoch_ns == "1541196976735462000"


@pytest.mark.parametrize(
    ("timestamps", "step_ns"),
    [
        (("0", "0.1", "0.2"), 100_000_000),
        (("0", "100", "200"), 100_000_000),
        (("5", "50005", "100005"), 50_000_000),
        (("0", "50000000", "100000000"), 50_000_000),
        # 1.0e9 and up would also be seconds of this century: a step of three years is none.
        (("1000000000", "1100000000", "1200000000"), 100_000_000),
        (("0", "2", "4"), 2_000_000_000),
    ],
)
def test_relative_times_take_the_unit_of_a_usual_step(
    timestamps: tuple[str, ...], step_ns: int
) -> None:
    assert infer_clock(timestamps, frames_per_second=10).frame_times_ns == (0, step_ns, 2 * step_ns)


@pytest.mark.parametrize(
    "timestamps",
    [
        (None, None, None),
        ("1", None, "3"),
        ("1", "1", "2"),
        ("3", "2", "1"),
        ("0", "0.00000000001", "0.00000000002"),
    ],
    ids=["none", "one missing", "equal", "backwards", "closer than a nanosecond"],
)
def test_without_growing_timestamps_the_rate_decides(timestamps: tuple[str | None, ...]) -> None:
    clock = infer_clock(timestamps, frames_per_second=8)
    assert (clock.source, clock.epoch_ns) == ("rate", "0")
    assert clock.frame_times_ns == (0, 125_000_000, 250_000_000)
    assert clock.time_ns("5", near_ns=125_000_000) == 125_000_000


def test_one_frame_has_its_own_time() -> None:
    assert infer_clock(["1541196976.5"], frames_per_second=10).epoch_ns == "1541196976500000000"
    assert infer_clock(["0.0"], frames_per_second=10).frame_times_ns == (0,)


def test_a_shutter_may_open_before_the_first_sweep() -> None:
    clock = infer_clock(SECOND, frames_per_second=10)
    assert clock.time_ns("1541196976.685462", near_ns=0) == -50_000_000


FIRST_NS = 1541196976735462000
STEP_NS = 100_000_000


def test_sweeps_that_go_on_with_the_frames_are_on_their_clock() -> None:
    """Stamped at the end of the sweep, in the middle or at its start."""
    clock = infer_clock(SECOND, frames_per_second=10)
    for before_ns in (STEP_NS, STEP_NS // 2, 0):
        given = [FIRST_NS + n * STEP_NS - before_ns for n in range(3)]
        assert clock.sweep_starts_ns(given) == [n * STEP_NS - before_ns for n in range(3)]


@pytest.mark.parametrize(
    "first_points_ns",
    [
        (FIRST_NS, None, FIRST_NS + 2 * STEP_NS),
        (0, 0, 0),
        (FIRST_NS, FIRST_NS, FIRST_NS),
        (FIRST_NS + 10**9, FIRST_NS + 10**9 + STEP_NS, FIRST_NS + 10**9 + 2 * STEP_NS),
    ],
    ids=["one tells none", "since its own sweep", "does not go on", "of another clock"],
)
def test_other_times_of_points_say_nothing(first_points_ns: tuple[int | None, ...]) -> None:
    clock = infer_clock(SECOND, frames_per_second=10)
    assert clock.sweep_starts_ns(first_points_ns) == [None, None, None]


def test_times_since_each_sweeps_start_are_not_taken_for_those_of_a_clock_that_begins_at_zero() -> (
    None
):
    clock = infer_clock(("0", "0.1", "0.2"), frames_per_second=10)
    assert clock.sweep_starts_ns([0, 0, 0]) == [None, None, None]
    assert clock.sweep_starts_ns([0, STEP_NS, 2 * STEP_NS]) == [0, STEP_NS, 2 * STEP_NS]


def test_without_a_clock_no_sweep_has_a_start() -> None:
    clock = infer_clock((None, None), frames_per_second=10)
    assert clock.sweep_starts_ns([0, STEP_NS]) == [None, None]
