import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from databases import Urls
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, JobSuperseded, PeriodicDefinition, fence
from groundplane.jobs.reaper import (
    dead_letters,
    forget_workers,
    reap,
    retry_dead_letter,
)
from groundplane.jobs.running import Timing, run_worker
from groundplane.storage.database import Database, Mode, Tenant, execute, scalar

QUICK = Timing(
    heartbeat_s=0.1,
    stalled_after_s=0.5,
    reap_every_s=0.2,
    poll_every_s=0.1,
    grace_s=0.2,
    reconnect_s=0.1,
)


class Boom(Exception):
    pass


@asynccontextmanager
async def working(
    context: Context,
    *definitions: JobDefinition,
    periodic: Sequence[PeriodicDefinition] = (),
    timing: Timing = QUICK,
) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(
            context,
            definitions,
            periodic,
            queues=["ingest"],
            concurrency=2,
            stop=stop,
            timing=timing,
        )
    )
    try:
        yield
    finally:
        stop.set()
        await worker


async def eventually(condition: asyncio.Event) -> None:
    async with asyncio.timeout(40):  # a pool that lost its connections waits longer each time
        await condition.wait()


async def idle(database: Database) -> None:
    """Wait until no job is left."""
    async with asyncio.timeout(20):
        while True:
            async with database.transaction() as db:
                if await scalar(db, "SELECT count(*) FROM procrastinate_jobs") == 0:
                    return
            await asyncio.sleep(0.02)


def ids(tenant: Tenant, **more: object) -> dict[str, object]:
    return {"account_id": tenant.account_id, "mode": tenant.mode.value, **more}


async def enqueue(context: Context, tenant: Tenant, name: str, **more: object) -> int:
    async with context.database.transaction(tenant) as db:
        return await context.queue.defer(db, name, ids(tenant, **more), queue="ingest")


async def test_a_job_runs_if_and_only_if_its_transaction_commits(
    context: Context, tenant: Tenant
) -> None:
    ran: list[object] = []

    async def run(_: Context, **args: object) -> None:
        ran.append(args["n"])

    async def half_way() -> None:
        async with context.database.transaction(tenant) as db:
            await context.queue.defer(db, "test.run", ids(tenant, n=1), queue="ingest")
            raise Boom

    with pytest.raises(Boom):
        await half_way()
    await enqueue(context, tenant, "test.run", n=2)
    async with working(context, JobDefinition("test.run", "ingest", run)):
        await idle(context.database)
    assert ran == [2]


async def test_many_jobs_are_enqueued_at_once_in_order(context: Context, tenant: Tenant) -> None:
    ran: list[object] = []

    async def run(_: Context, **args: object) -> None:
        ran.append(args["n"])

    async with context.database.transaction(tenant) as db:
        jobs = [ids(tenant, n=n) for n in range(5)]
        job_ids = await context.queue.defer_many(db, "test.run", jobs, queue="ingest")
        assert await context.queue.defer_many(db, "test.run", [], queue="ingest") == []
    assert job_ids == sorted(set(job_ids))
    async with working(context, JobDefinition("test.run", "ingest", run)):
        await idle(context.database)
    assert sorted(map(str, ran)) == ["0", "1", "2", "3", "4"]


async def test_a_job_of_another_queue_is_left_alone(context: Context, tenant: Tenant) -> None:
    async def never(_: Context, **_args: object) -> None:
        raise AssertionError

    async with context.database.transaction(tenant) as db:
        job_id = await context.queue.defer(db, "test.run", ids(tenant), queue="callbacks")
    async with working(context, JobDefinition("test.run", "callbacks", never)):
        await asyncio.sleep(0.3)
    async with context.database.transaction() as db:
        status = "SELECT status FROM procrastinate_jobs WHERE id = %(job_id)s"
        assert await scalar(db, status, job_id=job_id) == "todo"


async def test_a_job_that_failed_once_is_run_again(context: Context, tenant: Tenant) -> None:
    attempts: list[int] = []

    async def run(context: Context, **_: object) -> None:
        assert context.job is not None
        attempts.append(context.job.attempt)
        if len(attempts) == 1:
            raise Boom

    await enqueue(context, tenant, "test.run")
    async with working(context, JobDefinition("test.run", "ingest", run, backoff_s=0.05)):
        await idle(context.database)
    assert attempts == [0, 1]


