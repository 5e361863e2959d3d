"""Many clients create tasks while the server is killed again and again (reliability.md T01).

Each client sends the next task when it has an answer, and the same one again when it has none:
half of them by `unique_id`, half by `Idempotency-Key`. At the end every task that was answered is
there once, with one event, and no other is there twice.
"""

import math
import random
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import psycopg
import pytest

from groundplane.storage.embedded import running_urls
from serving import Product

CLIENTS = 32
AGAIN_AFTER_S = 0.25
READY_WITHIN_S = 2.0  # the bar for a machine at rest; the soak prints what it was


@dataclass
class Storm:
    """`answered` holds the ids that clients were told, by what they called the task."""

    product: Product
    key: str
    least_each: int
    over: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, str] = field(default_factory=dict[str, str])
    again: int = 0

    def client(self, number: int) -> None:
        with httpx.Client(base_url=self.product.url, auth=(self.key, ""), timeout=10) as http:
            for name in self._names(number):
                self.answered[name] = self._create(http, name, by_key=number % 2 == 1)

    def _names(self, number: int) -> Iterator[str]:
        made = 0
        while not self.over.is_set() or made < self.least_each:
            yield f"storm-{number}-{made}"
            made += 1

    def _create(self, http: httpx.Client, name: str, *, by_key: bool) -> str:
        """The id of the task of that name, created however often it has to be sent."""
        body = {"attachment": "https://data.example/1.jpg", "geometries": {"box": {}}}
        headers = {"Idempotency-Key": name} if by_key else {}
        for _ in range(1000):
            try:
                reply = http.post(
                    "/v1/task/imageannotation", json={**body, "unique_id": name}, headers=headers
                )
            except httpx.TransportError:
                reply = None
            if reply is not None and reply.status_code == HTTPStatus.OK:
                return str(reply.json()["task_id"])
            if reply is not None and reply.status_code == HTTPStatus.CONFLICT and not by_key:
                return self._found(http, name)  # the answer before this one was lost
            assert reply is None or reply.status_code in (429, 503), reply.text
            self.again += 1
            time.sleep(AGAIN_AFTER_S)
        raise AssertionError(name)

    def _found(self, http: httpx.Client, name: str) -> str:
        for _ in range(1000):
            try:
                reply = http.get("/v1/tasks", params={"unique_id": name})
            except httpx.TransportError:
                time.sleep(AGAIN_AFTER_S)
                continue
            if reply.status_code == HTTPStatus.OK:
                (task,) = reply.json()["docs"]
                return str(task["task_id"])
        raise AssertionError(name)


@pytest.mark.parametrize(
    ("kills", "creations", "whole_tree"),
    [
        (2, 200, True),
        pytest.param(100, 5000, False, marks=pytest.mark.soak, id="storm-alone"),
        pytest.param(100, 5000, True, marks=pytest.mark.soak, id="storm-tree"),
    ],
)
def test_creations_under_kills_are_there_once(
    kills: int, creations: int, *, whole_tree: bool, tmp_path: Path
) -> None:
    product = Product(tmp_path / "data")
    ready_after_s: list[float] = []
    chance = random.Random(5)  # noqa: S311 - when to kill
    try:
        product.start()
        storm = Storm(product, product.key(), creations // CLIENTS + 1)
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(storm.client, number) for number in range(CLIENTS)]
            try:
                for _ in range(kills):
                    time.sleep(chance.uniform(0.2, 0.8))
                    (product.kill_tree if whole_tree else product.kill_alone)()
                    ready_after_s.append(product.start())
            finally:
                storm.over.set()
            for client in clients:
                client.result()
        check(storm)
    finally:
        product.stop()
    p95_s = sorted(ready_after_s)[math.ceil(0.95 * len(ready_after_s)) - 1]
    print(  # noqa: T201 - the soak's figures
        f"{len(storm.answered)} created, {storm.again} sent again, {kills} kills,"
        f" ready after {statistics.median(ready_after_s):.2f} s, p95 {p95_s:.2f} s"
        f" (bar {READY_WITHIN_S} s)"
    )


def check(storm: Storm) -> None:
    urls = running_urls(storm.product.data / "postgres")
    assert urls is not None
    with psycopg.connect(urls[0]) as db:
        kept = dict(db.execute("SELECT unique_id, task_id FROM task").fetchall())
        events = db.execute(
            "SELECT count(*), count(DISTINCT task_id) FROM task_event WHERE seq = 1"
        ).fetchone()
        moves = db.execute("SELECT count(*) FROM task_event").fetchone()
    assert kept == storm.answered  # nothing lost, nothing besides, no name twice
    assert len(set(kept.values())) == len(kept)
    assert events == (len(kept), len(kept))
    assert moves == (len(kept),)
