"""One running product, one customer whose files and hooks misbehave, and how refusals must look."""

import asyncio
import base64
import hashlib
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import LiteralString

import httpx
import msgspec
import psycopg
import scaleapi

from groundplane.storage.embedded import running_urls
from loopback import Site, reply, running_site
from serving import Product, wait_until

WITHIN_S = 90.0
CREATE = "/v1/task/lidarannotation"
FRAME = {
    "device_position": {"x": 0.0, "y": 0.0, "z": 1.8},
    "points": [{"x": 9.0 + x, "y": 5.0, "z": 1.0, "i": 0.5} for x in range(3)],
}
# What tells a stranger how we are built, or where.
INTERNALS = re.compile(
    r"Traceback|SELECT |INSERT |UPDATE |relation \"|psycopg|msgspec|litestar|uvicorn|\.py\b"
    r"|site-packages|/tmp/|/home/|/src/|postgres|errno|Errno|<class|object at 0x",
)


@dataclass
class World:
    """`product` allows 127.0.0.1 and nothing else that is private; `site` is the customer's."""

    product: Product
    site: Site
    live_key: str
    test_key: str
    live: httpx.Client  # with that key, as the other
    test: httpx.Client
    manager: httpx.Client  # signed in
    printed_token: str  # of the link that the first start printed, and that `manager` spent

    def client(self, key: str | None = None) -> scaleapi.ScaleClient:
        return scaleapi.ScaleClient(key or self.live_key, api_instance_url=f"{self.product.url}/v1")

    def authorization(self, key: str | None = None) -> str:
        return "Basic " + base64.b64encode(f"{key or self.live_key}:".encode()).decode()

    def publish(self, name: str, frame: object) -> str:
        """Bytes are served as they are, anything else as JSON; the address."""
        content = frame if isinstance(frame, bytes) else msgspec.json.encode(frame)
        self.site.page(f"/{name}", reply(200, content))
        return self.site.url(f"/{name}")

    def create(self, attachments: Sequence[str], **more: object) -> str:
        body = {"attachments": list(attachments), "labels": ["Car"], **more}
        answer = self.live.post(CREATE, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["task_id"]

    def task(self, task_id: str) -> dict[str, object]:
        return self.live.get(f"/v1/task/{task_id}").raise_for_status().json()

    def state(self, task_id: str) -> str:
        return self.manager.get(f"/app/tasks/{task_id}").raise_for_status().json()["state"]

    def settled(self, task_id: str, *, before: Sequence[str] = ("created", "ingesting")) -> str:
        """The task's state once it is none of `before`."""
        deadline = time.monotonic() + WITHIN_S
        while (state := self.state(task_id)) in before:
            assert time.monotonic() < deadline, f"{task_id} is {state} after {WITHIN_S} s"
            time.sleep(0.1)
        return state

    def error_of(self, task_id: str) -> dict[str, object]:
        """The response of a task that ended in error; it tells nothing of the inside."""
        assert self.settled(task_id) == "error"
        task = self.task(task_id)
        assert task["status"] == "error"
        response = task["response"]
        assert isinstance(response, dict)
        assert_no_internals(json.dumps(response))
        return response

    def ready(self, **more: object) -> str:
        task_id = self.create([self.publish("good.json", FRAME)], **more)
        assert self.settled(task_id) == "ready"
        return task_id

    @staticmethod
    def wait_for(is_true: Callable[[], bool], what: str) -> None:
        wait_until(is_true, WITHIN_S, what)

    def callbacks(self, path: str) -> list[dict[str, str]]:
        """The headers of what was heard at a path, in order."""
        return [one.headers for one in list(self.site.seen) if one.path == path]

    def key_of_another_account(self) -> str:
        key = "live_" + "0123456789" * 4
        with self._database() as db:
            db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'Other')", ["d0" * 12])
            db.execute(
                "INSERT INTO api_key (account_id, mode, key_id, key_hash, prefix, last4)"
                " VALUES (%s, 'live', %s, %s, 'live_', '6789')",
                ["d0" * 12, "d1" * 12, hashlib.sha256(key.encode()).digest()],
            )
        return key

    def _database(self) -> psycopg.Connection:
        """With the owner's eyes, who sees every account."""
        urls = running_urls(self.product.data / "postgres")
        assert urls is not None
        return psycopg.connect(urls[0])

    def count(self, table: LiteralString, task_id: str) -> int:
        with self._database() as db:
            statement = "SELECT count(*) FROM " + table + " WHERE task_id = %s"  # noqa: S608  # names of the tests
            row = db.execute(statement, [task_id]).fetchone()
        assert row is not None
        return row[0]


