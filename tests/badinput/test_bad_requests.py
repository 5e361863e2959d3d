"""Requests that cannot be right: a documented 4xx each, and the product goes on as before."""

import json
import re
import socket

import httpx
import pytest
from bad_world import CREATE, FRAME, World, assert_no_internals, refusal
from scaleapi.exceptions import (
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)
from scaleapi.tasks import TaskType

MIB = 1 << 20
GOOD: dict[str, object] = {"attachments": ["http://127.0.0.1:9/f.json"], "labels": ["Car"]}
JSON = {"Content-Type": "application/json"}


def total(world: World) -> int:
    return world.live.get("/v1/tasks?limit=1").raise_for_status().json()["total"]


def with_number(text: str) -> bytes:
    return b'{"attachments":["http://127.0.0.1:9/f"],"labels":["Car"],"meters_per_unit":%s}' % (
        text.encode()
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"attachments": ["http://127.0.0.1:9/f.json"], "labels": ["Car"]',
        b"{'attachments': []}",
        b'{"labels": ["Car",]}',
        b"attachments=1",
        b"[]",
        b'"task"',
        b"null",
        b"\xff\xfe{}",
        b'{"labels": ["\\ud800"]}',
        b'{"instruction": "a\\u0000b"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"metadata": ' + b'{"a":' * 70 + b"1" + b"}" * 70 + b"}",
        with_number("NaN"),
        with_number("Infinity"),
        with_number("-Infinity"),
        with_number("1e999"),
        with_number("-1e999"),
        with_number("9" * 5000),
        with_number("0x10"),
        with_number("01"),
    ],
)
def test_a_body_that_is_not_strict_json_makes_no_task(world: World, body: bytes) -> None:
    before = total(world)
    sentence = refusal(world.live.post(CREATE, content=body, headers=JSON), 400)
    assert sentence.startswith("The request body")
    assert total(world) == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"attachments": "http://x/f.json"}, '"attachments" must be an array'),
        ({"attachments": [{"url": "http://x"}]}, '"attachments.0" must be a string'),
        ({"attachments": ["ftp://host/f.json"]}, '"attachments.0" must be an http, https'),
        ({"labels": "Car"}, '"labels" must be an array'),
        ({"labels": [3]}, '"labels.0" must be'),
        ({"callback_url": 5}, '"callback_url" must be a string'),
        ({"callback_url": "javascript:alert(1)"}, '"callback_url" must include http://'),
        ({"metadata": "x"}, '"metadata" must be an object'),
        ({"priority": "high"}, '"priority" must be an integer'),
        ({"meters_per_unit": True}, '"meters_per_unit" must be a number'),
        ({"unique_id": ["a"]}, '"unique_id" must be'),
        ({"clear_unique_id_on_error": "no"}, '"clear_unique_id_on_error" must be a boolean'),
        ({"labeling_sample_rate": 0.5}, '"labeling_sample_rate" must be an integer'),
        ({"annotation_attributes": []}, '"annotation_attributes" must be an object'),
        ({"frames_per_second": 1e-300}, '"frames_per_second" must be from 0.001'),
        ({"frames_per_second": 1e300}, '"frames_per_second" must be from 0.001'),
        ({"meters_per_unit": 1e-300}, '"meters_per_unit" must be from 1e-06'),
        ({"meters_per_unit": 1e300}, '"meters_per_unit" must be from 1e-06'),
    ],
)
def test_the_official_client_is_told_which_parameter_is_wrong(
    world: World, wrong: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ScaleInvalidRequest) as refused:
        world.client().create_task(TaskType.LidarAnnotation, **{**GOOD, **wrong})
    assert f"Parameter is invalid, reason: {sentence}" in str(refused.value)


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(world: World) -> None:
    head = f"POST {CREATE} HTTP/1.1\r\nContent-Length: {11 * MIB}\r\nExpect: 100-continue"
    status, sentence, sent_bytes = raw_post(world, head, b"")
    assert (status, sent_bytes) == (400, 0)
    assert "larger than the limit of 10485760 bytes" in sentence


def test_a_body_that_hides_its_length_is_refused_at_the_limit(world: World) -> None:
    head = f"POST {CREATE} HTTP/1.1\r\nTransfer-Encoding: chunked"
    piece = b"%x\r\n" % MIB + b" " * MIB + b"\r\n"
    status, sentence, sent_bytes = raw_post(world, head, piece)
    assert status == 400
    assert "larger than the limit of 10485760 bytes" in sentence
    # What the two sides' socket buffers swallow comes on top of the 10 MiB.
    assert sent_bytes < 40 * MIB


