import time
from typing import Literal

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from probe import probe_client

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.wire.blaming import blame
from groundplane.wire.bodies import MOST_BYTES, MOST_DEPTH, check_json, convert

KEY = {"Authorization": "Bearer live_one"}
JSON = KEY | {"Content-Type": "application/json"}
FORM = KEY | {"Content-Type": "application/x-www-form-urlencoded"}


async def send(
    content: bytes, headers: dict[str, str] = JSON, path: str = "/v1/body"
) -> httpx.Response:
    async with probe_client() as client:
        return await client.post(path, content=content, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b"[01]",
        b"[1.]",
        b"[.5]",
        b"[+1]",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"[1,]",
        b'{"a" 1}',
        b'{"a": 1',
        b'["\t"]',
        b'["\\x"]',
        b'["\\ud800"]',
        b'["\\u0000"]',
        b'["\\\\\\u0000"]',
        b'["\xff"]',
        b"[1] x",
        b"\xef\xbb\xbf[]",
        b"[" + b"9" * 4301 + b"]",
        b"[" * 65,
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
async def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    reply = await send(body)
    assert reply.status_code == 400
    assert reply.json()["status_code"] == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"9007199254740993", 2**53 + 1),
        (b"18446744073709551616", 2**64),
        (b'"\\\\u0000"', "\\u0000"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"", {}),
        (b" \n", {}),
        (b'["\xf0\x9f\x9a\x97"]', ["🚗"]),
    ],
)
async def test_what_is_json_arrives_exactly(body: bytes, value: object) -> None:
    reply = await send(body)
    assert reply.json() == {"body": value}


async def test_sixty_four_levels_are_read_and_one_more_is_refused() -> None:
    deep = b"[" * MOST_DEPTH + b"]" * MOST_DEPTH
    assert (await send(deep)).status_code == 200
    assert (await send(b"[" + deep + b"]")).status_code == 400


async def test_brackets_inside_strings_are_not_depth() -> None:
    text = "[{" * 200 + '\\"[' * 200
    body = msgspec.json.encode([text, {"a": text}])
    assert (await send(body)).json() == {"body": [text, {"a": text}]}


