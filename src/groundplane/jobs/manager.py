"""procrastinate's job manager, fenced.

A run that was given up for dead may still end. Its end must not finish, fail or retry the run
that took the job over: every end compares the attempt first and otherwise changes nothing.
"""

import datetime as dt
from collections.abc import Mapping

from procrastinate import jobs, manager

FINISH = """
    WITH mine AS (
        SELECT id FROM procrastinate_jobs
        WHERE id = %(job_id)s AND attempts = %(attempt)s AND status = 'doing'
        FOR UPDATE)
    SELECT procrastinate_finish_job_v1(id, %(status)s, %(delete_job)s) FROM mine"""
RETRY = """
    WITH mine AS (
        SELECT id FROM procrastinate_jobs
        WHERE id = %(job_id)s AND attempts = %(attempt)s AND status = 'doing'
        FOR UPDATE)
    SELECT procrastinate_retry_job_v2(
        id, %(retry_at)s, %(priority)s, %(queue)s::varchar, %(lock)s::varchar) FROM mine"""


class FencedJobManager(manager.JobManager):
    async def finish_job(
        self,
        job: jobs.Job,
        status: jobs.Status,
        delete_job: bool,  # noqa: FBT001 - theirs
    ) -> None:
        await self.connector.execute_query_async(
            FINISH, **_run(job), status=status.value, delete_job=delete_job
        )

    async def retry_job(
        self,
        job: jobs.Job,
        retry_at: dt.datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await self.connector.execute_query_async(
            RETRY,
            **_run(job),
            retry_at=retry_at or dt.datetime.now(tz=dt.UTC),
            priority=priority,
            queue=queue,
            lock=lock,
        )


def _run(job: jobs.Job) -> Mapping[str, int | None]:
    return {"job_id": job.id, "attempt": job.attempts}
