"""What is going on when the server is killed: five kinds of work, each keeping its promises."""

import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from serving import Customer, Product, wait_until

FRAMES = 3
PERSON = {"source": "person"}


def publish_frames(customer: Customer) -> list[str]:
    """A small scene in the customer's bucket: 500 points a frame, 30 of them in the box."""
    chance = random.Random(5)  # noqa: S311 - a scene, not a secret
    urls: list[str] = []
    for index in range(FRAMES):
        far = [(chance.uniform(20, 60), chance.uniform(-30, 30), 0.0) for _ in range(470)]
        near = [(10 + chance.uniform(-1.9, 1.9), 5.0, 1.0) for _ in range(30)]
        points = [{"x": x, "y": y, "z": z, "i": 0.5} for x, y, z in near + far]
        frame = {"device_position": {"x": 0.0, "y": 0.0, "z": 1.8}, "points": points}
        customer.files[f"/frame-{index}.json"] = json.dumps(frame).encode()
        urls.append(f"{customer.url}/frame-{index}.json")
    return urls


def car(x: float) -> list[dict[str, object]]:
    box = {
        "kind": "cuboid",
        "space": "world",
        "label": "Car",
        "stationary": True,
        "parent_id": None,
        "provenance": PERSON,
    }
    pose = {
        "geometry": "cuboid",
        "centre_m": [x, 5.0, 1.0],
        "size_m": [4.0, 2.0, 2.0],
        "rotation_wxyz": [1.0, 0.0, 0.0, 0.0],
        "camera_used": None,
        "provenance": PERSON,
    }
    object_id = str(uuid.uuid4())
    return [
        {"object_id": object_id, "part": part, "base": None, "before": None, "after": after}
        for part, after in (("object", box), ("key/0", pose))
    ]


@dataclass
class Promises:
    """What the server has acknowledged, and must therefore still hold after any kill."""

    tasks: dict[str, str] = field(default_factory=dict[str, str])  # unique_id → task_id
    ingesting: list[str] = field(default_factory=list[str])
    edits: dict[str, set[str]] = field(default_factory=dict[str, set[str]])  # task → op_ids
    submitted: list[str] = field(default_factory=list[str])
    fixed: list[str] = field(default_factory=list[str])


@dataclass
class Work:
    """Clients that go on through kills: what is not acknowledged is sent again."""

    product: Product
    customer: Customer
    key: str
    person: httpx.Client
    frames: list[str]
    promises: Promises = field(default_factory=Promises)

    def create(self, unique_id: str, *, labels: Sequence[str] = ("Car",)) -> str:
        """Until the server says yes. A 409 names the task that an unanswered request made."""
        body = {
            "attachments": self.frames,
            "labels": list(labels),
            "unique_id": unique_id,
            "callback_url": f"{self.customer.url}/done",
        }

        def send() -> httpx.Response:
            return httpx.post(
                f"{self.product.url}/v1/task/lidarannotation",
                json=body,
                auth=(self.key, ""),
                timeout=10,
            )

        answer = again_until_answered(send)
        if answer.status_code == 409:
            task_id = answer.json()["error"].rpartition("(")[2].rstrip(").")
        else:
            assert answer.status_code == 200, answer.text
            task_id = answer.json()["task_id"]
        self.promises.tasks[unique_id] = task_id
        return task_id

    def state(self, task_id: str) -> str:
        return self.person.get(f"/app/tasks/{task_id}").raise_for_status().json()["state"]

    def wait_ready(self, task_id: str) -> None:
        wait_until(lambda: self.state(task_id) == "ready", 60, f"{task_id} is ready")

    def claim(self, task_id: str) -> dict[str, object]:
        claim = {"client_id": str(uuid.uuid4()), "take_over": True}
        answer = again_until_answered(
            lambda: self.person.post(f"/app/tasks/{task_id}/claim", json=claim)
        )
        lease = answer.raise_for_status().json()
        return {"lease_id": lease["lease_id"], "fence": lease["fence"]}

    def edit(self, task_id: str, lease: dict[str, object], x: float) -> int:
        """One cuboid, until it is acknowledged; the document's sequence number then."""
        op_id = str(uuid.uuid4())
        at = "2026-01-01T00:00:00.000Z"
        sent = {"op_id": op_id, "at": at, "active_ms": 900, "changes": car(x)}
        answer = again_until_answered(
            lambda: self.person.post(
                f"/app/tasks/{task_id}/transactions", json={**lease, "transactions": [sent]}
            )
        )
        (result,) = answer.raise_for_status().json()["results"]
        assert result["outcome"] == "accepted", result
        self.promises.edits.setdefault(task_id, set()).add(op_id)
        return answer.json()["seq"]

    def submit(self, task_id: str, lease: dict[str, object], seq: int) -> None:
        """Until it is acknowledged; a 409 after a lost answer says that it was submitted."""
        answer = again_until_answered(
            lambda: self.person.post(f"/app/tasks/{task_id}/submit", json={**lease, "seq": seq})
        )
        assert answer.status_code == 200 or "submitted" in answer.text, answer.text
        self.promises.submitted.append(task_id)

    def fix(self, task_id: str) -> None:
        """Add a cuboid to delivered labels and hand them in, each step until it is acknowledged.

        After a lost answer a step is refused, because it is done.
        """
        begun = self.fix_step(task_id, "fix", {})
        assert begun.status_code == 200 or "is fixing" in begun.text, begun.text
        lease = self.claim(task_id)
        seq = self.edit(task_id, lease, 30.0)
        handed_in = self.fix_step(task_id, "fix/hand-in", {**lease, "seq": seq})
        assert handed_in.status_code == 200 or "handed in" in handed_in.text, handed_in.text
        self.promises.submitted.remove(task_id)
        self.promises.fixed.append(task_id)

    def fix_step(self, task_id: str, step: str, body: dict[str, object]) -> httpx.Response:
        return again_until_answered(
            lambda: self.person.post(f"/app/tasks/{task_id}/{step}", json=body)
        )


def again_until_answered(
    send: Callable[[], httpx.Response], within_s: float = 90
) -> httpx.Response:
    """Connections that break and 5xx are sent again: the server is being killed."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            answer = send()
            if answer.status_code < 500:
                return answer
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.05)


class Background:
    """Work in a thread, whose failure is the test's."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._failure: BaseException | None = None

        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised in `join`
                self._failure = error

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        if self._failure is not None:
            raise self._failure