async def test_a_job_that_always_fails_ends_as_a_dead_letter_that_can_be_retried(
    context: Context, tenant: Tenant
) -> None:
    broken = True
    runs = 0

    async def run(_: Context, **_args: object) -> None:
        nonlocal runs
        runs += 1
        if broken:
            raise Boom("the cause")

    definition = JobDefinition("test.run", "ingest", run, attempts=3, backoff_s=0.01)
    await enqueue(context, tenant, "test.run", n=7)
    async with working(context, definition):
        await idle(context.database)
        assert runs == 3
        async with context.database.transaction(tenant) as db:
            (letter,) = await dead_letters(db)
        assert (letter.job_name, letter.attempts, letter.cause) == (
            "test.run",
            3,
            "Boom: the cause",
        )
        assert letter.args == ids(tenant, n=7)
        broken = False
        async with context.database.transaction(tenant) as db:
            retry = letter.dead_letter_id
            assert await retry_dead_letter(db, context.queue, retry) is not None
            assert await retry_dead_letter(db, context.queue, retry) is None
            (retried,) = await dead_letters(db)
            assert retried.retried_at is not None
        await idle(context.database)
    assert runs == 4


async def test_a_job_of_the_house_that_always_fails_is_given_up(context: Context) -> None:
    async def run(_: Context) -> None:
        raise Boom

    async with context.database.transaction() as db:
        await context.queue.defer(db, "test.run", {}, queue="ingest")
    async with working(context, JobDefinition("test.run", "ingest", run, attempts=1)):
        await idle(context.database)


async def test_a_job_longer_than_the_grace_is_run_again_by_the_next_worker(
    context: Context, tenant: Tenant
) -> None:
    started, finished = asyncio.Event(), asyncio.Event()

    async def run(_: Context, **_args: object) -> None:
        if not started.is_set():
            started.set()
            await asyncio.sleep(60)
        finished.set()

    definition = JobDefinition("test.run", "ingest", run)
    await enqueue(context, tenant, "test.run")
    async with working(context, definition):
        await eventually(started)
    assert not finished.is_set()
    async with working(context, definition):
        await eventually(finished)


async def test_a_worker_survives_a_database_that_cuts_its_connections(
    context: Context, database_urls: Urls, tenant: Tenant
) -> None:
    done = asyncio.Event()

    async def run(_: Context, **_args: object) -> None:
        done.set()

    async with working(context, JobDefinition("test.run", "ingest", run)):
        await asyncio.sleep(0.3)
        with psycopg.connect(database_urls.owner, autocommit=True) as owner:
            owner.execute(
                # Waits until each is gone: one that is still going would take a statement down.
                """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )
        await enqueue(context, tenant, "test.run")
        await eventually(done)


async def test_what_is_periodic_goes_on_after_a_failure(context: Context) -> None:
    runs: list[int] = []
    thrice = asyncio.Event()

    async def run(_: Context) -> None:
        runs.append(len(runs))
        if len(runs) == 3:
            thrice.set()
        raise Boom

    often = PeriodicDefinition("test.often", "ingest", 0.01, run)
    elsewhere = PeriodicDefinition("test.elsewhere", "callbacks", 0.01, run)
    async with working(context, periodic=[often, elsewhere]):
        await eventually(thrice)


@pytest.mark.parametrize("steps", [0, 6, 30, 60])
async def test_a_worker_stopped_while_it_connects_leaves_nothing_running(
    context: Context, steps: int
) -> None:
    before = asyncio.all_tasks()
    async with working(context):
        for _ in range(steps):
            await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


WORKER = """
import asyncio, os, signal, sys
from pathlib import Path
from job_contexts import context_for
from groundplane.jobs.queue import JobDefinition
from groundplane.jobs.running import Timing, run_worker

async def die(context, **args):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, folder):
    async with context_for(url, Path(folder)) as context:
        definition = JobDefinition("test.run", "ingest", die, attempts=int(sys.argv[3]))
        timing = Timing(stalled_after_s=0.5, reap_every_s=0.1, heartbeat_s=0.1, poll_every_s=0.1)
        await run_worker(context, [definition], queues=["ingest"], concurrency=1,
                         stop=asyncio.Event(), timing=timing)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


