import base64
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from probe import probe_client

from groundplane.errors import InvalidParameter
from groundplane.wire.pages import Position
from groundplane.wire.values import is_id, new_id, parse_time, timestamp

KEY = {"Authorization": "Bearer live_one"}
TASK = "65f0c1d2e3f4a5b6c7d8e9f0"


async def show(query: str) -> dict[str, object]:
    async with probe_client() as client:
        return (await client.get(f"/v1/query?{query}", headers=KEY)).json()


async def test_empty_values_count_as_absent() -> None:
    shown = await show("status&tags=&time=&limit=&offset=2&flag=")
    assert shown == {
        "limit": 100,
        "offset": 2,
        "status": None,
        "tags": [],
        "flag": False,
        "time": "None",
        "position": None,
    }


async def test_lists_are_repeated_or_joined_or_both() -> None:
    assert (await show("tags=x&tags=y%2Cz&tags[]=w"))["tags"] == ["x", "y", "z", "w"]


@pytest.mark.parametrize(
    ("word", "means"), [("true", True), ("True", True), ("1", True), ("False", False), ("0", False)]
)
async def test_booleans_of_every_client_are_read(word: str, *, means: bool) -> None:
    assert (await show(f"flag={word}"))["flag"] is means


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("limit=101", '"limit" must be less than or equal to 100'),
        ("limit=0", '"limit" must be greater than or equal to 1'),
        ("limit=-5", '"limit" must be greater than or equal to 1'),
        ("limit=ten", '"limit" must be an integer'),
        ("limit=1.0", '"limit" must be an integer'),
        ("limit=²", '"limit" must be an integer'),
        ("limit=" + "9" * 5000, '"limit" must be less than or equal to 100'),
        ("flag=yes", '"flag" must be a boolean'),
        ("time=yesterday", '"time" must be a valid ISO 8601 date'),
        ("time=2021-02-30", '"time" must be a valid ISO 8601 date'),
        ("time=0001-01-01T00:00:00%2B23:59", '"time" must be a valid ISO 8601 date'),
        ("next_token=x", '"next_token" is not a token of this list'),
        ("next_token=e30=", '"next_token" is not a token of this list'),
    ],
)
async def test_a_wrong_query_value_is_named(query: str, reason: str) -> None:
    assert await show(query) == {
        "status_code": 400,
        "error": f"Parameter is invalid, reason: {reason}",
    }


@pytest.mark.parametrize("query", ["status=%ff", "status=%00", "&".join(["a=1"] * 1001)])
async def test_a_query_that_is_no_text_is_refused(query: str) -> None:
    assert (await show(query))["status_code"] == 400


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-04-25", datetime(2021, 4, 25, tzinfo=UTC)),
        ("2021-04-25T03:14:15-07:00", datetime(2021, 4, 25, 10, 14, 15, tzinfo=UTC)),
        ("2021-04-25 03:14:15.123456", datetime(2021, 4, 25, 3, 14, 15, 123456, tzinfo=UTC)),
        ("2024-01-01T10:00:00.123456", datetime(2024, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2024-01-01T10:00:00.752Z", datetime(2024, 1, 1, 10, 0, 0, 752000, tzinfo=UTC)),
        ("2024-01-01T10:00:00.123456789Z", datetime(2024, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2024-01-01T10:00:00 02:00", datetime(2024, 1, 1, 8, tzinfo=UTC)),
        ("2024-01-01 10:20", datetime(2024, 1, 1, 10, 20, tzinfo=UTC)),
        ("2024-01-01 10:20:00.5 02:00", datetime(2024, 1, 1, 8, 20, 0, 500000, tzinfo=UTC)),
        ("20240101", datetime(2024, 1, 1, tzinfo=UTC)),
        ("20240101T102030.752Z", datetime(2024, 1, 1, 10, 20, 30, 752000, tzinfo=UTC)),
        ("20240101T1020 0200", datetime(2024, 1, 1, 8, 20, tzinfo=UTC)),
        ("20240101T102030-0700", datetime(2024, 1, 1, 17, 20, 30, tzinfo=UTC)),
    ],
)
def test_every_documented_spelling_of_a_time_is_read(text: str, moment: datetime) -> None:
    assert parse_time("start_time", text) == moment


def test_times_are_shown_with_milliseconds_cut_not_rounded() -> None:
    assert timestamp(datetime(2021, 6, 23, 9, 9, 34, 752999, tzinfo=UTC)) == (
        "2021-06-23T09:09:34.752Z"
    )


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001  # hypothesis asks for naive bounds
def test_a_token_keeps_microseconds(moment: datetime) -> None:
    position = Position(moment, TASK)
    assert Position.read(position.token()) == position


@pytest.mark.parametrize("spelling", ["task_id", "id"])
def test_both_spellings_of_a_token_are_read(spelling: str) -> None:
    content = {spelling: TASK, "created_at": "2021-06-23T09:09:34.752Z"}
    token = base64.b64encode(msgspec.json.encode(content)).decode()
    assert Position.read(token) == Position(
        datetime(2021, 6, 23, 9, 9, 34, 752000, tzinfo=UTC), TASK
    )


def test_ids_have_the_shape_and_never_repeat() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(is_id(one) for one in ids)
    assert not is_id(TASK.upper())


@pytest.mark.parametrize("row_id", ["", "x", TASK.upper()])
def test_a_token_without_an_id_of_ours_is_refused(row_id: str) -> None:
    content = {"task_id": row_id, "created_at": "2021-06-23T09:09:34.752Z"}
    with pytest.raises(InvalidParameter):
        Position.read(base64.b64encode(msgspec.json.encode(content)).decode())
