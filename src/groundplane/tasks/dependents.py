"""Tasks that are made of another one when it is completed (Scale's docs, "Dependent tasks").

Three steps, each safe to repeat, so a kill between two of them neither loses nor doubles a task:

1. The task completes, or is audited: an event row.
2. `order` reads the event and, in one transaction, marks it as read, writes a row per definition
   with the id of the task to come, and enqueues a job for each.
3. `make` creates the task under that id and marks the row, in one transaction, under its lock.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from groundplane.errors import Conflict, InvalidParameter, InvalidRequest, NotFound
from groundplane.jobs.queue import Queue
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import dependent_queries, operations, queries, sources
from groundplane.tasks.answers import StoredAnswer
from groundplane.tasks.dependent_queries import DependentRow, EventName
from groundplane.tasks.lifecycle import State
from groundplane.tasks.making import Maker
from groundplane.tasks.model import pack_params, unpack_params
from groundplane.tasks.operations import Dependent, Order
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.wire.values import JSON, new_id

MAKE_JOB = "tasks.make_dependent"
QUEUE = "housekeeping"
EXIST = "The dependents of this task exist already."
COMPLETED = "Task has already been completed: its dependents cannot be changed."
NOT_COMPLETED = "Task has not been completed: its dependents cannot be created."
NONE_DEFINED = "Task has no dependents defined."
GIVEN_UP = "The task could not be made."
# What a customer's definition can be to blame for; anything else is tried again.
REFUSALS = (InvalidParameter, InvalidRequest, NotFound, Conflict)


async def order(db: Connection, queue: Queue, tenant: Tenant, names: Sequence[EventName]) -> None:
    """Decide what is to be made by these events, and enqueue it; each event counts once.

    A task that was recalled in the meantime is left alone: it will be completed again.
    """
    for due in await dependent_queries.take_events(db, tenant, names):
        if await queries.lock_task(db, tenant, due.task_id) is State.COMPLETED:
            await _order_all(db, queue, tenant, due.task_id)


async def order_of(db: Connection, tenant: Tenant, row: DependentRow) -> Order:
    """With what it inherits now.

    Raises: as operations.filled_dependent and read_order, when a project has been changed since.
    """
    definition: dict[str, object] = msgspec.json.decode(row.definition)
    given = await operations.filled_dependent(db, tenant, definition, row.root_task_id)
    return operations.read_dependent(given)


async def make(
    db: Connection, maker: Maker, row: DependentRow, order: Order, answer: StoredAnswer | None
) -> None:
    """Create the task of a row, whose lock the caller holds; a refusal is kept in the row."""
    try:
        async with db.transaction():  # a savepoint: a refusal leaves nothing of the task
            await maker.make(db, order, answer, dependent=decided(row))
    except REFUSALS as error:
        await refuse(db, maker.tenant, row, error)
    else:
        await _settle(db, maker.tenant, row, problem=None)


async def refuse(db: Connection, tenant: Tenant, row: DependentRow, error: Exception) -> None:
    """The task is not made for this reason, which its root shows."""
    await _settle(db, tenant, row, problem=str(error))


def decided(row: DependentRow) -> Dependent:
    return Dependent(row.task_id, row.source_revision)


async def make_given_up(db: Connection, tenant: Tenant, root_task_id: str, position: int) -> None:
    """The row says so; what was made stays made."""
    await dependent_queries.settle_dependent_task(
        db, tenant, root_task_id, position, problem=GIVEN_UP
    )


async def change(
    db: Connection, tenant: Tenant, task_id: str, given: Mapping[str, JSON]
) -> TaskRow:
    """Order other dependents than before; what is not given stays (Scale takes either spelling).

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidRequest: it is completed, or its dependents exist.
        InvalidParameter: a definition is wrong.
    """
    state = await operations.lock(db, tenant, task_id)
    if state is State.COMPLETED:
        raise InvalidRequest(COMPLETED)
    if await dependent_queries.dependent_tasks(db, tenant, task_id):
        raise InvalidRequest(EXIST)
    row = await operations.get(db, tenant, task_id)
    params: dict[str, JSON] = msgspec.json.decode(unpack_params(row.params_zstd))
    before = cast("dict[str, JSON]", params.get("dependents") or {})
    changed: dict[str, JSON] = {**params, "dependents": {**before, **_unwrapped(given)}}
    kind = task_type(row.type)
    if "dependents" not in kind.params.__struct_fields__:
        raise InvalidRequest(f"Tasks of type {kind.name} have no dependents.")
    own = kind.read(changed)
    operations.check_dependents(kind.dependents(own))
    root = await sources.source_task(db, tenant, row)
    await operations.check_children(db, tenant, root, kind.dependents(own))
    await operations.put_dependents(db, tenant, task_id, changed["dependents"])
    await dependent_queries.put_params(db, tenant, task_id, pack_params(changed))
    return await operations.get(db, tenant, task_id)


async def order_now(db: Connection, queue: Queue, tenant: Tenant, task_id: str) -> list[int]:
    """Decide that the dependents are made, whatever an audit says; their places among the defs.

    Those that were refused may be tried again.

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidRequest: it is not completed, has none, or they exist. Never a Conflict: the
            official client fails on a 409 here.
    """
    if await operations.lock(db, tenant, task_id) is not State.COMPLETED:
        raise InvalidRequest(NOT_COMPLETED)
    before = await dependent_queries.dependent_tasks(db, tenant, task_id)
    if before and not any(row.problem for row in before):
        raise InvalidRequest(EXIST)
    await _order_all(db, queue, tenant, task_id)
    rows = await dependent_queries.dependent_tasks(db, tenant, task_id)
    if not rows:
        raise InvalidRequest(NONE_DEFINED)
    return [row.position for row in rows]


async def made(db: Connection, tenant: Tenant, task_id: str) -> TaskRow:
    """The root, after its dependents were made.

    Raises:
        InvalidRequest: one of them was refused.
    """
    for row in await dependent_queries.dependent_tasks(db, tenant, task_id):
        if row.problem is not None:
            raise InvalidRequest(f"dependents.defs.{row.position}: {row.problem}")
    return await operations.get(db, tenant, task_id)


async def _order_all(db: Connection, queue: Queue, tenant: Tenant, task_id: str) -> None:
    described = await dependent_queries.dependents(db, tenant, task_id)
    if described is None:
        return
    defs: list[object] = msgspec.json.decode(described.defs)
    ids = [new_id() for _ in defs]
    made = await dependent_queries.insert_dependent_tasks(db, tenant, task_id, ids)
    args = [
        {
            "account_id": tenant.account_id,
            "mode": tenant.mode.value,
            "root_task_id": task_id,
            "position": one.position,
        }
        for one in made
    ]
    await queue.defer_many(db, MAKE_JOB, args, queue=QUEUE)


async def _settle(
    db: Connection, tenant: Tenant, row: DependentRow, *, problem: str | None
) -> None:
    await dependent_queries.settle_dependent_task(
        db, tenant, row.root_task_id, row.position, problem=problem
    )


def _unwrapped(given: Mapping[str, JSON]) -> Mapping[str, JSON]:
    inner = given.get("dependents")
    return inner if isinstance(inner, dict) else given
