"""A creation is killed at every point between parse and reply, and sent again with its key.

There is one task then, with one event and one job, and the answer is the one that was committed
first, byte for byte (reliability.md T08). failing_web.py says what the points are.
"""

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
import psycopg
import pytest
import zstandard
from failing_stages import Gate, Stage, WebAlone, WholeTree, held, put_points_into_database
from failing_web import AFTER_THE_REPLY, POINTS, Kept, Point

from databases import Urls
from groundplane.storage.database import Tenant

KEY = "live_" + "8" * 40
PATH = "/v1/task/lidarannotation"
BODY = {"attachments": ["https://data.example/0.json"], "labels": ["Car"]}
FREE_WITHIN_S = 10.0  # of the restart
AGAIN_AFTER_S = 0.02


@dataclass
class Order:
    """A creation as its customer sends it, again and again."""

    stage: Stage
    http: httpx.Client
    api_key: str
    name: str

    @property
    def body(self) -> bytes:
        return json.dumps({**BODY, "unique_id": self.name}).encode()

    def send(self) -> httpx.Response:
        return self.http.post(
            PATH,
            content=self.body,
            headers={"Content-Type": "application/json", "Idempotency-Key": self.name},
        )

    def send_until_done(self) -> httpx.Response:
        """The answer, however often it is to come again."""
        deadline = time.monotonic() + FREE_WITHIN_S
        while (reply := self.send()).status_code == HTTPStatus.TOO_MANY_REQUESTS:
            assert time.monotonic() < deadline, f"in flight for {FREE_WITHIN_S} s: {self.name}"
            time.sleep(AGAIN_AFTER_S)
        assert reply.status_code == HTTPStatus.OK, reply.text
        return reply


class Doomed:
    """The first attempt, read byte by byte for as long as its server lives."""

    def __init__(self, order: Order) -> None:
        self._socket = socket.create_connection(("127.0.0.1", order.stage.port), timeout=20)
        user = base64.b64encode(f"{order.api_key}:".encode()).decode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: Basic {user}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {order.name}\r\n"
            f"Content-Length: {len(order.body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + order.body)
        self._got = b""

    def read_until(self, share: float) -> None:
        """The head, and that share of the body."""
        while b"\r\n\r\n" not in self._got or len(self.body) < int(self._length() * share):
            part = self._socket.recv(4096)
            assert part, self._got
            self._got += part

    def read_rest(self) -> None:
        with suppress(ConnectionError):  # killed with our request unread
            while part := self._socket.recv(4096):
                self._got += part

    @property
    def status(self) -> int | None:
        """None: nothing was heard."""
        return int(self._got.split(b" ", 2)[1]) if self._got else None

    @property
    def body(self) -> bytes:
        return self._got.partition(b"\r\n\r\n")[2]

    def close(self) -> None:
        self._socket.close()

    def _length(self) -> int:
        head = self._got.partition(b"\r\n\r\n")[0].lower()
        return int(head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0])


@pytest.fixture
def web_alone(database_urls: Urls, tenant: Tenant, tmp_path: Path) -> Iterator[WebAlone]:
    with psycopg.connect(database_urls.owner, autocommit=True) as db:
        db.execute(
            "INSERT INTO api_key (account_id, mode, key_id, key_hash, prefix, last4)"
            " VALUES (%s, 'live', %s, sha256(convert_to(%s, 'UTF8')), 'live_', '8888')",
            [tenant.account_id, "8" * 24, KEY],
        )
    with closing(WebAlone(database_urls, tmp_path)) as stage:
        stage.start()
        yield stage


@pytest.mark.parametrize(
    "rounds",
    [
        1,
        pytest.param(25, marks=pytest.mark.soak, id="web-1"),
        pytest.param(25, marks=pytest.mark.soak, id="web-2"),
    ],
)
def test_a_web_process_killed_at_any_point_makes_one_task(web_alone: WebAlone, rounds: int) -> None:
    put_points_into_database(web_alone.owner_url)
    hit_all(web_alone, KEY, rounds, alone=True)


@pytest.mark.soak
@pytest.mark.parametrize("rounds", [pytest.param(2, id="tree-1"), pytest.param(2, id="tree-2")])
def test_a_tree_killed_at_any_point_makes_one_task(rounds: int, tmp_path: Path) -> None:
    """As `serve` runs it, with PostgreSQL and the workers."""
    stage = WholeTree(tmp_path)
    try:
        stage.start()
        put_points_into_database(stage.owner_url)
        hit_all(stage, stage.product.key(), rounds, alone=False)
    finally:
        stage.product.stop()


