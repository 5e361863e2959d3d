"""Idempotency-Key on creations: Scale's rules, over HTTP and against the real database."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import psycopg
import pytest

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAME = "https://data.example/frame-0.json"
BODY: dict[str, object] = {"attachments": [FRAME], "labels": ["Car"]}
PATH = "/v1/task/lidarannotation"
USED = "The idempotency key is already in use for a different request."


def send(
    http: httpx.Client, key: str, body: object = BODY, *, path: str = PATH
) -> tuple[int, bytes]:
    reply = http.post(path, json=body, headers={"Idempotency-Key": key})
    return reply.status_code, reply.content


def tasks(server: LiveServer) -> int:
    ((count,),) = server.rows("SELECT count(*) FROM task")
    assert isinstance(count, int)
    return count


def second_key(server: LiveServer) -> str:
    """Another API key of the same world."""
    key = "live_" + "7" * 40
    server.execute(
        "INSERT INTO api_key (account_id, mode, key_id, key_hash, prefix, last4)"
        " VALUES (%s, 'live', %s, sha256(convert_to(%s, 'UTF8')), 'live_', '7777')",
        *(server.tenant.account_id, "7" * 24, key),
    )
    return key


def test_the_same_again_is_answered_the_same_and_done_once(server: LiveServer) -> None:
    with server.http() as http:
        first = send(http, "k1", {**BODY, "metadata": {"a": 1, "b": [1.5, 2]}})
        assert first[0] == 200
        server.execute("UPDATE task SET state = 'canceled', metadata = '{}'")
        for _ in range(20):
            assert send(http, "k1", {"metadata": {"b": [1.5, 2], "a": 1}, **BODY}) == first
    assert tasks(server) == 1
    assert len(server.rows("SELECT 1 FROM task_event")) == 1
    assert len(server.rows("SELECT 1 FROM procrastinate_jobs")) == 1


def test_a_key_stands_for_one_request_of_one_api_key(server: LiveServer) -> None:
    with server.http() as http:
        first = send(http, "k1")
        for other in ({**BODY, "priority": 10}, {}, [], {**BODY, "labels": ["car"]}):
            status, content = send(http, "k1", other)
            assert status == 409
            assert USED in content.decode()
        assert send(http, "k1", path="/v1/task/lidarlinking")[0] == 409
        assert send(http, "k1") == first
    with httpx.Client(base_url=server.url, auth=(second_key(server), "")) as other_user:
        assert send(other_user, "k1")[0] == 409
        assert send(other_user, "k2")[0] == 200
    assert tasks(server) == 2


def test_worlds_do_not_know_of_each_others_keys(server: LiveServer) -> None:
    with server.http() as live, server.http(Mode.TEST) as test:
        first, other = send(live, "same"), send(test, "same", {**BODY, "priority": 10})
        assert (first[0], other[0]) == (200, 200)
        assert send(test, "same", {**BODY, "priority": 10}) == other
        assert send(live, "same") == first
    assert tasks(server) == 2


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, {"attachments": [FRAME]}, 400),
        (PATH, {"labels": ["Car"]}, 400),
        (PATH, [], 400),
        (PATH, {**BODY, "instruction": "\0"}, 400),
        (PATH, {**BODY, "project": "none"}, 404),
        (PATH, {**BODY, "unique_id": "taken"}, 409),
        ("/v1/task/notatype", BODY, 404),
    ],
)
def test_a_refusal_is_remembered_too(
    server: LiveServer, path: str, body: object, status: int
) -> None:
    with server.http() as http:
        http.post(PATH, json={**BODY, "unique_id": "taken"}).raise_for_status()
        first = send(http, "k1", body, path=path)
        assert first[0] == status
        server.execute("UPDATE task SET unique_id = NULL")
        server.execute(
            "INSERT INTO project (account_id, mode, project_id, name, type)"
            " VALUES (%s, 'live', %s, 'none', 'lidarannotation')",
            *(server.tenant.account_id, "c" * 24),
        )
        assert send(http, "k1", body, path=path) == first
        status, content = send(http, "k1")
        assert (status, USED in content.decode()) == (409, True)
        assert send(http, "k2")[0] == 200


def test_a_body_that_is_no_json_is_remembered_as_it_was(server: LiveServer) -> None:
    with server.http() as http:
        headers = {"Idempotency-Key": "k1"}
        first = http.post(PATH, content=b'{"labels": NaN}', headers=headers)
        again = http.post(PATH, content=b'{"labels": NaN}', headers=headers)
        other = http.post(PATH, content=b'{"labels": NaN} ', headers=headers)
    assert (first.status_code, again.content) == (400, first.content)
    assert other.status_code == 409


def test_a_stranger_leaves_no_trace(server: LiveServer) -> None:
    with httpx.Client(base_url=server.url, auth=("live_nobody", "")) as stranger:
        assert send(stranger, "k1")[0] == 401
    assert server.rows("SELECT 1 FROM idempotency_key") == []
    with server.http() as http:
        assert send(http, "k1")[0] == 200


def test_after_a_day_the_key_is_free(server: LiveServer) -> None:
    with server.http() as http:
        first = send(http, "k1")
        server.execute(
            "UPDATE idempotency_key SET created_at = now() - interval '23 hours 59 min 55 s'"
        )
        assert send(http, "k1") == first
        server.execute("UPDATE idempotency_key SET created_at = now() - interval '24 hours 1 s'")
        other = send(http, "k1", {**BODY, "priority": 10})
        assert (other[0], other == first) == (200, False)
        assert send(http, "k1", {**BODY, "priority": 10}) == other
    assert tasks(server) == 2


@pytest.mark.parametrize("key", [b"", b"x" * 256, "schl\u00fcssel".encode(), b"a\tb", b"a\x7fb"])
def test_a_key_that_is_none_is_refused(shared_server: LiveServer, key: bytes) -> None:
    before = tasks(shared_server)
    with shared_server.http() as http:
        reply = http.post(PATH, json=BODY, headers=[(b"Idempotency-Key", key)])
    assert reply.status_code == 400
    assert tasks(shared_server) == before


def test_two_keys_are_none_and_the_longest_is_one(shared_server: LiveServer) -> None:
    with shared_server.http() as http:
        twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        assert http.post(PATH, json=BODY, headers=twice).status_code == 400
        longest = "~ !" + "x" * 252
        assert send(http, longest) == send(http, longest)


def test_creations_at_once_with_one_key_make_one_task(server: LiveServer) -> None:
    """Each is answered with the one task, or told to come again and then is."""
    keys, at_once = 12, 8
    with server.http() as http, ThreadPoolExecutor(at_once) as pool:
        for number in range(keys):
            key = f"key {number}"
            futures = [pool.submit(send, http, key) for _ in range(at_once)]
            replies = [future.result() for future in futures]
            statuses = Counter(status for status, _ in replies)
            assert set(statuses) <= {200, 429}
            assert statuses[200] >= 1
            (answer,) = {reply for reply in replies if reply[0] == 200}
            assert send(http, key) == answer
    assert tasks(server) == keys
    assert len(server.rows("SELECT 1 FROM procrastinate_jobs")) == keys


def test_while_one_is_answered_the_other_is_told_to_come_again(server: LiveServer) -> None:
    """The lock is the database's: it ends with the connection of the process that held it."""
    name = f"groundplane.idempotency {server.tenant.account_id} live k1"
    with closing(psycopg.connect(server.urls.owner)) as holder, server.http() as http:
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        reply = http.post(PATH, json=BODY, headers={"Idempotency-Key": "k1"})
        assert (reply.status_code, reply.headers["Retry-After"]) == (429, "1")
        wrong = http.post(PATH, json={}, headers={"Idempotency-Key": "k1"})
        assert wrong.status_code == 429
        assert send(http, "k2")[0] == 200
        with psycopg.connect(server.urls.owner, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [holder.info.backend_pid])
        deadline = time.monotonic() + 10
        while (answer := send(http, "k1"))[0] == 429:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert answer[0] == 200
    assert tasks(server) == 2


def test_without_the_answer_there_is_no_task(server: LiveServer) -> None:
    """Both are written in one transaction; whatever stops the second undoes the first."""
    server.execute("ALTER TABLE idempotency_key ADD CONSTRAINT full_disk CHECK (status <> 200)")
    with server.http() as http:
        assert send(http, "k1")[0] == 500
        assert tasks(server) == 0
        server.execute("ALTER TABLE idempotency_key DROP CONSTRAINT full_disk")
        assert send(http, "k1")[0] == 200
    assert tasks(server) == 1
    assert len(server.rows("SELECT 1 FROM procrastinate_jobs")) == 1


def test_elsewhere_the_header_means_nothing(server: LiveServer) -> None:
    with server.http() as http:
        task_id = http.post(PATH, json=BODY).json()["task_id"]
        for tags in (["a"], ["b"]):
            headers = {"Idempotency-Key": "k1"}
            reply = http.post(f"/v1/task/{task_id}/tags", json=tags, headers=headers)
            assert reply.json()["tags"] == tags
