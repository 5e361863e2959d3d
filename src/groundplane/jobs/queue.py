"""Enqueue jobs, and the values that describe them.

The engine is procrastinate on the same PostgreSQL. A job is enqueued on the caller's connection,
so it exists if and only if the caller's transaction commits.
"""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, LiteralString

import msgspec
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import JobDeferrer

from groundplane.errors import GroundplaneError
from groundplane.storage.database import Connection, app_conninfo, scalar

LONGEST_BACKOFF_S = 300.0
# A value for a statement that makes what the job is about: the two are one trip to the server.
# Queue.parameters makes its parameters; with NO_JOB it does nothing.
DEFER: LiteralString = """
    CASE WHEN %(job_name)s::text IS NOT NULL THEN procrastinate_defer_jobs_v1(ARRAY[
        ROW(%(job_queue)s, %(job_name)s, 0, NULL, NULL, %(job_args)s::jsonb, NULL)
    ]::procrastinate_job_to_defer_v1[]) END
"""
JobParameters = Mapping[Literal["job_name", "job_queue", "job_args"], str | None]
NO_JOB: JobParameters = {"job_name": None, "job_queue": None, "job_args": None}


class JobDefinition(msgspec.Struct, frozen=True):
    """A kind of job. Its name is never given to another kind: old rows may still carry it.

    `run` takes a jobs.context.Context, then the ids that were enqueued as keywords. It may run
    twice, also at the same time: it holds no transaction over network or numpy work, and calls
    `fence` in the transaction that settles.

    `given_up` takes a Connection, a Queue and the ids, and settles what waits for a job that
    failed for good, in the transaction that writes its dead letter. What the job did before it
    failed may be committed, so it starts from the rows.
    """

    name: str
    queue: str
    run: Callable[..., Awaitable[None]]
    attempts: int = 8
    backoff_s: float = 1.0
    given_up: Callable[..., Awaitable[None]] | None = None

    def delay_s(self, attempt: int) -> float:
        """How long after the failure of attempt 0, 1, … the next is made: doubling, ±20 %."""
        plain = min(self.backoff_s * 2**attempt, LONGEST_BACKOFF_S)
        return plain * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret


class PeriodicDefinition(msgspec.Struct, frozen=True):
    """Something that every worker of `queue` does every `every_s`, without a job row.

    `run` takes a jobs.context.Context. Workers on several machines run it at the same time, so
    it settles by compare-and-set or SKIP LOCKED.
    """

    name: str
    queue: str
    every_s: float
    run: Callable[..., Awaitable[None]]


class Job(msgspec.Struct, frozen=True):
    """One run of one job; a retaken job has the next attempt number."""

    job_id: int
    attempt: int


class JobSuperseded(GroundplaneError):
    """This run was given up for dead, and the job was retaken: it may settle nothing."""


class Queue:
    """The jobs of one database."""

    def __init__(self, url: str) -> None:
        self.conninfo = app_conninfo(url)
        # Never opened: jobs are enqueued on the callers' connections only.
        self._app = App(connector=PsycopgConnector(conninfo=self.conninfo))

    async def defer(
        self,
        db: Connection,
        name: str,
        args: Mapping[str, object],
        *,
        queue: str,
        lock: str | None = None,
        delay_s: float = 0,
    ) -> int:
        """Enqueue one job in the transaction of `db`; its id.

        `args` are ids, with `account_id` and `mode` among them, as JSON values. Jobs with the
        same `lock` never run at the same time. Delays are for seconds to minutes: the far future
        belongs into a table of one's own.
        """
        deferrer = self._deferrer(db, name, queue=queue, lock=lock, delay_s=delay_s)
        return await deferrer.defer_async(**args)  # pyright: ignore[reportArgumentType] - JSON by the docstring

    def parameters(self, name: str, args: Mapping[str, object], *, queue: str) -> JobParameters:
        """What a statement that holds DEFER enqueues; see `defer` for `args`."""
        return {
            "job_name": name,
            "job_queue": queue,
            "job_args": msgspec.json.encode(args).decode(),
        }

    async def defer_many(
        self, db: Connection, name: str, args: Sequence[Mapping[str, object]], *, queue: str
    ) -> list[int]:
        """Enqueue a job per entry of `args`, in one statement; their ids in order."""
        if not args:
            return []
        deferrer = self._deferrer(db, name, queue=queue, lock=None, delay_s=0)
        return await deferrer.batch_defer_async(*map(dict, args))  # pyright: ignore[reportArgumentType] - as in defer

    def _deferrer(
        self, db: Connection, name: str, *, queue: str, lock: str | None, delay_s: float
    ) -> JobDeferrer:
        return self._app.configure_task(
            name,
            queue=queue,
            lock=lock,
            schedule_in={"seconds": delay_s} if delay_s > 0 else None,
            connection=db,
        )


async def fence(db: Connection, job: Job | None) -> None:
    """Let only the latest run of a job settle: to be called first in the settling transaction.

    The row's lock keeps the job from being retaken until that transaction ends. Nothing to do
    outside of a job (None).

    Raises:
        JobSuperseded: the job was retaken, or is done.
    """
    if job is None:
        return
    mine = await scalar(
        db,
        """SELECT 1 FROM procrastinate_jobs
           WHERE id = %(job_id)s AND attempts = %(attempt)s AND status = 'doing'
           FOR UPDATE""",
        job_id=job.job_id,
        attempt=job.attempt,
    )
    if mine is None:
        raise JobSuperseded(f"Attempt {job.attempt} of job {job.job_id} was superseded.")