def raw_post(world: World, head: str, piece: bytes) -> tuple[int, str, int]:
    """Send `piece` again and again until the server answers; status, error, bytes sent of it."""
    with socket.create_connection(("127.0.0.1", world.product.port), timeout=30) as server:
        key = world.authorization()
        lines = f"Host: x\r\nAuthorization: {key}\r\nContent-Type: application/json"
        server.sendall(f"{head}\r\n{lines}\r\n\r\n".encode())
        sent_bytes, answer = 0, b""
        if piece:
            server.settimeout(0.05)
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            try:
                if piece and not answer:
                    sent_bytes += server.send(piece[sent_bytes % len(piece) :])
                    assert sent_bytes < 500 * MIB, "the server takes anything"
                server.settimeout(0.001 if piece else 30)
                received = server.recv(65536)
                assert received, f"closed without an answer after {sent_bytes} bytes: {answer!r}"
                answer += received
            except TimeoutError:
                server.settimeout(5)
            except ConnectionError as error:
                message = f"reset after {sent_bytes} bytes: {error}"
                raise AssertionError(message) from error
    top, _, body = answer.partition(b"\r\n\r\n")
    assert_no_internals(body.decode())
    shown = json.loads(body)
    assert set(shown) == {"status_code", "error"}
    return int(top.split(b" ")[1]), shown["error"], sent_bytes


def test_a_request_that_is_cut_off_leaves_nothing(world: World) -> None:
    before = total(world)
    for sent in (b"POST " + CREATE.encode(), b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", world.product.port), timeout=10) as server:
            server.sendall(sent)
    with socket.create_connection(("127.0.0.1", world.product.port), timeout=10) as server:
        key = world.authorization()
        head = f"POST {CREATE} HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nContent-Length: 400"
        server.sendall(f"{head}\r\n\r\n{json.dumps(GOOD)}".encode())
    assert total(world) == before


# Routes, ids and queries --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", CREATE),
        ("GET", CREATE + "/x/y"),
        ("PUT", "/v1/tasks"),
        ("POST", "/v1/tasks"),
        ("PATCH", "/v1/task/" + "a" * 24),
        ("GET", "/v1/nothing"),
        ("GET", "/v2/task/" + "a" * 24),
        ("POST", "/healthz"),
        ("DELETE", "/app/tasks"),
        ("GET", "/.env"),
        ("GET", "/assets/" + "a" * 300),
        ("GET", "/assets/..%2F..%2Fapp.py"),
        ("GET", "/assets/%2e%2e%2findex.html"),
        ("GET", "/blobs/" + "a" * 22),
        ("GET", "/blobs/" + "a" * 5000),
    ],
)
def test_what_is_no_route_is_404(world: World, method: str, path: str) -> None:
    refusal(world.live.request(method, path, headers={"Cookie": ""}), 404)


@pytest.mark.parametrize(
    "task_id",
    [
        "f" * 24,
        "F" * 24,
        "%2F",
        "..%2F..%2Fhealthz",
        "a%2Fcancel",
        "%27%20OR%201=1--",
        "a" * 5000,
        "%F0%9F%9A%97",
        "%20",
        "null",
    ],
)
def test_an_id_that_is_nobodys_is_not_found_whatever_it_looks_like(
    world: World, task_id: str
) -> None:
    for method, path in (("GET", ""), ("POST", "/cancel")):
        answer = world.live.request(method, f"/v1/task/{task_id}{path}")
        assert refusal(answer, 404) == "Task with that ID not found."
    for path in ("", "/work", "/transactions?after=0", "/callbacks"):
        refusal(world.manager.get(f"/app/tasks/{task_id}{path}"), 404)


@pytest.mark.parametrize("name", ["%zz", "%ff", "%00", "%"])
def test_a_path_that_is_not_text_is_refused(world: World, name: str) -> None:
    """And of a task it is a malformed id like any other."""
    for path, status in (("/v1/batches/", 400), ("/v1/task/", 404)):
        target = httpx.URL(world.product.url).copy_with(raw_path=(path + name).encode())
        refusal(world.live.get(target), status)


HOSTILE = [
    "' OR 1=1--",
    "'; DROP TABLE task; --",
    "%' AND pg_sleep(5)--",
    "\\",
    "{}",
    "a\U0001f697",
]


@pytest.mark.parametrize("name", ["project", "batch", "type", "unique_id", "tags"])
def test_a_filter_is_only_ever_compared(world: World, name: str) -> None:
    for value in HOSTILE:
        answer = world.live.get("/v1/tasks", params={name: value})
        assert answer.status_code == 200, answer.text
        assert answer.json()["docs"] == []


@pytest.mark.parametrize(
    "query",
    [
        *(f"{name}=%27" for name in ("start_time", "completed_before", "updated_after", "status")),
        "start_time=9999-12-31T23:59:59-14:00",
        "start_time=2024-02-30",
        "limit=0",
        "limit=101",
        "limit=1e1",
        "limit=" + "9" * 5000,
        "offset=-1",
        "offset=99999999999999999999",
        "next_token=bm90IG91cnM=",
        "next_token=%00",
        "project=%ff",
        "limited_response=maybe",
    ],
)
def test_a_filter_that_cannot_be_is_refused(world: World, query: str) -> None:
    refusal(world.live.get(f"/v1/tasks?{query}"), 400)


