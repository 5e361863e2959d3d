"""Ingest that fails for good, for reasons of ours, ends where the customer sees it."""

import asyncio
import dataclasses
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from databases import Urls
from groundplane.jobs.context import Context
from groundplane.jobs.reaper import DeadLetter, dead_letters
from groundplane.jobs.running import Timing, run_worker
from groundplane.storage.database import Tenant, execute, many, scalar
from groundplane.tasks import operations, queries
from groundplane.tasks.jobs import (
    FRAME_JOB,
    JOBS,
    frame_given_up,
    plan,
    plan_given_up,
    settle_given_up,
)
from groundplane.tasks.lifecycle import State
from groundplane.tasks.model import pack_params
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from loopback import reply, running_site

QUICK = Timing(
    heartbeat_s=0.1, stalled_after_s=0.5, reap_every_s=0.2, poll_every_s=0.05, grace_s=0.2
)
HASTY = [msgspec.structs.replace(job, attempts=2, backoff_s=0.01) for job in JOBS]
FRAME = msgspec.json.encode(
    {"device_position": {"x": 2, "y": 4, "z": 6}, "points": [{"x": 1, "y": 2, "z": 3, "i": 0.5}]}
)


@asynccontextmanager
async def working(context: Context) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(context, HASTY, queues=["ingest"], concurrency=2, stop=stop, timing=QUICK)
    )
    try:
        yield
    finally:
        stop.set()
        await worker


async def order(context: Context, tenant: Tenant, urls: Sequence[str]) -> str:
    async with context.database.transaction(tenant) as db:
        row = await operations.create_and_ingest(
            db,
            context.queue,
            tenant,
            operations.read_order(
                LIDAR_ANNOTATION,
                {
                    "attachments": list(urls),
                    "labels": ["Car"],
                    "unique_id": "u",
                    "clear_unique_id_on_error": True,
                    "callback_url": "https://hooks.example/cb",
                },
            ),
        )
    return row.task_id


async def task_of(context: Context, tenant: Tenant, task_id: str) -> TaskRow:
    async with context.database.transaction(tenant) as db:
        return await operations.get(db, tenant, task_id)


async def in_error(context: Context, tenant: Tenant, task_id: str) -> TaskRow:
    async with asyncio.timeout(40):
        while (task := await task_of(context, tenant, task_id)).state != "error":  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.05)
    return task


async def letters(context: Context, tenant: Tenant) -> list[DeadLetter]:
    async with context.database.transaction(tenant) as db:
        return await dead_letters(db)


@dataclasses.dataclass
class Notice:
    event: str
    noticed: bool


async def last_event(context: Context, tenant: Tenant, task_id: str) -> Notice:
    """What the callbacks go by."""
    async with context.database.transaction(tenant) as db:
        found = await many(
            db,
            Notice,
            "SELECT event, noticed FROM task_event WHERE task_id = %(t)s ORDER BY seq",
            t=task_id,
        )
    return found[-1]


def ids(tenant: Tenant, task_id: str) -> dict[str, str]:
    return {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}