def assert_no_internals(text: str) -> None:
    found = INTERNALS.search(text)
    assert found is None, f"{found and found.group()!r} in {text}"


def refusal(answer: httpx.Response, status: int) -> str:
    """The sentence of an error, whose body is exactly the documented one."""
    assert answer.status_code == status, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    body = answer.json()
    assert set(body) == {"status_code", "error"}
    assert body["status_code"] == status
    assert body["error"].strip()
    assert_no_internals(answer.text)
    return body["error"]


@contextmanager
def site_in_a_thread() -> Generator[Site]:
    """The customer's server, in an event loop of its own."""
    started: list[tuple[Site, asyncio.AbstractEventLoop, asyncio.Event]] = []
    is_up = threading.Event()

    async def serve() -> None:
        async with running_site() as site:
            stop = asyncio.Event()
            started.append((site, asyncio.get_running_loop(), stop))
            is_up.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert is_up.wait(20)
    site, loop, stop = started[0]
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


# What a labeler's browser sends ------------------------------------------------------------

PERSON = {"source": "person"}


def change(object_id: str, part: str, after: object, **more: object) -> dict[str, object]:
    return {"object_id": object_id, "part": part, "base": None, "before": None, "after": after} | (
        more
    )


def car(label: str = "Car", **more: object) -> dict[str, object]:
    return {
        "kind": "cuboid",
        "space": "world",
        "label": label,
        "stationary": True,
        "parent_id": None,
        "provenance": PERSON,
    } | more


def pose(x: object = 10.0, **more: object) -> dict[str, object]:
    return {
        "geometry": "cuboid",
        "centre_m": [x, 5.0, 1.0],
        "size_m": [4.0, 2.0, 2.0],
        "rotation_wxyz": [1.0, 0.0, 0.0, 0.0],
        "camera_used": None,
        "provenance": PERSON,
    } | more


def transaction(*changes: dict[str, object]) -> dict[str, object]:
    at = "2026-01-02T03:04:05.678Z"
    return {"op_id": str(uuid.uuid4()), "at": at, "active_ms": 900, "changes": list(changes)}


def placed(x: float = 10.0) -> dict[str, object]:
    """A car with one pose, in one transaction."""
    object_id = str(uuid.uuid4())
    return transaction(change(object_id, "object", car()), change(object_id, "key/0", pose(x)))


@dataclass
class Window:
    """One browser window on one task; `client_id` tells it from the person's other windows."""

    http: httpx.Client
    task_id: str
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    lease: dict[str, object] = field(default_factory=dict[str, object])

    def post(self, what: str, **body: object) -> httpx.Response:
        return self.http.post(f"/app/tasks/{self.task_id}/{what}", json=body)

    def claim(self, *, take_over: bool = False) -> httpx.Response:
        answer = self.post("claim", client_id=self.client_id, take_over=take_over)
        if answer.status_code == 200:
            self.lease = {name: answer.json()[name] for name in ("lease_id", "fence")}
        return answer

    def send(self, *transactions: dict[str, object]) -> httpx.Response:
        return self.post("transactions", **self.lease, transactions=list(transactions))

    def submit(self, seq: int) -> httpx.Response:
        return self.post("submit", **self.lease, seq=seq)

    def document(self) -> dict[str, object]:
        """The parts that the server holds by (object, part), with the number they are of."""
        work = self.http.get(f"/app/tasks/{self.task_id}/work").raise_for_status().json()
        parts = {f"{p['object_id']}/{p['part']}": p["value"] for p in work["parts"]}
        return {"seq": work["seq"], "parts": parts}
