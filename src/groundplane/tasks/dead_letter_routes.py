"""/app/dead-letters: the jobs that failed for good, for managers."""

from uuid import UUID

import msgspec

from groundplane.errors import Conflict, NotFound
from groundplane.jobs import reaper
from groundplane.jobs.queue import Queue
from groundplane.jobs.reaper import DeadLetter
from groundplane.storage.database import Database, Tenant
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, NamedDependency, get, post
from groundplane.wire.values import timestamp

DEAD_LETTER = "Failed job with that ID"


class DeadLetterView(msgspec.Struct):
    """A job that failed for good. `args` are the ids that it worked on.

    `can_retry` is false for what was retried, and for what ended its task in error.
    """

    dead_letter_id: str
    job_name: str
    args: dict[str, str | int]
    attempts: int
    cause: str
    at: str
    retried_at: str | None
    can_retry: bool


class DeadLetterList(msgspec.Struct):
    dead_letters: list[DeadLetterView]


class Retried(msgspec.Struct):
    retried: bool


@get("/app/dead-letters")
async def list_dead_letters(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> DeadLetterList:
    """Newest first, those that nobody retried before the others; at most 200."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return DeadLetterList([_view(letter) for letter in await reaper.dead_letters(db)])


@post("/app/dead-letters/{dead_letter_id:str}/retry")
async def retry_dead_letter(
    dead_letter_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> Retried:
    """Enqueue the job again, with all its attempts."""
    person.must_be(Role.MANAGER)
    name = _uuid(dead_letter_id)
    async with database.transaction(tenant) as db:
        letter = await reaper.dead_letter(db, name)
        if letter is None:
            raise NotFound(DEAD_LETTER)
        if _ended_its_task(letter):
            raise Conflict("The task ended in error with this job. Create the task again.")
        if await reaper.retry_dead_letter(db, queue, name) is None:
            raise Conflict("The job was tried again already.")
    return Retried(retried=True)


ROUTES = (list_dead_letters, retry_dead_letter)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound(DEAD_LETTER) from None


def _view(letter: DeadLetter) -> DeadLetterView:
    return DeadLetterView(
        dead_letter_id=letter.dead_letter_id,
        job_name=letter.job_name,
        args=_ids(letter),
        attempts=letter.attempts,
        cause=letter.cause,
        at=timestamp(letter.at),
        retried_at=None if letter.retried_at is None else timestamp(letter.retried_at),
        can_retry=letter.retried_at is None and not _ended_its_task(letter),
    )


def _ended_its_task(letter: DeadLetter) -> bool:
    """Whether the task is in error already; no job brings a task back from there."""
    from groundplane.tasks.jobs import JOBS  # noqa: PLC0415 - workers have them; web starts without

    return any(job.name == letter.job_name and job.given_up is not None for job in JOBS)


def _ids(letter: DeadLetter) -> dict[str, str | int]:
    """Without those of the tenant, which the reader is of."""
    return {
        name: value
        for name, value in letter.args.items()
        if isinstance(value, (str, int)) and name not in {"account_id", "mode"}
    }
