"""The full counts of two races at the real product, with two web processes.

Many send the same request with the same key at once (reliability.md T07), and many want one
unique_id while it is let go (T09). The short forms are in tests/api.
"""

import json
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from groundplane.storage.embedded import running_urls
from serving import Product, running, wait_until
from type_orders import ORDERS

AGAIN_AFTER_S = 0.01
IMAGE = "/v1/task/imageannotation"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes

    @property
    def task_id(self) -> str:
        return str(json.loads(self.body)["task_id"])


class Client:
    """One kept connection; httpx would need more of the machine than the server does."""

    def __init__(self, product: Product, key: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", product.port, timeout=60)
        self._user = "Basic " + b64encode(f"{key}:".encode()).decode()

    def ask(self, method: str, path: str, body: bytes = b"", key: str | None = None) -> Reply:
        headers = {"Authorization": self._user, "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, body, headers)
        reply = self._connection.getresponse()
        return Reply(reply.status, reply.read())

    def close(self) -> None:
        self._connection.close()


@contextmanager
def clients(product: Product, count: int) -> Generator[list[Client]]:
    key = product.key()
    made = [Client(product, key) for _ in range(count)]
    try:
        yield made
    finally:
        for client in made:
            client.close()


def rows(product: Product, statement: str) -> list[tuple[object, ...]]:
    urls = running_urls(product.data / "postgres")
    assert urls is not None
    with psycopg.connect(urls[0]) as db:
        return db.execute(statement.encode()).fetchall()


@dataclass
class SameRequests:
    """Twenty clients send one request for each key at the same moment."""

    keys: int
    start: threading.Barrier
    statuses: Counter[int] = field(default_factory=Counter[int])
    answers: dict[int, set[bytes]] = field(default_factory=dict[int, set[bytes]])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self, client: Client) -> None:
        for number in range(self.keys):
            self.start.wait(60)
            reply = self._send(client, number)
            while reply.status == 429:
                time.sleep(AGAIN_AFTER_S)
                reply = self._send(client, number)

    def replay(self, client: Client, place: int, times: int) -> None:
        """Every twentieth key is this client's."""
        for number in list(range(place, self.keys, self.start.parties)) * times:
            self._send(client, number)

    def _send(self, client: Client, number: int) -> Reply:
        body = json.dumps({**ORDERS["imageannotation"], "metadata": {"number": number}}).encode()
        reply = client.ask("POST", IMAGE, body, f"key {number}")
        with self.lock:
            self.statuses[reply.status] += 1
            if reply.status != 429:
                self.answers.setdefault(number, set()).add(reply.body)
        return reply


@pytest.mark.soak
@pytest.mark.parametrize(("keys", "at_once", "replays"), [pytest.param(500, 20, 100, id="keys")])
def test_the_same_request_many_times_at_once_makes_one_task(
    keys: int, at_once: int, replays: int, tmp_path: Path
) -> None:
    with (
        running(tmp_path / "data", "--workers", "2") as product,
        clients(product, at_once) as many,
        ThreadPoolExecutor(at_once) as pool,
    ):
        same = SameRequests(keys, threading.Barrier(at_once))
        begun = time.monotonic()
        list(pool.map(same.send_all, many))
        raced = Counter(same.statuses)
        raced_s = time.monotonic() - begun
        list(pool.map(same.replay, many, range(at_once), [replays] * at_once))
        assert set(raced) <= {200, 429}
        assert raced[200] == keys * at_once
        assert same.statuses - raced == {200: keys * replays}
        ids = {Reply(200, answer).task_id for (answer,) in same.answers.values()}
        assert len(ids) == len(same.answers) == keys
        assert rows(
            product,
            "SELECT (SELECT count(*) FROM task), (SELECT count(*) FROM task_event),"
            " (SELECT count(*) FROM idempotency_key)",
        ) == [(keys, keys, keys)]
        took_s = time.monotonic() - begun
    print(  # noqa: T201 - the soak's figures
        f"{keys} keys x {at_once}: {dict(raced)} in {raced_s:.0f} s;"
        f" {keys * replays} replays in {took_s - raced_s:.0f} s"
    )


@dataclass
class Missing:
    """Answers each GET with 404; below /held only while `may_fail`."""

    url: str
    may_fail: threading.Event = field(default_factory=threading.Event)


@contextmanager
def missing_files() -> Generator[Missing]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/held"):
                missing.may_fail.wait(60)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # server_close waits for the handlers, so no socket stays open
    missing = Missing(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield missing
    finally:
        missing.may_fail.set()
        server.shutdown()
        thread.join()
        server.server_close()


UNIQUE_ID = "wanted by all"
RACERS = 16
# How the winner of a round lets go in the next: the types that can, and in which project they are.
WAYS: Mapping[str, Mapping[str, str | None]] = {
    "cancel": {"imageannotation": "images", "segmentannotation": None},
    "clear": {
        "imageannotation": "images",
        "segmentannotation": None,
        "lidarannotation": "scenes",
        "lidarsegmentation": None,
    },
    "error": {"lidarannotation": "scenes", "lidarsegmentation": None},
}


def sentence(task_id: str | None) -> str:
    return f'The unique_id ("{UNIQUE_ID}") is already used for a different task ({task_id}).'


@dataclass
class Race:
    """Round after round, the holder lets the unique_id go while others want it."""

    product: Product
    pool: ThreadPoolExecutor
    racers: list[Client]
    looser: Client
    missing: Missing
    holder: str | None = None
    held_by: str = ""  # the way in which that one lets go
    told: Counter[str] = field(default_factory=Counter[str])

    def round(self, number: int) -> None:
        way = tuple(WAYS)[number % len(WAYS)]
        letting_go = self.pool.submit(self._let_go)
        coming = [
            self.pool.submit(self._want, client, way, f"{number} {place}", place)
            for place, client in enumerate(self.racers)
        ]
        replies = [one.result() for one in coming]
        letting_go.result()
        won = [reply for reply in replies if reply.status == 200]
        lost = [reply for reply in replies if reply.status != 200]
        self.told["won while it was let go"] += len(won)
        if not won:  # all were told who had it; now nobody has
            won = [self._want(self.racers[0], way, f"{number} last", number)]
        (winner,) = won
        assert winner.status == 200, winner.body
        for reply in lost:
            assert reply.status == 409, reply.body
            error = json.loads(reply.body)["error"]
            assert error in (sentence(winner.task_id), sentence(self.holder))
            self.told["named the next" if winner.task_id in error else "named the last"] += 1
        assert rows(self.product, f"SELECT task_id FROM task WHERE unique_id = '{UNIQUE_ID}'") == [  # noqa: S608 - a constant
            (winner.task_id,)
        ]
        self.holder, self.held_by = winner.task_id, way

    def _want(self, client: Client, way: str, key: str, place: int) -> Reply:
        kinds = tuple(WAYS[way].items())
        kind, project = kinds[place % len(kinds)]
        body = {**ORDERS[kind], "unique_id": UNIQUE_ID, "clear_unique_id_on_error": way == "error"}
        if "attachments" in body:
            body["attachments"] = [f"{self.missing.url}/{'held' if way == 'error' else 'now'}"]
        if project is not None:
            body["project"] = project
        return client.ask("POST", f"/v1/task/{kind}", json.dumps(body).encode(), key)

    def _let_go(self) -> None:
        if self.holder is None:
            return
        task = f"/v1/task/{self.holder}"
        if self.held_by == "cancel":
            reply = self.looser.ask("POST", f"{task}/cancel?clear_unique_id=true")
            assert reply.status == 200, reply.body
        elif self.held_by == "clear":
            assert self.looser.ask("DELETE", f"{task}/unique_id").status == 200
        else:
            self.missing.may_fail.set()
            wait_until(lambda: self._shown(task)["status"] == "error", 60, "the task is in error")
            self.missing.may_fail.clear()
        assert "unique_id" not in self._shown(task)

    def _shown(self, task: str) -> dict[str, object]:
        return json.loads(self.looser.ask("GET", task).body)


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [pytest.param(1000, id="unique-ids")])
def test_a_unique_id_that_many_want_has_one_task_at_a_time(rounds: int, tmp_path: Path) -> None:
    with (
        missing_files() as missing,
        running(tmp_path / "data", "--workers", "2") as product,
        clients(product, RACERS + 1) as (looser, *racers),
        ThreadPoolExecutor(RACERS + 1) as pool,
    ):
        for name, kind in (("images", "imageannotation"), ("scenes", "lidarannotation")):
            made = looser.ask(
                "POST", "/v1/projects", json.dumps({"name": name, "type": kind}).encode()
            )
            assert made.status == 200, made.body
        race = Race(product, pool, racers, looser, missing)
        begun = time.monotonic()
        for number in range(rounds):
            race.round(number)
        took_s = time.monotonic() - begun
        assert rows(product, "SELECT count(*), count(unique_id) FROM task") == [(rounds, 1)]
    print(  # noqa: T201 - the soak's figures
        f"{rounds} rounds of {RACERS}: {dict(race.told)}; {took_s:.0f} s"
    )