async def die_at_work(url: str, folder: Path, *, attempts: int = 8) -> None:
    """Run a worker that is killed in the middle of the first job that it takes."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, url, str(folder), str(attempts)),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert await worker.wait() == -signal.SIGKILL


async def test_a_job_whose_worker_was_killed_is_retaken_and_finishes(
    context: Context, database_urls: Urls, tenant: Tenant, tmp_path: Path
) -> None:
    attempts: list[int] = []

    async def run(context: Context, **_: object) -> None:
        assert context.job is not None
        attempts.append(context.job.attempt)

    await enqueue(context, tenant, "test.run")
    await die_at_work(database_urls.app, tmp_path)
    async with working(context, JobDefinition("test.run", "ingest", run)):
        await idle(context.database)
    assert attempts == [1]


async def test_a_job_that_kills_every_worker_ends_as_a_dead_letter(
    context: Context, database_urls: Urls, tenant: Tenant, tmp_path: Path
) -> None:
    async def never(_: Context, **_args: object) -> None:
        raise AssertionError

    await enqueue(context, tenant, "test.run")
    await die_at_work(database_urls.app, tmp_path)
    await die_at_work(database_urls.app, tmp_path)
    async with working(context, JobDefinition("test.run", "ingest", never, attempts=2)):
        await idle(context.database)
    async with context.database.transaction(tenant) as db:
        (letter,) = await dead_letters(db)
    assert (letter.attempts, letter.cause) == (2, "Its worker ended in the middle, each time.")


async def test_forgotten_workers_give_their_jobs_back_at_once(
    context: Context, database_urls: Urls, tenant: Tenant, tmp_path: Path
) -> None:
    await enqueue(context, tenant, "test.run")
    await die_at_work(database_urls.app, tmp_path)
    await forget_workers(context.database)
    await reap(context.database, context.queue, {}, stalled_after_s=3600)
    async with context.database.transaction() as db:
        assert await scalar(db, "SELECT status FROM procrastinate_jobs") == "todo"


async def test_a_run_that_was_given_up_for_dead_can_settle_nothing(
    context: Context, tenant: Tenant
) -> None:
    """The first run goes on while the reaper gives its job to a second: only that one settles."""
    settled: list[int] = []
    first_started, second_done = asyncio.Event(), asyncio.Event()
    refused = asyncio.Event()

    async def run(context: Context, **_: object) -> None:
        assert context.job is not None
        if context.job.attempt == 0:
            first_started.set()
            await eventually(second_done)
        try:
            async with context.database.transaction(tenant) as db:
                await fence(db, context.job)
                settled.append(context.job.attempt)
        except JobSuperseded:
            refused.set()
            raise
        second_done.set()

    await enqueue(context, tenant, "test.run")
    async with working(context, JobDefinition("test.run", "ingest", run)):
        await eventually(first_started)
        async with context.database.transaction() as db:
            await execute(db, "UPDATE procrastinate_jobs SET worker_id = NULL")
        await eventually(refused)
        await idle(context.database)
    assert settled == [1]


async def test_the_end_of_a_run_given_up_for_dead_leaves_the_new_run_alone(
    context: Context, tenant: Tenant
) -> None:
    first_started, second_started = asyncio.Event(), asyncio.Event()
    first_may_end, second_may_end = asyncio.Event(), asyncio.Event()

    async def run(context: Context, **_: object) -> None:
        assert context.job is not None
        first = context.job.attempt == 0
        (first_started if first else second_started).set()
        await eventually(first_may_end if first else second_may_end)

    job_id = await enqueue(context, tenant, "test.run")
    async with working(context, JobDefinition("test.run", "ingest", run)):
        await eventually(first_started)
        async with context.database.transaction() as db:
            await execute(db, "UPDATE procrastinate_jobs SET worker_id = NULL")
        await eventually(second_started)
        first_may_end.set()
        await asyncio.sleep(0.2)
        async with context.database.transaction() as db:
            status = "SELECT status FROM procrastinate_jobs WHERE id = %(job_id)s"
            assert await scalar(db, status, job_id=job_id) == "doing"
        second_may_end.set()
        await idle(context.database)


async def test_outside_of_a_job_there_is_nothing_to_fence(context: Context) -> None:
    async with context.database.transaction() as db:
        await fence(db, None)


async def test_a_job_marked_failed_by_the_engine_is_moved_to_the_dead_letters(
    context: Context, tenant: Tenant
) -> None:
    """The engine's mark without our dead letter: the database went away in between."""
    await enqueue(context, tenant, "test.run")
    async with context.database.transaction() as db:
        await execute(db, "UPDATE procrastinate_jobs SET status = 'failed'")
    await reap(context.database, context.queue, {}, stalled_after_s=3600)
    async with context.database.transaction(tenant) as db:
        assert len(await dead_letters(db)) == 1
        assert await scalar(db, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_the_delay_doubles_up_to_five_minutes() -> None:
    async def run(_: Context) -> None:
        pass

    definition = JobDefinition("test.run", "ingest", run, backoff_s=3)
    for attempt, plain in ((0, 3), (1, 6), (4, 48), (20, 300)):
        assert 0.8 * plain <= definition.delay_s(attempt) <= 1.2 * plain


async def test_dead_letters_are_their_tenants(context: Context, tenant: Tenant) -> None:
    await enqueue(context, tenant, "test.run")
    async with context.database.transaction() as db:
        await execute(db, "UPDATE procrastinate_jobs SET status = 'failed'")
    await reap(context.database, context.queue, {}, stalled_after_s=3600)
    async with context.database.transaction(Tenant("b" * 24, Mode.LIVE)) as db:
        assert await dead_letters(db) == []