async def test_a_frame_that_meets_an_unexpected_error_each_time_is_named_in_the_tasks_error(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    (tmp_path / "blobs" / tenant.account_id).write_text("where the account's folder should be")
    async with running_site() as site:
        site.page("/0.json", reply(200, FRAME))
        urls = [site.url("/missing.json"), site.url("/0.json")]
        task_id = await order(context, tenant, urls)
        async with working(context):
            task = await in_error(context, tenant, task_id)
    (letter,) = await letters(context, tenant)
    assert (letter.job_name, letter.args["frame_index"], letter.attempts) == (FRAME_JOB, 1, 2)
    assert msgspec.json.decode(task.response or "") == {
        "error": "One or more attachments could not be downloaded.",
        "frames": [
            {
                "frame": 0,
                "message": "The server answered 404.",
                "attachment": {"statusCode": 404, "url": urls[0]},
            },
            {
                "frame": 1,
                "message": "The frame could not be processed.",
                "attachment": {"statusCode": None, "url": urls[1]},
            },
        ],
    }
    assert task.unique_id is None
    assert await last_event(context, tenant, task_id) == Notice("unreadable", noticed=False)


WORKER = """
import asyncio, os, signal, sys
from pathlib import Path
import msgspec
from job_contexts import context_for
from groundplane.jobs.running import Timing, run_worker
from groundplane.tasks.jobs import JOBS

async def die(context, **args):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, folder):
    definitions = [
        msgspec.structs.replace(job, run=die) if job.name == "tasks.ingest_frame" else job
        for job in JOBS]
    async with context_for(url, Path(folder)) as context:
        timing = Timing(stalled_after_s=0.5, reap_every_s=0.1, heartbeat_s=0.1, poll_every_s=0.1)
        await run_worker(context, definitions, queues=["ingest"], concurrency=1,
                         stop=asyncio.Event(), timing=timing)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


async def die_at_a_frame(url: str, folder: Path) -> None:
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, url, str(folder)),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert await worker.wait() == -signal.SIGKILL


async def test_a_frame_that_kills_its_worker_each_time_is_named_in_the_tasks_error(
    context: Context, database_urls: Urls, tenant: Tenant, tmp_path: Path
) -> None:
    task_id = await order(context, tenant, ["https://data.example/0.json"])
    for _ in range(2):
        await die_at_a_frame(database_urls.app, tmp_path)
    async with working(context):
        task = await in_error(context, tenant, task_id)
    (letter,) = await letters(context, tenant)
    assert letter.cause == "Its worker ended in the middle, each time."
    (frame,) = msgspec.json.decode(task.response or "")["frames"]
    assert (frame["frame"], frame["message"]) == (0, "The frame could not be processed.")
    assert await last_event(context, tenant, task_id) == Notice("unreadable", noticed=False)


async def test_a_task_that_cannot_be_planned_is_in_error(context: Context, tenant: Tenant) -> None:
    task_id = await order(context, tenant, ["https://data.example/0.json"])
    async with context.database.transaction(tenant) as db:
        params = pack_params({"attachments": "of another version"})
        await execute(db, "UPDATE task_params SET params_zstd = %(p)s", p=params)
    async with working(context):
        task = await in_error(context, tenant, task_id)
    assert task.response == '{"error": "The task could not be processed."}'
    assert task.unique_id is None
    assert len(await letters(context, tenant)) == 1
    assert await last_event(context, tenant, task_id) == Notice("unreadable", noticed=False)


async def test_a_task_whose_frames_make_no_scene_is_in_error_and_keeps_nothing(
    context: Context, tenant: Tenant
) -> None:
    task_id = await order(context, tenant, ["https://data.example/0.json"])
    await plan(context, **ids(tenant, task_id))
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE scene_frame SET manifest = '{}', settled_at = now()")
        await execute(db, "DELETE FROM procrastinate_jobs")
        args = ids(tenant, task_id)
        await context.queue.defer(db, "tasks.settle_ingest", args, queue="ingest")
    async with working(context):
        task = await in_error(context, tenant, task_id)
    assert task.response == '{"error": "The task could not be processed."}'
    assert await last_event(context, tenant, task_id) == Notice("unreadable", noticed=False)
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM scene_frame") == 0


async def test_giving_up_a_job_that_had_done_its_part_changes_nothing(
    context: Context, tenant: Tenant
) -> None:
    """Its worker was killed between the commit and the engine's mark, the last time too."""
    task_id = await order(context, tenant, ["https://data.example/0.json"])
    await plan(context, **ids(tenant, task_id))
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE scene_frame SET manifest = '{}', settled_at = now()")
        await plan_given_up(db, context.queue, **ids(tenant, task_id))
        await frame_given_up(db, context.queue, **ids(tenant, task_id), frame_index=0)
        assert await queries.lock_task(db, tenant, task_id) is State.INGESTING
        assert await scalar(db, "SELECT count(error) FROM scene_frame") == 0
        await execute(db, "UPDATE task SET state = 'ready'")
        await settle_given_up(db, context.queue, **ids(tenant, task_id))
        assert await queries.lock_task(db, tenant, task_id) is State.READY
        settles = await scalar(
            db, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tasks.settle_ingest'"
        )
    assert settles == 0


async def test_a_canceled_tasks_frame_is_given_up_without_a_word(
    context: Context, tenant: Tenant
) -> None:
    task_id = await order(context, tenant, ["https://data.example/0.json"])
    await plan(context, **ids(tenant, task_id))
    async with context.database.transaction(tenant) as db:
        await operations.cancel(db, tenant, task_id, clear_unique_id=False)
        await frame_given_up(db, context.queue, **ids(tenant, task_id), frame_index=0)
        assert await scalar(db, "SELECT count(settled_at) FROM scene_frame") == 0
    assert (await task_of(context, tenant, task_id)).state == "canceled"