def hit_all(stage: Stage, key: str, rounds: int, *, alone: bool) -> None:
    with httpx.Client(
        base_url=f"http://127.0.0.1:{stage.port}",
        auth=(key, ""),
        limits=httpx.Limits(max_keepalive_connections=0),  # no connection outlives its server
        timeout=20,
    ) as http:
        took_s = [
            hit(Order(stage, http, key, f"{point} {number}"), point, alone=alone)
            for number in range(rounds)
            for point in POINTS
        ]
    tell(took_s, stage)


def hit(order: Order, point: Point, *, alone: bool) -> float:
    """Kill at the point, and check what is there; seconds from the restart to the answer.

    `alone`: the web process is killed and its statement still stands in the database, with the
    lock on the key. Of a whole tree it is not known who died first: what of it lives a moment
    longer may say 503, or go on as far as it can.
    """
    with ExitStack() as ending:
        gate = ending.enter_context(held(order.stage, point))
        doomed = ending.enter_context(closing(Doomed(order)))
        stand_at(point, gate, doomed)
        order.stage.kill()
        doomed.read_rest()
        order.stage.start()
        started_at = time.monotonic()
        if alone and point.trigger is not None:
            assert order.send().status_code == HTTPStatus.TOO_MANY_REQUESTS
            assert kept_answer(order) is None
            started_at = time.monotonic()  # what it stood for until now was ours
    before = kept_answer(order)
    reply = order.send_until_done()
    took_s = time.monotonic() - started_at
    assert before in (None, reply.content)
    if point.kept is Kept.YES:
        assert before is not None
    if alone:
        assert point.kept is not Kept.NO or before is None
        check_heard(point, doomed, reply.content)
    else:
        assert doomed.status in (None, HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE)
        assert doomed.status != HTTPStatus.OK or reply.content.startswith(doomed.body)
    check_kept(order, reply.content)
    return took_s


def stand_at(point: Point, gate: Gate, doomed: Doomed) -> None:
    if point is AFTER_THE_REPLY:
        doomed.read_until(1)
        return
    gate.wait_reached()
    if point.name == "amid the body":
        doomed.read_until(0.5)


def check_heard(point: Point, doomed: Doomed, answer: bytes) -> None:
    share = {"amid the body": 0.5, AFTER_THE_REPLY.name: 1.0}.get(point.name)
    assert doomed.status == (None if share is None else HTTPStatus.OK)
    assert doomed.body == answer[: int(len(answer) * (share or 0))]


def check_kept(order: Order, answer: bytes) -> None:
    """Once, with what belongs to it; and the answer is the same again and again."""
    assert [order.send().content for _ in range(2)] == [answer, answer]
    assert kept_answer(order) == answer
    task_id = json.loads(answer)["task_id"]
    with psycopg.connect(order.stage.owner_url) as db:
        tasks = db.execute("SELECT task_id FROM task WHERE unique_id = %s", [order.name])
        assert tasks.fetchall() == [(task_id,)]
        rows = db.execute(
            """
            SELECT (SELECT count(*) FROM task_params WHERE task_id = %(task_id)s),
                   (SELECT count(*) FROM task_event WHERE task_id = %(task_id)s AND seq = 1),
                   (SELECT count(*) FROM task_event
                    WHERE task_id = %(task_id)s AND event = 'created'),
                   (SELECT count(*) FROM job_made WHERE task_id = %(task_id)s)
            """,
            {"task_id": task_id},
        )
        assert rows.fetchall() == [(1, 1, 1, 1)]


def kept_answer(order: Order) -> bytes | None:
    """What the database answers the key with from now on."""
    with psycopg.connect(order.stage.owner_url) as db:
        row = db.execute(
            "SELECT body_zstd FROM idempotency_key WHERE key = %s AND status = 200", [order.name]
        ).fetchone()
    return None if row is None else zstandard.decompress(row[0])


def tell(took_s: list[float], stage: Stage) -> None:
    """And nothing is there besides what was answered."""
    with psycopg.connect(stage.owner_url) as db:
        rows = db.execute(
            "SELECT (SELECT count(*) FROM task), (SELECT count(*) FROM idempotency_key),"
            " (SELECT count(*) FROM job_made)"
        ).fetchone()
    assert rows == (len(took_s),) * 3
    print(  # noqa: T201 - the soak's figures
        f"{len(took_s)} kills at {len(POINTS)} points; from the restart to the answer"
        f" {sorted(took_s)[len(took_s) // 2]:.2f} s, at most {max(took_s):.2f} s"
    )