@given(
    st.recursive(
        st.none() | st.integers(0, 9) | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_every_shallow_document_passes_the_check(value: object) -> None:
    body = msgspec.json.encode(value)
    if b"\\u0000" in body:
        return
    check_json(body)


def test_an_unfinished_string_of_escapes_takes_no_time() -> None:
    body = b"[" * 65 + b'"' + b'\\"' * 2_000_000
    started = time.monotonic()
    with pytest.raises(InvalidRequest):
        check_json(body)
    assert time.monotonic() - started < 2


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_refused() -> None:
    fits = b'"' + b"x" * (MOST_BYTES - 2) + b'"'
    assert (await send(fits)).status_code == 200
    reply = await send(fits + b" ")
    assert reply.status_code == 400
    assert reply.json()["error"] == (
        f"The request body is larger than the limit of {MOST_BYTES} bytes."
    )


async def test_a_body_that_hides_its_length_is_counted_as_it_comes() -> None:
    async def endless():  # noqa: ANN202  # an async generator's type says nothing here
        for _ in range(200):
            yield b" " * 100_000

    async with probe_client() as client:
        reply = await client.post("/v1/body", content=endless(), headers=JSON)
    assert reply.status_code == 400


async def test_a_form_is_strings_and_lists() -> None:
    reply = await send(b"callback_url=http%3A%2F%2Fx&labels=a&labels=b+c&one[]=1&empty=", FORM)
    assert reply.json() == {
        "body": {"callback_url": "http://x", "labels": ["a", "b c"], "one": ["1"], "empty": ""}
    }


@pytest.mark.parametrize(
    "body", [b"a=%ff", b"a=%00", b"%00=a", b"nonsense", b"&".join([b"a=1"] * 10_001)]
)
async def test_what_is_not_a_form_is_refused(body: bytes) -> None:
    assert (await send(body, FORM)).status_code == 400


async def test_an_empty_form_is_nothing() -> None:
    assert (await send(b"", FORM)).json() == {"body": {}}


async def test_three_values_of_a_form_field_are_a_list_of_three() -> None:
    assert (await send(b"a=1&a=2&a=3", FORM)).json() == {"body": {"a": ["1", "2", "3"]}}


async def test_an_object_is_asked_for_where_only_an_object_makes_sense() -> None:
    reply = await send(b"[]", path="/v1/object")
    assert reply.json() == {
        "status_code": 400,
        "error": "The request body must be a JSON object.",
    }
    assert (await send(b"", path="/v1/object")).json() == {"body": {}}


class Params(msgspec.Struct):
    attachments: list[str]
    rate: int = 1
    scale: float = 1.0
    deep: dict[str, list[int]] = {}
    often: bool = False
    shapes: "dict[str, Shape] | list[int]" = {}


class Shape(msgspec.Struct):
    size: int = 0
    kind: Literal["box", "line"] = "box"
    inside: "dict[str, Shape | list[Shape]] | None" = None


IN_B = '"shapes.b.kind" {}'


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, '"attachments" is required'),
        ({"attachments": None}, '"attachments" is required'),
        ({"attachments": "a"}, '"attachments" must be an array'),
        ({"attachments": ["a", 7]}, '"attachments.1" must be a string'),
        ({"attachments": [], "rate": 1.5}, '"rate" must be an integer'),
        ({"attachments": [], "rate": "2"}, '"rate" must be an integer'),
        ({"attachments": [], "rate": True}, '"rate" must be an integer'),
        ({"attachments": [], "scale": "x"}, '"scale" must be a number'),
        ({"attachments": [], "deep": {"k": [1, "x"]}}, '"deep.k.1" must be an integer'),
        ({"attachments": [], "deep": []}, '"deep" must be an object'),
        ({"attachments": [], "shapes": {"a": {}, "b": []}}, '"shapes.b" must be an object'),
        (
            {"attachments": [], "shapes": {"b": {"kind": "x"}}},
            IN_B.format("must be one of [box, line]"),
        ),
        ({"attachments": [], "shapes": {"b": {"kind": 1}}}, IN_B.format("must be a string")),
        (
            {"attachments": [], "shapes": {"a": {"inside": {"c.d": [{}, {"size": "x"}]}}}},
            '"shapes.a.inside.c.d.1.size" must be an integer',
        ),
        ({"attachments": [], "often": 1}, '"often" must be a boolean'),
    ],
)
def test_a_wrong_parameter_is_named(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        convert(values, Params)  # pyright: ignore[reportArgumentType]  # on purpose
    assert str(refused.value) == f"Parameter is invalid, reason: {sentence}"


def test_an_integral_float_is_an_integer_and_null_is_absent() -> None:
    assert convert({"attachments": [], "rate": 4.0, "scale": None}, Params) == Params([], 4)


def test_a_form_gives_numbers_booleans_and_lists_of_one() -> None:
    given = {"attachments": "a", "rate": "4", "scale": "2.5", "often": "true"}
    assert convert(given, Params, from_form=True) == Params(["a"], 4, 2.5, often=True)


async def test_typed_bodies_of_the_app_are_blamed_in_the_same_words() -> None:
    headers = {"Cookie": "groundplane_session=session-of-labeler"}
    async with probe_client() as client:
        replies = [
            await client.post("/app/work", headers=headers | JSON, content=content)
            for content in (b'{"count": "x"}', b"{}", b"", b"[", b'{"count": 3}', b"[" * 1000)
        ]
    assert [(r.status_code, r.json().get("error")) for r in replies[:4]] == [
        (400, 'Parameter is invalid, reason: "count" must be an integer'),
        (400, 'Parameter is invalid, reason: "count" is required'),
        (400, "A JSON body is required."),
        (400, "Input data was truncated"),
    ]
    assert replies[4].json() == {"count": 3, "note": ""}
    assert replies[5].status_code == 400


@pytest.mark.parametrize(
    ("complaint", "sentence"),
    [
        ("Expected `int` >= 0 - at `$.seq`", '"seq" must be an integer of >= 0'),
        ("Expected `str` of length <= 3 - at `$.a[0]`", '"a.0" must be a string of length <= 3'),
        ("Expected `array` of length >= 1", '"value" must be an array of length >= 1'),
        ("Invalid enum value 'x' - at `$.mode`", "\"mode\" invalid enum value 'x'"),
        ("", '"value" is not valid'),
    ],
)
def test_complaints_of_limits_say_the_limit(complaint: str, sentence: str) -> None:
    assert str(blame(complaint)) == f"Parameter is invalid, reason: {sentence}"
