"""SIGKILL in the middle of everything: nothing acknowledged is lost, all goes on by itself.

Half of the kills hit `serve` alone (the kernel takes its tree along), half the whole tree with
PostgreSQL. Each kind of work is hit in turn. The short form has one kill of each kind of work.
"""

import json
import logging
import random
import time
import uuid
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from kill_work import FRAMES, Background, Promises, Work, publish_frames

from serving import Product, customer, wait_until

PHASES = ("creation", "ingest", "editing", "delivery", "fixing")
log = logging.getLogger(__name__)


@pytest.mark.parametrize("kills", [5, pytest.param(20, marks=pytest.mark.soak)])
def test_kills_lose_nothing(kills: int, tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    with customer() as service, ExitStack() as cleanup:
        try:
            product.start()
            person = cleanup.enter_context(closing(product.signed_in()))
            work = Work(product, service, product.key(), person, publish_frames(service))
            chance = random.Random(11)  # noqa: S311 - when to kill
            hits: Counter[tuple[str, str]] = Counter()
            for number in range(kills):
                phase = PHASES[number % 5]
                whole_tree = (number + number // 5) % 2 == 1
                hits[phase, "tree" if whole_tree else "alone"] += 1
                hit(work, phase, chance, whole_tree=whole_tree)
                check_promises(work)
            log.info("kills: %s", dict(hits))
            print("kills:", dict(hits))  # noqa: T201 - the soak's figures
            check_delivered(work)
            check_fixed(work)
        finally:
            product.stop()


def hit(work: Work, phase: str, chance: random.Random, *, whole_tree: bool) -> None:
    """Kill the server in the middle of `phase`, start it again, let the work finish."""
    work.customer.slow_s = 0.15 if phase in ("ingest", "delivery") else 0.0
    begun = {
        "creation": creating,
        "ingest": ingesting,
        "editing": editing,
        "delivery": delivering,
        "fixing": fixing,
    }
    going_on = begun[phase](work)
    time.sleep(chance.uniform(0.02, 0.5))
    gone_after_s = work.product.kill_tree() if whole_tree else work.product.kill_alone()
    assert gone_after_s < 5
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{work.product.url}/healthz", timeout=2)
    ready_after_s = work.product.start()
    log.info("%s: gone after %.2f s, ready after %.2f s", phase, gone_after_s, ready_after_s)
    going_on.join()
    work.customer.slow_s = 0.0


def creating(work: Work) -> Background:
    def run() -> None:
        for _ in range(12):
            work.create(str(uuid.uuid4()))

    return Background(run)


def ingesting(work: Work) -> Background:
    task_id = work.create(str(uuid.uuid4()))
    wait_until(lambda: work.state(task_id) == "ingesting", 60, "the task is being ingested")
    return Background(lambda: None)


def editing(work: Work) -> Background:
    task_id, lease = ready_and_claimed(work)

    def run() -> None:
        for number in range(40):
            work.edit(task_id, lease, 10.0 + number)

    return Background(run)


def delivering(work: Work) -> Background:
    task_id, lease = ready_and_claimed(work)
    seq = work.edit(task_id, lease, 10.0)
    work.submit(task_id, lease, seq)
    return Background(lambda: None)


def fixing(work: Work) -> Background:
    """Of what was delivered before."""
    task_id = work.promises.submitted[-1]
    wait_until(lambda: work.state(task_id) == "completed", 60, "the task is delivered")
    return Background(lambda: work.fix(task_id))


def ready_and_claimed(work: Work) -> tuple[str, dict[str, object]]:
    slow_s, work.customer.slow_s = work.customer.slow_s, 0.0
    task_id = work.create(str(uuid.uuid4()))
    work.wait_ready(task_id)
    lease = work.claim(task_id)
    work.customer.slow_s = slow_s
    return task_id, lease


def check_promises(work: Work) -> None:
    """Every acknowledged task exists once and becomes ready; every acknowledged edit is logged."""
    promises: Promises = work.promises
    for unique_id, task_id in promises.tasks.items():
        found = httpx.get(
            f"{work.product.url}/v1/tasks",
            params={"unique_id": unique_id},
            auth=(work.key, ""),
            timeout=20,
        ).json()
        assert [doc["task_id"] for doc in found["docs"]] == [task_id]
    wait_until(lambda: not unsettled(work), 120, "all tasks have come in")
    for task_id, op_ids in promises.edits.items():
        news = work.person.get(f"/app/tasks/{task_id}/transactions", params={"after": 0})
        logged = [one["op_id"] for one in news.raise_for_status().json()["transactions"]]
        assert op_ids == set(logged)
        assert len(logged) == len(set(logged))


def unsettled(work: Work) -> list[str]:
    return [
        task_id
        for task_id in work.promises.tasks.values()
        if work.state(task_id) in ("created", "ingesting")
    ]


def check_delivered(work: Work) -> None:
    """Every submitted task is completed, its answer is what was drawn, its callback was heard."""
    for task_id in work.promises.submitted:
        wait_until(lambda: work.state(task_id) == "completed", 60, f"{task_id} is delivered")  # noqa: B023 - awaited here
        task = httpx.get(f"{work.product.url}/v1/task/{task_id}", auth=(work.key, "")).json()
        answer = httpx.get(task["response"]["annotations"]["url"]).json()
        assert len(answer) == FRAMES
        for frame in answer:
            (shown,) = frame["cuboids"]
            assert shown["position"] == {"x": 10.0, "y": 5.0, "z": 1.0}
            assert shown["numberOfPoints"] == 30
        wait_until(lambda: bool(heard(work, task_id)), 60, f"{task_id} was called back")  # noqa: B023 - awaited here
        bodies = heard(work, task_id)
        assert {body["status"] for body in bodies} == {"completed"}
        assert all(body["response"] == task["response"] for body in bodies)


def check_fixed(work: Work) -> None:
    """The answer is the fixed one, the one before it is kept, and the last callback tells both."""
    for task_id in work.promises.fixed:
        url = f"{work.product.url}/v1/task/{task_id}"

        def is_told(url: str = url, task_id: str = task_id) -> bool:
            task = httpx.get(url, auth=(work.key, "")).json()
            bodies = heard(work, task_id)
            told = bodies and bodies[-1]["response"] == task["response"]
            return bool(task["prior_responses"]) and bool(told)

        wait_until(is_told, 60, f"{task_id} was called back with what was fixed")
        task = httpx.get(url, auth=(work.key, "")).json()
        (before,) = task["prior_responses"]
        for response, xs in ((before, [10.0]), (task["response"], [10.0, 30.0])):
            for frame in httpx.get(response["annotations"]["url"]).json():
                assert sorted(one["position"]["x"] for one in frame["cuboids"]) == xs


def heard(work: Work, task_id: str) -> list[dict[str, object]]:
    bodies = [json.loads(one.body) for one in work.customer.heard]
    return [body for body in bodies if body["task_id"] == task_id]
