"""What customers change on their tasks: metadata, unique_id, tags, audits.

None commits: the caller's transaction does. On tags and on freeing a unique_id nothing here is a
Conflict: the official client fails on a 409 where the request had no object as its body.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from groundplane.errors import InvalidParameter, InvalidRequest, UniqueIdTaken
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import amendment_queries, operations, queries
from groundplane.tasks.amendment_queries import NewAudit
from groundplane.tasks.lifecycle import Event, allows
from groundplane.tasks.model import (
    MOST_COMMENT_CHARACTERS,
    check_each_tag,
    check_tags,
    check_unique_id,
)
from groundplane.tasks.queries import TaskRow
from groundplane.wire.checks import check_length, check_metadata
from groundplane.wire.values import JSON, is_id

Opinion = Literal["accepted", "commented", "rejected"]
FIXED = "fixed"


class Fix(msgspec.Struct, frozen=True):
    """What somebody made of a finished task: the new response, and how long it took them."""

    fixed_by: str
    response: Mapping[str, JSON]
    comment: str | None
    time_s: int
    active_s: int


async def set_metadata(
    db: Connection, tenant: Tenant, task_id: str, metadata: Mapping[str, JSON]
) -> TaskRow:
    """Replace all of it, in any state.

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidParameter: it is over 10 KB.
    """
    check_metadata(metadata)
    if is_id(task_id):
        text = msgspec.json.encode(metadata).decode()
        await amendment_queries.set_metadata(db, tenant, task_id, text)
    return await operations.get(db, tenant, task_id)


async def set_unique_id(
    db: Connection, tenant: Tenant, task_id: str, unique_id: str | float
) -> TaskRow:
    """Give the task this unique_id; what it has already is no error.

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidParameter: it is empty or too long.
        UniqueIdTaken: another task has it; the error names that task.
    """
    wanted = check_unique_id(unique_id)
    await operations.lock(db, tenant, task_id)
    while not await amendment_queries.set_unique_id(db, tenant, task_id, wanted):
        holder = await queries.holder_of_unique_id(db, tenant, wanted)
        if holder is not None:
            raise UniqueIdTaken(wanted, holder)
        # The holder let go between the two statements: it is ours to take.
    return await operations.get(db, tenant, task_id)


async def clear_unique_id(db: Connection, tenant: Tenant, task_id: str) -> TaskRow:
    """Free it; having none is no error.

    Raises:
        NotFound: no such task, or not this tenant's.
    """
    if is_id(task_id):
        await queries.clear_unique_id(db, tenant, task_id)
    return await operations.get(db, tenant, task_id)


async def add_tags(db: Connection, tenant: Tenant, task_id: str, tags: Sequence[str]) -> TaskRow:
    """Behind those that are there, each once.

    Raises: as replace_tags.
    """
    check_each_tag(tags)
    await operations.lock(db, tenant, task_id)
    row = await operations.get(db, tenant, task_id)
    return await _set_tags(db, tenant, task_id, [*row.tags, *tags])


async def replace_tags(
    db: Connection, tenant: Tenant, task_id: str, tags: Sequence[str]
) -> TaskRow:
    """These instead of those that are there.

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidParameter: one is empty or too long, or the task would have more than five.
    """
    check_each_tag(tags)
    await operations.lock(db, tenant, task_id)
    return await _set_tags(db, tenant, task_id, tags)


async def remove_tags(db: Connection, tenant: Tenant, task_id: str, tags: Sequence[str]) -> TaskRow:
    """Those that are there; the others are ignored.

    Raises: as replace_tags.
    """
    check_each_tag(tags)
    await operations.lock(db, tenant, task_id)
    row = await operations.get(db, tenant, task_id)
    gone = set(tags)
    return await _set_tags(db, tenant, task_id, [tag for tag in row.tags if tag not in gone])


async def audit(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    *,
    opinion: Opinion,
    comment: str | None,
    audited_by: str,
    api_key: str | None = None,
) -> TaskRow:
    """What the customer thinks of a finished task; its event becomes a callback.

    `audited_by` is an e-mail address; `api_key` names the key, if it was no person.

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidRequest: it is not completed.
        InvalidParameter: the comment is too long, or is all there is to say and is missing.
    """
    if opinion == "commented" and not comment:
        raise InvalidParameter("comments", "is required")
    check_length("comments", comment or "", MOST_COMMENT_CHARACTERS)
    if not allows(await operations.lock(db, tenant, task_id), Event.AUDITED):
        raise InvalidRequest("Task has not been completed and cannot be audited.")
    new = NewAudit(opinion, audited_by, comment or None, api_key=api_key)
    await amendment_queries.add_audit(db, tenant, task_id, new)
    return await operations.get(db, tenant, task_id)


async def fix(db: Connection, tenant: Tenant, task_id: str, made: Fix) -> None:
    """Replace the response of a finished task; the one before stays among the prior ones.

    The caller holds the task's lock and has seen that it is completed.
    """
    new = NewAudit(
        FIXED,
        made.fixed_by,
        made.comment,
        msgspec.json.encode(made.response).decode(),
        made.time_s,
        made.active_s,
    )
    await amendment_queries.add_audit(db, tenant, task_id, new)


async def _set_tags(db: Connection, tenant: Tenant, task_id: str, wanted: Sequence[str]) -> TaskRow:
    tags = list(dict.fromkeys(wanted))
    check_tags(tags)
    await amendment_queries.set_tags(db, tenant, task_id, tags)
    return await operations.get(db, tenant, task_id)
