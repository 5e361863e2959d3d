"""Tasks that others build on: found in the database, and judged by the type that asks."""

import msgspec

from groundplane.errors import InvalidParameter, NotFound
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import queries
from groundplane.tasks.lifecycle import State
from groundplane.tasks.model import unpack_params
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import AnyTaskType, SourceTask
from groundplane.wire.values import JSON, is_id

TASK = "Task with that ID"


async def existing(db: Connection, tenant: Tenant, task_id: str) -> TaskRow:
    """Raises NotFound: no such task, or not this tenant's."""
    row = await queries.task(db, tenant, task_id) if is_id(task_id) else None
    if row is None:
        raise NotFound(TASK)
    return row


async def find_source(
    db: Connection,
    tenant: Tenant,
    kind: AnyTaskType,
    own: msgspec.Struct,
    *,
    must_be_completed: bool = True,
) -> SourceTask | None:
    """The task that a new one with these params builds on, if it is of such a type.

    One that was completed when it was decided what is made of it may have been recalled since.

    Raises:
        NotFound: there is no such task, or it is not this tenant's.
        InvalidParameter: it is of another type, not completed, or has not what is asked of it.
    """
    rule = kind.source(own)
    if rule is None:
        return None
    row = await existing(db, tenant, rule.task_id)
    completed = State(row.state) is State.COMPLETED or not must_be_completed
    if row.type not in rule.types or not completed:
        words = " or ".join(rule.types)
        raise InvalidParameter(rule.parameter, f"must be a completed task of type {words}")
    found = await source_task(db, tenant, row)
    kind.check_source(own, found)
    return found


async def source_task(db: Connection, tenant: Tenant, row: TaskRow) -> SourceTask:
    """With what it builds on itself; each step is of another type, so they end."""
    params: dict[str, JSON] = msgspec.json.decode(unpack_params(row.params_zstd))
    kind = task_type(row.type)
    rule = kind.source(kind.accepted(row.params_zstd))
    if rule is None:
        return SourceTask(row.type, params)
    behind = await existing(db, tenant, rule.task_id)
    return SourceTask(row.type, params, await source_task(db, tenant, behind))
