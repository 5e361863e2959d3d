"""A worker: one asyncio loop that serves queues, does what is periodic, and survives the database.

worker.py starts one process per class of work; within it concurrency is by asyncio, and CPU work
is in child processes (child.py).
"""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job as EngineJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from groundplane.errors import Unavailable
from groundplane.jobs.context import Context
from groundplane.jobs.manager import FencedJobManager
from groundplane.jobs.queue import Job, JobDefinition, JobSuperseded, PeriodicDefinition
from groundplane.jobs.reaper import FoundJob, bury, reap

DATABASE_GONE = (ProcrastinateException, OperationalError, PoolTimeout, Unavailable)
CAUSE_CHARACTERS = 2000

log = logging.getLogger(__name__)


class Timing(msgspec.Struct, frozen=True):
    """A killed worker's job is retaken within `stalled_after_s + reap_every_s`.

    A heartbeat comes from the event loop, so `stalled_after_s` bounds how long that may be
    blocked; a job retaken too early does work twice, and the fence keeps its effects single.
    """

    heartbeat_s: float = 3.0
    stalled_after_s: float = 15.0
    reap_every_s: float = 15.0
    poll_every_s: float = 1.0  # an idle worker is told of a job; this is for all the others
    grace_s: float = 10.0  # how long running jobs may go on after `stop`
    reconnect_s: float = 1.0


async def run_worker(
    context: Context,
    definitions: Sequence[JobDefinition],
    periodic: Sequence[PeriodicDefinition] = (),
    *,
    queues: Sequence[str],
    concurrency: int,
    stop: asyncio.Event,
    timing: Timing | None = None,
) -> None:
    """Serve `queues` until `stop`; what then runs longer than the grace is retaken later.

    `definitions` are those of all queues: the reaper needs them.
    """
    timing = timing or Timing()
    named = {definition.name: definition for definition in definitions}
    assert len(named) == len(definitions), "a job's name is used twice"

    async def care(context: Context) -> None:
        await reap(context.database, context.queue, named, stalled_after_s=timing.stalled_after_s)

    reaper = PeriodicDefinition("jobs.reap", queues[0], timing.reap_every_s, care)
    mine = [one for one in (reaper, *periodic) if one.queue in queues]
    parts = [
        asyncio.create_task(_serve(context, named, queues, concurrency, timing), name="serve"),
        *(asyncio.create_task(_every(context, one), name=one.name) for one in mine),
    ]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopping, *parts], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for part in (stopping, *parts):
            part.cancel()
        ends = await asyncio.gather(*parts, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _serve(
    context: Context,
    definitions: Mapping[str, JobDefinition],
    queues: Sequence[str],
    concurrency: int,
    timing: Timing,
) -> None:
    """Run the engine, again and again: it ends when the database goes away."""
    while True:
        app = _engine(context, definitions, concurrency)
        try:
            async with app.open_async():
                await app.run_worker_async(
                    queues=list(queues),  # psycopg would send a tuple as a row
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=timing.grace_s,
                    fetch_job_polling_interval=timing.poll_every_s,
                    update_heartbeat_interval=timing.heartbeat_s,
                    stalled_worker_timeout=timing.stalled_after_s,
                )
        except DATABASE_GONE as error:
            said = {"queues": queues, "error": repr(error.__cause__ or error)}
            log.warning("worker lost the database", extra=said)
        finally:
            await app.close_async()  # a stop while it opened has left its pool connecting
        await asyncio.sleep(timing.reconnect_s)


def _engine(context: Context, definitions: Mapping[str, JobDefinition], concurrency: int) -> App:
    app = App(
        connector=PsycopgConnector(
            conninfo=context.queue.conninfo, min_size=1, max_size=concurrency + 2, timeout=5
        )
    )
    app.job_manager = FencedJobManager(app.connector)
    for definition in definitions.values():
        app.task(
            name=definition.name,
            queue=definition.queue,
            retry=_Retry(definition),
            pass_context=True,
        )(_task(context, definition))
    return app


class _Retry(BaseRetryStrategy):
    def __init__(self, definition: JobDefinition) -> None:
        self._definition = definition

    def get_retry_decision(
        self, *, exception: BaseException, job: EngineJob
    ) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the grace was over
            return RetryDecision(retry_at=dt.datetime.now(tz=dt.UTC))
        if isinstance(exception, JobSuperseded) or _is_last(self._definition, job.attempts):
            return None
        delay = dt.timedelta(seconds=self._definition.delay_s(job.attempts))
        return RetryDecision(retry_at=dt.datetime.now(tz=dt.UTC) + delay)


def _is_last(definition: JobDefinition, attempt: int) -> bool:
    return attempt + 1 >= definition.attempts


def _task(context: Context, definition: JobDefinition) -> Callable[..., Awaitable[None]]:
    async def run(engine: JobContext, **args: object) -> None:
        found = engine.job
        assert found.id is not None
        job = Job(found.id, found.attempts)
        try:
            await definition.run(dataclasses.replace(context, job=job), **args)
        except JobSuperseded:
            raise
        except Exception as error:
            # The engine keeps quiet about what it tries again.
            said = {"job": definition.name, "job_id": job.job_id, "attempt": job.attempt}
            log.warning("job failed", extra=said, exc_info=error)
            if _is_last(definition, job.attempt):
                await _give_up(context, definition, found, error)
            raise  # retried or not, by the engine

    return run


async def _give_up(
    context: Context, definition: JobDefinition, job: EngineJob, error: Exception
) -> None:
    assert job.id is not None
    found = FoundJob(
        id=job.id,
        task_name=job.task_name,
        queue_name=job.queue,
        args=dict(job.task_kwargs),
        attempts=job.attempts,
        status="doing",
    )
    cause = f"{type(error).__name__}: {error}"[:CAUSE_CHARACTERS]
    with contextlib.suppress(JobSuperseded):
        await bury(context.database, context.queue, found, definition, cause=cause)


async def _every(context: Context, periodic: PeriodicDefinition) -> None:
    """Do it now, and again `every_s` after its end. A failure is logged and the next run made."""
    while True:
        try:
            await periodic.run(context)
        except Unavailable as error:
            said = {"work": periodic.name, "error": repr(error)}
            log.warning("periodic work skipped", extra=said)
        except Exception:
            log.exception("periodic work failed", extra={"work": periodic.name})
        await asyncio.sleep(periodic.every_s)
