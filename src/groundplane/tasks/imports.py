"""Tasks of an account elsewhere that speaks the same dialect, taken over as they are there.

Nothing is done with them: no attachment is fetched, no callback sent, no dependent made. They
keep their ids, so that a second time finds them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import cast

import msgspec
from msgspec import UNSET

from groundplane.batches import queries as batches
from groundplane.errors import InvalidRequest
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import import_queries, queries
from groundplane.tasks.import_queries import ImportedTask
from groundplane.tasks.lifecycle import PUBLIC_STATUS, State
from groundplane.tasks.model import CUSTOMER, KeptAudit, pack_params
from groundplane.tasks.types import KNOWN_WORDS
from groundplane.wire import bodies
from groundplane.wire.values import JSON, is_id

KEPT = (State.CREATED, State.COMPLETED, State.ERROR, State.CANCELED)
STATES = {PUBLIC_STATUS[state]: state for state in KEPT}
REVIEWS = ("accepted", "fixed", "commented", "rejected")
# An audit of elsewhere is told of by none of our events; those are counted from 1.
NO_EVENT = 0
NUL = "It holds the character U+0000, which the database cannot keep."


class Outcome(StrEnum):
    TAKEN = "taken over"
    RENEWED = "brought up to date"
    PRESENT = "here already"


class ForeignAudit(msgspec.Struct):
    audited_by: str
    audited_at: datetime
    audit_result: str
    audit_time_secs: float = 0
    audit_source: str = CUSTOMER
    audit_active_time_secs: float | None = None


class ForeignTask(msgspec.Struct):
    """What of a task's answer is kept; whatever else is in it is left."""

    task_id: str
    type: str
    status: str
    created_at: datetime
    updated_at: datetime | None = None
    completed_at: datetime | None = None
    instruction: str | None = None
    params: dict[str, object] = {}
    metadata: dict[str, object] = {}
    callback_url: str | None = None
    callback_succeeded: bool | None = None
    callback_completed: bool | None = None
    project: str | None = None
    batch: str | None = None
    project_param_version: int | None = None
    priority: int = 0
    tags: list[str] = []
    unique_id: str | None = None
    work_started: bool = False
    response: object = None
    audits: list[ForeignAudit] = []
    customer_review_status: str | None = None
    customer_review_comments: list[str] = []
    prior_responses: list[object] = []


class Place(msgspec.Struct, frozen=True):
    """Where the tasks of a project, and those of a batch, go here."""

    project_id: str | None = None
    batch_id: str | None = None


class Result(msgspec.Struct, frozen=True):
    """What became of a task, and what of it could not be kept."""

    outcome: Outcome
    note: str | None = None


def read(given: Mapping[str, JSON]) -> ForeignTask:
    """A task's answer.

    Raises:
        InvalidParameter: a field is not what it is in this dialect.
        InvalidRequest: it cannot be kept here, and why.
    """
    task = bodies.convert(given, ForeignTask)
    if not is_id(task.task_id):
        raise InvalidRequest("The task_id is not 24 lower-case hexadecimal digits.")
    if task.type not in KNOWN_WORDS:
        raise InvalidRequest(f"Tasks of type {task.type} are not known here.")
    if task.status not in STATES:
        raise InvalidRequest(f"Tasks that are {task.status} are not known here.")
    if bodies.holds_nul(msgspec.json.encode(task)):
        raise InvalidRequest(NUL)
    return task


async def take_over(
    db: Connection, tenant: Tenant, task: ForeignTask, place: Place, *, dry: bool
) -> Result:
    """Write the task, or what has changed there since it was written while it was pending.

    One that was pending and has been moved here stays as it is. With `dry` nothing is written.
    """
    note = None
    unique_id = task.unique_id
    if unique_id is not None:
        holder = await queries.holder_of_unique_id(db, tenant, unique_id)
        if holder not in (None, task.task_id):
            note, unique_id = f"Its unique_id is used by task {holder} here; it has none.", None
    if dry:
        known = await queries.task(db, tenant, task.task_id)
        return Result(Outcome.TAKEN if known is None else Outcome.PRESENT, note)
    is_new = await import_queries.put_task(db, tenant, _row(task, place, unique_id))
    if is_new is None:
        return Result(Outcome.PRESENT)
    audited = [one.audited_at for one in task.audits if one.audit_source == CUSTOMER]
    if audited and place.batch_id is not None:
        await batches.note_audit(db, tenant, place.batch_id, max(audited))
    return Result(Outcome.TAKEN if is_new else Outcome.RENEWED, note)


def _row(task: ForeignTask, place: Place, unique_id: str | None) -> ImportedTask:
    told = task.callback_succeeded
    return ImportedTask(
        task_id=task.task_id,
        type=task.type,
        state=STATES[task.status],
        project_id=place.project_id,
        batch_id=place.batch_id,
        project_param_version=task.project_param_version,
        created_at=task.created_at,
        updated_at=task.updated_at or task.completed_at or task.created_at,
        completed_at=task.completed_at,
        unique_id=unique_id,
        priority=task.priority,
        instruction=task.instruction,
        callback_url=task.callback_url,
        callback_succeeded=task.callback_completed if told is None else told,
        metadata=_text(task.metadata),
        tags=task.tags,
        work_started=task.work_started,
        response=None if task.response is None else _text(task.response),
        audits=_text(_audits(task.audits, task.customer_review_comments)),
        customer_review_status=task.customer_review_status
        if task.customer_review_status in REVIEWS
        else None,
        prior_responses=_text(task.prior_responses),
        params_zstd=pack_params(cast("dict[str, JSON]", task.params)),
    )


def _audits(audits: Sequence[ForeignAudit], comments: Sequence[str]) -> list[KeptAudit]:
    """Newest first, as they come; the comments, oldest first, with one of the customer's each.

    Which comment is of which audit is nowhere said. What there is more of than audits goes to
    the oldest of these; without one there is none to keep it.
    """
    of_customer = sum(one.audit_source == CUSTOMER for one in audits)
    newest_first = list(reversed(comments))
    if of_customer:
        rest = newest_first[of_customer - 1 :]
        newest_first = [*newest_first[: of_customer - 1], "\n".join(reversed(rest))]
    left = iter(newest_first)
    return [
        KeptAudit(
            seq=NO_EVENT,
            audited_by=one.audited_by,
            audited_at=one.audited_at,
            audit_time_secs=int(one.audit_time_secs),
            audit_active_time_secs=UNSET
            if one.audit_active_time_secs is None
            else int(one.audit_active_time_secs),
            audit_result=one.audit_result,
            audit_source=one.audit_source,
            comment=(next(left, "") or None) if one.audit_source == CUSTOMER else None,
        )
        for one in audits
    ]


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
