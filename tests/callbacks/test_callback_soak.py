"""Thousands of callbacks under receivers' faults and killed workers all arrive (T10)."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from callback_tasks import ANSWER, PARAMS, said
from callback_worker import CONCURRENCY, PATIENT

from databases import Urls
from groundplane.callbacks import jobs
from groundplane.jobs.context import Context
from groundplane.jobs.running import run_worker
from groundplane.storage.database import Tenant, execute, many, scalar
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from loopback import Answer, Site, hang, reply, reset, running_site

WORKER = Path(__file__).with_name("callback_worker.py")
RECEIVERS = 8  # each an endpoint of its own, four attempts at a time
TIMEOUT_S = 2.0
SLOW_S = 0.2
# A reply to a worker that dies is lost if it was on its way then, or waiting to be written down.
AROUND_A_KILL_S = (1.0, SLOW_S + 0.2)


@dataclass(frozen=True, slots=True)
class TaskRow:
    task_id: str
    callback_succeeded: bool | None
    delivery_id: UUID
    state: str


@dataclass
class Receivers:
    """30 % 5xx, 10 % hang, 10 % reset, 10 % slow; `received` are the moments of each 2xx."""

    sites: list[Site]
    chance: random.Random
    received: dict[str, list[float]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter[str])

    def address(self, number: int) -> str:
        site, path = self.sites[number % len(self.sites)], f"/{number}"

        async def answer(writer: asyncio.StreamWriter) -> None:
            kind, then = self._kind()
            self.kinds[kind] += 1
            if kind == "slow":
                await asyncio.sleep(SLOW_S)
            if kind in ("slow", "ok"):
                self.received.setdefault(path, []).append(time.monotonic())
            await then(writer)

        site.page(path, answer)
        return site.url(path)

    def _kind(self) -> tuple[str, Answer]:
        kinds = {"5xx": (0.3, reply(503)), "hang": (0.1, hang), "reset": (0.1, reset)}
        left = self.chance.random()
        for kind, (share, answer) in kinds.items():
            left -= share
            if left < 0:
                return kind, answer
        return "slow" if left < 0.1 else "ok", reply(200)


@dataclass
class Killer:
    """One delivery worker, killed every one to three seconds and started again.

    After `most` kills it is left alone.
    """

    command: list[str]
    chance: random.Random
    most: int
    kills: list[float] = field(default_factory=list[float])

    async def run(self) -> None:
        while True:
            worker = await asyncio.create_subprocess_exec(
                *self.command,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            assert worker.stdout is not None
            try:
                await worker.stdout.readline()  # it works now
                await asyncio.sleep(
                    self.chance.uniform(1, 3) if len(self.kills) < self.most else 3600
                )
                self.kills.append(time.monotonic())
            finally:
                worker.send_signal(signal.SIGKILL)
                await worker.wait()


async def create(context: Context, tenant: Tenant, urls: list[str]) -> list[str]:
    """Completed tasks, many in a transaction."""
    task_ids: list[str] = []
    for start in range(0, len(urls), 200):
        async with context.database.transaction(tenant) as db:
            for url in urls[start : start + 200]:
                order = tasks.read_order(LIDAR_ANNOTATION, {**PARAMS, "callback_url": url})
                task_id = (await tasks.create(db, tenant, order)).task_id
                await tasks.move(
                    db, tenant, task_id, State.CREATED, Event.ANSWERED, response=ANSWER
                )
                task_ids.append(task_id)
    return task_ids


async def let_time_fly(context: Context, tenant: Tenant) -> bool:
    """Whatever waits for a moment has it now; whether anything is still to be delivered."""
    async with context.database.transaction(tenant) as db:
        await execute(
            db,
            """UPDATE callback_delivery SET next_attempt_at = now()
               WHERE state = 'pending' AND NOT held AND next_attempt_at > now()""",
        )
        await execute(
            db, "UPDATE callback_endpoint SET open_until = now() WHERE open_until > now()"
        )
        unsettled = await scalar(
            db,
            """SELECT (SELECT count(*) FROM task_event WHERE NOT noticed)
                    + (SELECT count(*) FROM callback_delivery WHERE state = 'pending')""",
        )
    await jobs.wake(context)
    await jobs.probe(context)
    return unsettled > 0


@asynccontextmanager
async def housekeeping(context: Context) -> AsyncGenerator[None]:
    """As the product has it, in a process that is not killed."""
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(
            *(context, jobs.JOBS, jobs.PERIODIC),
            queues=["housekeeping"],
            concurrency=2,
            stop=stop,
            timing=PATIENT,
        )
    )
    yield
    stop.set()
    await worker


@pytest.mark.parametrize(
    ("count", "most_kills", "within_s"),
    [
        (40, 2, 60),
        pytest.param(5000, 1000, 580, marks=[pytest.mark.soak, pytest.mark.timeout(900)]),
    ],
)
async def test_every_callback_arrives_whatever_receivers_and_kills_do(
    context: Context,
    tenant: Tenant,
    database_urls: Urls,
    tmp_path: Path,
    *,
    count: int,
    most_kills: int,
    within_s: int,
) -> None:
    chance = random.Random(10)  # noqa: S311 - which fault, and when to kill
    command = [sys.executable, str(WORKER), database_urls.app, str(tmp_path), str(TIMEOUT_S)]
    killer = Killer(command, chance, most_kills)
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(running_site()) for _ in range(RECEIVERS)]
        receivers = Receivers(sites, chance)
        task_ids = await create(context, tenant, [receivers.address(n) for n in range(count)])
        start_s = time.monotonic()
        await stack.enter_async_context(housekeeping(context))
        killing = asyncio.create_task(killer.run())
        try:
            async with asyncio.timeout(within_s):
                while await let_time_fly(context, tenant):  # noqa: ASYNC110 it is rows that change
                    await asyncio.sleep(0.3)
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        took_s = time.monotonic() - start_s
    extra = await check(context, tenant, task_ids, receivers)
    unexplained = [moment for moment in extra if not near_a_kill(moment, killer.kills)]
    asked = sum(receivers.kinds.values())
    print(  # noqa: T201 - the soak's figures
        f"{count} delivered in {took_s:.0f} s by {asked} requests {dict(receivers.kinds)}, "
        f"{len(killer.kills)} kills, {len(extra)} delivered again"
    )
    assert killer.kills
    assert unexplained == []
    assert len(extra) <= len(killer.kills) * CONCURRENCY


async def check(
    context: Context, tenant: Tenant, task_ids: list[str], receivers: Receivers
) -> list[float]:
    """Each task's one event arrived under one id; the moments of 2xx that were not the last."""
    async with context.database.transaction(tenant) as db:
        rows = await many(
            db,
            TaskRow,
            """SELECT t.task_id, t.callback_succeeded, d.delivery_id, d.state::text
               FROM task t JOIN callback_delivery d USING (account_id, mode, task_id)""",
        )
    assert Counter(row.task_id for row in rows) == Counter(task_ids)
    assert {(row.state, row.callback_succeeded) for row in rows} == {("delivered", True)}
    assert set(receivers.received) == {f"/{number}" for number in range(len(task_ids))}
    ids = {row.task_id: str(row.delivery_id) for row in rows}
    for site in receivers.sites:
        for seen in site.seen:
            assert seen.headers["webhook-id"] == ids[said(seen)["task_id"]]
    return [moment for moments in receivers.received.values() for moment in moments[:-1]]


def near_a_kill(moment: float, kills: list[float]) -> bool:
    before_s, after_s = AROUND_A_KILL_S
    return any(kill - before_s <= moment <= kill + after_s for kill in kills)
