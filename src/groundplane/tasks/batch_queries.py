"""Statements on the tasks of batches: one function each."""

from collections.abc import Sequence

import msgspec

from groundplane.storage.database import Connection, Tenant, many, scalar


class StateCount(msgspec.Struct, frozen=True):
    batch_id: str
    state: str
    tasks: int


async def batch_of(db: Connection, tenant: Tenant, task_id: str) -> str | None:
    return await scalar(
        db,
        """
        SELECT batch_id FROM task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND task_id = %(task_id)s
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        task_id=task_id,
    )


async def count_states(
    db: Connection, tenant: Tenant, batch_ids: Sequence[str]
) -> list[StateCount]:
    """How many tasks of each of these are in each state; none of a state has no row."""
    return await many(
        db,
        StateCount,
        """
        SELECT batch_id, state::text AS state, count(*)::integer AS tasks FROM task
        WHERE account_id = %(account_id)s AND mode = %(mode)s AND batch_id = ANY(%(batch_ids)s)
        GROUP BY batch_id, state
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        batch_ids=list(batch_ids),
    )