def test_ten_thousand_values_of_a_filter_are_compared_too(world: World) -> None:
    values = [str(number) for number in range(10_000)]
    for name in ("unique_id", "tags"):
        answer = world.live.get(f"/v1/tasks?{name}={','.join(values)}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["docs"] == []
    refusal(world.live.get("/v1/tasks?" + "&".join(f"tags={n}" for n in values[:1500])), 400)


def test_an_address_longer_than_any_parser_takes_is_refused_in_the_one_shape(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.product.port), timeout=10) as server:
        server.sendall(b"GET /v1/tasks?tags=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while received := server.recv(65536):
            answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"\r\ncontent-type: application/json" in head
    assert json.loads(body)["status_code"] == 400


# Strangers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic /w==",
        "Basic bGl2ZV9ub2JvZHk6",
        "Bearer live_nobody",
        "Bearer " + "x" * 5000,
        "Digest username=x",
    ],
)
def test_without_a_valid_key_nothing_is_said(world: World, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    with httpx.Client(base_url=world.product.url, headers=headers, timeout=30) as stranger:
        answers = [
            stranger.get("/v1/tasks"),
            stranger.get("/v1/task/" + "a" * 24),
            stranger.post(CREATE, content=b"not even JSON"),
            stranger.post(CREATE, content=b" " * (11 * MIB)),
        ]
    for answer in answers:
        assert refusal(answer, 401) == "Unauthorized: no valid API key provided."
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_the_official_client_knows_a_wrong_key(world: World) -> None:
    with pytest.raises(ScaleUnauthorized):
        world.client("live_wrong").get_task("a" * 24)


def test_the_other_world_does_not_exist(world: World) -> None:
    """A test key cannot tell a live task from none at all."""
    task_id = world.create([world.publish("other.json", FRAME)], unique_id="of the live world")
    for method, path in (("GET", ""), ("POST", "/cancel")):
        theirs = world.test.request(method, f"/v1/task/{task_id}{path}")
        none = world.test.request(method, f"/v1/task/{'0' * 24}{path}")
        assert refusal(theirs, 404) == refusal(none, 404)
    listed = world.test.get("/v1/tasks", params={"unique_id": "of the live world"}).json()
    assert (listed["docs"], listed["total"]) == ([], 0)
    assert refusal(world.manager.get(f"/app/tasks/{task_id}?mode=test"), 404)
    with pytest.raises(ScaleResourceNotFound):
        world.client().get_task("0" * 24)


def test_another_account_does_not_exist_and_shares_no_unique_id(world: World) -> None:
    body = {"attachments": [world.publish("ours.json", FRAME)], "labels": ["Car"], "unique_id": "u"}
    ours = world.live.post(CREATE, json=body).raise_for_status().json()
    headers = {"Authorization": world.authorization(world.key_of_another_account())}
    with httpx.Client(base_url=world.product.url, headers=headers, timeout=60) as other:
        for method, path in (("GET", ""), ("POST", "/cancel")):
            theirs = other.request(method, f"/v1/task/{ours['task_id']}{path}")
            none = other.request(method, f"/v1/task/{'0' * 24}{path}")
            assert refusal(theirs, 404) == refusal(none, 404)
        assert other.get("/v1/tasks").json()["docs"] == []
        made = other.post(CREATE, json=body)
    assert made.status_code == 200, made.text
    refusal(world.manager.get(f"/app/tasks/{made.json()['task_id']}"), 404)
    refusal(world.live.post(CREATE, json=body), 409)


def test_without_a_session_the_app_says_nothing(world: World) -> None:
    task_id = "a" * 24
    for cookie in ("", "x", "x" * 5000, "'; --"):
        headers = {"Cookie": f"groundplane_session={cookie}"}
        with httpx.Client(base_url=world.product.url, headers=headers, timeout=30) as stranger:
            for path in ("/app/me", "/app/tasks", f"/app/tasks/{task_id}/work"):
                refusal(stranger.get(path), 401)
            for what in ("claim", "transactions", "submit"):
                refusal(stranger.post(f"/app/tasks/{task_id}/{what}", json={}), 401)
            refusal(stranger.post("/app/sign-in", json={"token": "guessed"}), 401)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_cannot_act_for_a_person(world: World, headers: dict[str, str]) -> None:
    answer = world.manager.post("/app/sign-out", json={}, headers=headers)
    assert refusal(answer, 403) == "Requests from other sites are refused."
    assert world.manager.get("/app/me").status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_a_form_cannot_act_for_a_person(world: World, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = world.manager.post("/app/sign-out", content=b"{}", headers=headers)
    assert re.search("application/json", refusal(answer, 400))
    assert world.manager.get("/app/me").status_code == 200
