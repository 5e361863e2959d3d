"""A job that failed for good becomes a dead letter and settles what waits for it, exactly once."""

import asyncio

import pytest

from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, JobSuperseded, Queue
from groundplane.jobs.reaper import FoundJob, bury, dead_letters, reap
from groundplane.storage.database import Connection, Tenant, execute, scalar


class Boom(Exception):
    pass


async def run(_: Context, **_ids: object) -> None:
    raise Boom


async def follow_up(db: Connection, queue: Queue, **ids: object) -> None:
    """Leaves a trace in the database: another job."""
    await queue.defer(db, "test.follow_up", ids, queue="ingest")


async def break_down(db: Connection, queue: Queue, **ids: object) -> None:
    await follow_up(db, queue, **ids)
    raise Boom


FOLLOWED = JobDefinition("test.run", "ingest", run, given_up=follow_up)


async def failed_job(context: Context, tenant: Tenant, name: str = "test.run") -> FoundJob:
    """A job that the engine marked failed: its dead letter is still to be written."""
    ids: dict[str, object] = {"account_id": tenant.account_id, "mode": tenant.mode.value, "n": 7}
    async with context.database.transaction(tenant) as db:
        job_id = await context.queue.defer(db, name, ids, queue="ingest")
        await execute(
            db, "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %(i)s", i=job_id
        )
    return FoundJob(job_id, name, "ingest", ids, 0, "failed")


async def follow_ups(context: Context) -> int:
    async with context.database.transaction() as db:
        return await scalar(
            db, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'test.follow_up'"
        )


async def causes(context: Context, tenant: Tenant) -> list[str]:
    async with context.database.transaction(tenant) as db:
        return [letter.cause for letter in await dead_letters(db)]


async def test_what_waits_is_settled_with_the_dead_letter(context: Context, tenant: Tenant) -> None:
    await failed_job(context, tenant)
    for _ in range(2):
        await reap(context.database, context.queue, {"test.run": FOLLOWED}, stalled_after_s=3600)
    assert len(await causes(context, tenant)) == await follow_ups(context) == 1
    async with context.database.transaction() as db:
        args = await scalar(db, "SELECT args FROM procrastinate_jobs")
    assert args == {"account_id": tenant.account_id, "mode": "live", "n": 7}


async def test_of_many_that_bury_the_same_job_at_once_one_does(
    context: Context, tenant: Tenant
) -> None:
    job = await failed_job(context, tenant)
    ends = await asyncio.gather(
        *(bury(context.database, context.queue, job, FOLLOWED, cause=f"{n}") for n in range(5)),
        return_exceptions=True,
    )
    assert sorted(type(end).__name__ for end in ends) == ["JobSuperseded"] * 4 + ["NoneType"]
    assert await causes(context, tenant) == [f"{ends.index(None)}"]
    assert await follow_ups(context) == 1


async def test_the_worker_and_a_reaper_that_give_up_the_same_run_do_it_once(
    context: Context, tenant: Tenant
) -> None:
    found = await failed_job(context, tenant)
    async with context.database.transaction() as db:
        await execute(db, "UPDATE procrastinate_jobs SET status = 'doing'")
    job = FoundJob(found.id, found.task_name, found.queue_name, found.args, 0, "doing")
    definition = JobDefinition("test.run", "ingest", run, attempts=1, given_up=follow_up)
    ends = await asyncio.gather(
        bury(context.database, context.queue, job, definition, cause="Boom"),
        reap(context.database, context.queue, {"test.run": definition}, stalled_after_s=3600),
        return_exceptions=True,
    )
    assert all(end is None or isinstance(end, JobSuperseded) for end in ends)
    assert len(await causes(context, tenant)) == await follow_ups(context) == 1


async def test_a_job_that_cannot_be_given_up_is_kept_whole_and_keeps_no_other_waiting(
    context: Context, tenant: Tenant
) -> None:
    stuck = await failed_job(context, tenant, "test.stuck")
    await failed_job(context, tenant)
    broken = JobDefinition("test.stuck", "ingest", run, given_up=break_down)
    definitions = {"test.run": FOLLOWED, "test.stuck": broken}
    await reap(context.database, context.queue, definitions, stalled_after_s=3600)
    assert len(await causes(context, tenant)) == await follow_ups(context) == 1
    with pytest.raises(Boom):
        await bury(context.database, context.queue, stuck, broken, cause="Boom")
    mended = JobDefinition("test.stuck", "ingest", run, given_up=follow_up)
    await bury(context.database, context.queue, stuck, mended, cause="Boom")
    assert len(await causes(context, tenant)) == await follow_ups(context) == 2
