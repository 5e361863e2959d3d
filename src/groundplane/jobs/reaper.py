"""Jobs whose worker is gone are retaken; jobs that failed for good become dead letters."""

import datetime as dt
import logging
from collections.abc import Mapping

import msgspec
import psycopg.types.json

from groundplane.errors import Unavailable
from groundplane.jobs.queue import Job, JobDefinition, JobSuperseded, Queue, fence
from groundplane.storage.database import Connection, Database, Mode, Tenant, execute, many, one

MOST_LISTED = 200

log = logging.getLogger(__name__)


class FoundJob(msgspec.Struct, frozen=True):
    id: int
    task_name: str
    queue_name: str
    args: dict[str, object]
    attempts: int
    status: str


class DeadLetter(msgspec.Struct, frozen=True):
    dead_letter_id: str
    job_id: int
    job_name: str
    queue_name: str
    args: dict[str, object]
    attempts: int
    cause: str
    at: dt.datetime
    retried_at: dt.datetime | None


async def reap(
    database: Database,
    queue: Queue,
    definitions: Mapping[str, JobDefinition],
    *,
    stalled_after_s: float,
) -> None:
    """Look through all jobs once. Any number of reapers may run at the same time."""
    async with database.transaction() as db:
        found = await _needing_care(db, stalled_after_s)
    for job in found:
        try:
            await _care(database, queue, job, definitions.get(job.task_name))
        except JobSuperseded:
            continue  # another reaper was first
        except Unavailable:
            raise
        except Exception:
            # One job that cannot even be given up keeps no other waiting.
            log.exception("job not given up", extra={"job": job.task_name, "job_id": job.id})


async def bury(
    database: Database,
    queue: Queue,
    job: FoundJob,
    definition: JobDefinition | None,
    *,
    cause: str,
) -> None:
    """Move a job to the dead letters of its tenant and settle what waits, in one transaction.

    Args:
        database: where the job is.
        queue: for the jobs that `given_up` enqueues.
        job: as it was found.
        definition: of its kind; None for a kind that is no more.
        cause: for the manager.

    Raises:
        JobSuperseded: the job is no longer what `job` says.
    """
    tenant = _tenant(job.args)
    async with database.transaction(tenant) as db:
        if job.status == "doing":
            await fence(db, Job(job.id, job.attempts))
        removed = await execute(
            db,
            """DELETE FROM procrastinate_jobs
               WHERE id = %(id)s AND status = %(status)s::procrastinate_job_status""",
            id=job.id,
            status=job.status,
        )
        if not removed:
            raise JobSuperseded(f"Job {job.id} is gone.")
        if tenant is not None:
            await _insert_dead_letter(db, tenant, job, cause)
        if definition is not None and definition.given_up is not None:
            await definition.given_up(db, queue, **job.args)
    said = {"job": job.task_name, "job_id": job.id, "job_args": job.args, "cause": cause}
    log.error("job given up", extra=said)


async def retry_dead_letter(db: Connection, queue: Queue, dead_letter_id: str) -> int | None:
    """Enqueue the job again, in the tenant's transaction; its new id.

    None when there is no such dead letter, or it was retried already.
    """
    letter = await one(
        db,
        DeadLetter,
        """UPDATE dead_letter SET retried_at = now()
           WHERE dead_letter_id = %(dead_letter_id)s AND retried_at IS NULL
           RETURNING dead_letter_id::text, job_id, job_name, queue_name, args, attempts, cause,
                     at, retried_at""",
        dead_letter_id=dead_letter_id,
    )
    if letter is None:
        return None
    return await queue.defer(db, letter.job_name, letter.args, queue=letter.queue_name)


async def dead_letters(db: Connection) -> list[DeadLetter]:
    """The tenant's, newest first, those that nobody retried before the others; at most 200."""
    return await many(
        db,
        DeadLetter,
        """SELECT dead_letter_id::text, job_id, job_name, queue_name, args, attempts, cause,
                  at, retried_at
           FROM dead_letter ORDER BY retried_at IS NOT NULL, at DESC, dead_letter_id
           LIMIT %(most)s""",
        most=MOST_LISTED,
    )


async def dead_letter(db: Connection, dead_letter_id: str) -> DeadLetter | None:
    """The tenant's dead letter of that id, a UUID."""
    return await one(
        db,
        DeadLetter,
        """SELECT dead_letter_id::text, job_id, job_name, queue_name, args, attempts, cause,
                  at, retried_at
           FROM dead_letter WHERE dead_letter_id = %(dead_letter_id)s""",
        dead_letter_id=dead_letter_id,
    )


async def forget_workers(database: Database) -> None:
    """Give up all workers at once: their jobs are retaken by the next reaper.

    Only for a server that has just been started for us alone, whose workers died with it.
    """
    async with database.transaction() as db:
        await execute(db, "DELETE FROM procrastinate_workers")


async def _care(
    database: Database, queue: Queue, job: FoundJob, definition: JobDefinition | None
) -> None:
    if job.status == "failed":
        cause = "It failed; the cause is in the worker's log."
        await bury(database, queue, job, definition, cause=cause)
    elif definition is not None and job.attempts + 1 >= definition.attempts:
        cause = "Its worker ended in the middle, each time."
        await bury(database, queue, job, definition, cause=cause)
    else:
        async with database.transaction() as db:
            await _retake(db, job)


async def _needing_care(db: Connection, stalled_after_s: float) -> list[FoundJob]:
    return await many(
        db,
        FoundJob,
        """SELECT j.id, j.task_name, j.queue_name, j.args, j.attempts, j.status::text
           FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
           WHERE j.status = 'failed'
              OR j.status = 'doing' AND (w.id IS NULL
                  OR w.last_heartbeat < now() - make_interval(secs => %(stalled_after_s)s))
           ORDER BY j.id LIMIT 1000""",
        stalled_after_s=stalled_after_s,
    )


async def _retake(db: Connection, job: FoundJob) -> None:
    await fence(db, Job(job.id, job.attempts))
    await execute(
        db,
        "SELECT procrastinate_retry_job_v2(%(id)s, now(), NULL, NULL, NULL)",
        id=job.id,
    )
    said = {"job": job.task_name, "job_id": job.id, "attempt": job.attempts + 1}
    log.warning("job retaken", extra=said)


async def _insert_dead_letter(db: Connection, tenant: Tenant, job: FoundJob, cause: str) -> None:
    await execute(
        db,
        """INSERT INTO dead_letter
               (account_id, mode, job_id, job_name, queue_name, args, attempts, cause)
           VALUES (%(account_id)s, %(mode)s, %(job_id)s, %(job_name)s, %(queue_name)s, %(args)s,
                   %(attempts)s, %(cause)s)""",
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        job_id=job.id,
        job_name=job.task_name,
        queue_name=job.queue_name,
        args=psycopg.types.json.Jsonb(job.args),
        attempts=job.attempts + 1,
        cause=cause,
    )


def _tenant(args: Mapping[str, object]) -> Tenant | None:
    """Whose job it is; None for a job of the house, which has no manager to show it to."""
    account_id, mode = args.get("account_id"), args.get("mode")
    return Tenant(str(account_id), Mode(str(mode))) if account_id and mode else None
