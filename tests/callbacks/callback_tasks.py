"""Tasks with a callback, and what their receivers and their rows say."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from groundplane.callbacks import jobs, operations
from groundplane.callbacks.model import DeliveryView
from groundplane.jobs.context import Context
from groundplane.jobs.running import Timing, run_worker
from groundplane.storage.database import Tenant, execute, many, scalar
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.wire.values import JSON
from loopback import Seen

QUICK = Timing(heartbeat_s=0.1, stalled_after_s=0.5, reap_every_s=0.2, poll_every_s=0.1, grace_s=1)
ANSWER: dict[str, JSON] = {"annotations": {"url": "https://results.example/7a0c"}}
PARAMS: dict[str, JSON] = {
    "attachment_type": "json",
    "attachments": ["https://data.example/frame-0.json"],
    "labels": ["Car"],
    "meters_per_unit": 1,
    "max_distance_meters": 30,
    "instruction": "Label all cars.",
}


@dataclass(frozen=True, slots=True)
class Enqueued:
    args: dict[str, Any]
    lock: str


async def make_task(context: Context, tenant: Tenant, callback_url: str | None) -> str:
    given = PARAMS if callback_url is None else {**PARAMS, "callback_url": callback_url}
    async with context.database.transaction(tenant) as db:
        order = tasks.read_order(LIDAR_ANNOTATION, given)
        return (await tasks.create(db, tenant, order)).task_id


async def move(
    context: Context, tenant: Tenant, task_id: str, state: State, event: Event, **response: object
) -> None:
    async with context.database.transaction(tenant) as db:
        await tasks.move(db, tenant, task_id, state, event, response=response or None)  # type: ignore[arg-type] # JSON


async def answered_task(context: Context, tenant: Tenant, callback_url: str | None) -> str:
    """A task that was completed at once."""
    task_id = await make_task(context, tenant, callback_url)
    await move(context, tenant, task_id, State.CREATED, Event.ANSWERED, **ANSWER)
    return task_id


async def task_row(context: Context, tenant: Tenant, task_id: str) -> TaskRow:
    async with context.database.transaction(tenant) as db:
        return await tasks.get(db, tenant, task_id)


async def deliveries(context: Context, tenant: Tenant, task_id: str) -> list[DeliveryView]:
    async with context.database.transaction(tenant) as db:
        return await operations.of_task(db, tenant, task_id)


async def enqueued(context: Context) -> list[Enqueued]:
    async with context.database.transaction() as db:
        return await many(
            db,
            Enqueued,
            """SELECT args, lock FROM procrastinate_jobs
               WHERE task_name = 'callbacks.attempt' AND status = 'todo' ORDER BY id""",
        )


async def run_enqueued(context: Context) -> int:
    """Run the enqueued attempts here and now, one after the other, without a worker."""
    jobs_of_now = await enqueued(context)
    async with context.database.transaction() as db:
        await execute(db, "DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    for job in jobs_of_now:
        await jobs.attempt(context, **job.args)
    return len(jobs_of_now)


async def make_due(context: Context, tenant: Tenant) -> None:
    """Let the time until the next attempts pass."""
    async with context.database.transaction(tenant) as db:
        await execute(
            db,
            """UPDATE callback_delivery SET next_attempt_at = now()
               WHERE state = 'pending' AND next_attempt_at IS NOT NULL""",
        )


async def unnoticed(context: Context) -> int:
    async with context.database.transaction() as db:
        return await scalar(db, "SELECT count(*) FROM unnoticed_task_events(1000)")


async def work_until(context: Context, condition: Callable[[], Awaitable[bool]]) -> None:
    """Serve callbacks and housekeeping as the product does, until the condition holds."""
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(
            context,
            jobs.JOBS,
            jobs.PERIODIC,
            queues=["callbacks", "housekeeping"],
            concurrency=16,
            stop=stop,
            timing=QUICK,
        )
    )
    try:
        async with asyncio.timeout(30):
            while not await condition():  # noqa: ASYNC110 it is rows that change
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await worker


def is_authentic(secret: str, headers: Mapping[str, str], body: bytes, now_s: float) -> bool:
    """What Standard Webhooks tells a receiver to do."""
    if abs(now_s - int(headers["webhook-timestamp"])) > 300:
        return False
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret[len("whsec_") :]), signed, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    return wanted in headers["webhook-signature"].split(" ")


def said(seen: Seen) -> dict[str, Any]:
    return msgspec.json.decode(seen.body)
