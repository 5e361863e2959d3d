"""Delivery by real workers to real receivers that fail in every way."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from callback_tasks import answered_task, deliveries, task_row, work_until

from databases import Urls
from groundplane.callbacks import operations
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant
from loopback import Site, drip, hang, reply, reset

WORKER = Path(__file__).with_name("callback_worker.py")


async def test_failures_of_every_kind_end_in_a_delivery(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/5xx", reply(502), reply(200))
    receiver.page("/reset", reset, reply(200))
    receiver.page("/drip", drip)  # 200 and then 10 GB, byte by byte: the status counts
    task_ids = [
        await answered_task(context, tenant, receiver.url(path))
        for path in ("/5xx", "/reset", "/drip")
    ]
    start_s = time.monotonic()

    async def all_delivered() -> bool:
        rows = [await task_row(context, tenant, task_id) for task_id in task_ids]
        return all(row.callback_succeeded for row in rows)

    await work_until(context, all_delivered)
    assert time.monotonic() - start_s < 25
    statuses = {
        task_id: [attempt.status for attempt in delivery.attempts]
        for task_id in task_ids
        for delivery in await deliveries(context, tenant, task_id)
    }
    assert list(statuses.values()) == [[502, 200], [None, 200], [200]]


async def test_a_receiver_that_hangs_delays_nobody_else(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    """`localhost` is another host than 127.0.0.1 to the lanes, though the same receiver."""
    running, most_running = 0, 0

    async def hanging(writer: asyncio.StreamWriter) -> None:
        nonlocal running, most_running
        running += 1
        most_running = max(most_running, running)
        await hang(writer)

    receiver.page("/hang", hanging)
    receiver.page("/quick", reply(200))
    for _ in range(30):
        await answered_task(context, tenant, receiver.url("/hang"))
    quick = f"http://localhost:{receiver.port}/quick"
    task_ids = [await answered_task(context, tenant, quick) for _ in range(5)]

    async def quick_delivered() -> bool:
        rows = [await task_row(context, tenant, task_id) for task_id in task_ids]
        return all(row.callback_succeeded for row in rows)

    start_s = time.monotonic()
    await work_until(context, quick_delivered)
    assert time.monotonic() - start_s < 10
    assert 0 < most_running <= operations.MOST_PER_ENDPOINT


async def test_a_worker_killed_between_post_and_settle_delivers_again_under_the_same_id(
    context: Context, tenant: Tenant, receiver: Site, database_urls: Urls, tmp_path: Path
) -> None:
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, str(WORKER), database_urls.app, str(tmp_path)),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    async def kill_then_answer(writer: asyncio.StreamWriter) -> None:
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        await reply(200)(writer)

    receiver.page("/hook", kill_then_answer, reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    async with asyncio.timeout(30):
        assert await worker.wait() == -signal.SIGKILL
    assert (await task_row(context, tenant, task_id)).callback_succeeded is None

    async def delivered() -> bool:
        return (await task_row(context, tenant, task_id)).callback_succeeded is True

    await work_until(context, delivered)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert [attempt.attempt for attempt in delivery.attempts] == [1]
    assert [seen.headers["webhook-id"] for seen in receiver.seen] == [delivery.delivery_id] * 2
    assert receiver.seen[0].body == receiver.seen[1].body
