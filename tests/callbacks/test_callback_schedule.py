"""The schedule of retries: 1 + 20 attempts within a day (reliability.md T29)."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from groundplane.callbacks.model import RETRY_DELAYS_S, Random, Tried, by_http, next_attempt_at
from groundplane.fetch.fetcher import Posted

FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
DAY = timedelta(hours=24)


def failed(status: int | None = 500, retry_after_s: int | None = None) -> Tried:
    return by_http(Posted(status, "no", 10, retry_after_s))


def plain(low: float, high: float) -> float:
    return (low + high) / 2


def times_of_attempts(uniform: Random, *, took: timedelta, tried: Tried) -> list[datetime]:
    """A receiver that never says 2xx, on a virtual clock."""
    now, times = FIRST, [FIRST]
    while True:
        now += took
        due = next_attempt_at(len(times), tried, first_at=FIRST, now=now, uniform=uniform)
        if due is None:
            return times
        now = due
        times.append(now)


def test_the_delays_are_those_of_the_table_and_sum_up_to_less_than_a_day() -> None:
    assert RETRY_DELAYS_S[:10] == (5, 15, 30, 60, 120, 300, 600, 900, 1200, 1800)
    assert RETRY_DELAYS_S[10:] == (8100,) * 10
    assert sum(RETRY_DELAYS_S) == 86_030


def test_twenty_retries_and_all_of_them_within_a_day() -> None:
    took = timedelta(seconds=15)  # every attempt runs into the time limit
    latest: Random = lambda _, high: high  # noqa: E731 the worst jitter there is
    for uniform in (*[random.uniform] * 200, latest):
        times = times_of_attempts(uniform, took=took, tried=failed(None))
        assert len(times) == 21
        assert times[-1] + took <= FIRST + DAY
        assert min(b - a for a, b in pairwise(times)) >= timedelta(seconds=4)


def test_each_delay_is_jittered_by_a_fifth() -> None:
    delays: list[timedelta] = []
    for _ in range(500):
        due = next_attempt_at(5, failed(), first_at=FIRST, now=FIRST)
        assert due is not None
        delays.append(due - FIRST)
    assert timedelta(seconds=96) <= min(delays) < timedelta(seconds=99)
    assert timedelta(seconds=141) < max(delays) <= timedelta(seconds=144)


def test_the_receiver_may_put_it_off_but_not_out_of_the_day() -> None:
    def due(retry_after_s: int, made: int = 1) -> timedelta:
        at = next_attempt_at(
            made, failed(503, retry_after_s), first_at=FIRST, now=FIRST, uniform=plain
        )
        assert at is not None
        return at - FIRST

    assert due(120) == timedelta(seconds=120)
    assert due(0) == timedelta(seconds=5)
    assert due(60, made=10) == timedelta(seconds=1800)
    assert DAY - timedelta(minutes=6) < due(10**17) < DAY


def test_after_a_long_outage_of_ours_no_promised_retry_is_dropped() -> None:
    now = FIRST + 3 * DAY
    due = next_attempt_at(4, failed(), first_at=FIRST, now=now, uniform=plain)
    assert due is not None
    assert timedelta(0) < due - now < timedelta(seconds=6)


def test_gone_is_the_end_and_other_refusals_are_not() -> None:
    for status in (None, 301, 400, 401, 404, 429, 500, 503):
        assert next_attempt_at(1, failed(status), first_at=FIRST, now=FIRST) is not None
    assert next_attempt_at(1, failed(410), first_at=FIRST, now=FIRST) is None
