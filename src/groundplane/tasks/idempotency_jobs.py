"""What is kept of idempotency keys is kept for 24 hours."""

from groundplane.jobs.context import Context
from groundplane.jobs.queue import PeriodicDefinition
from groundplane.tasks import idempotency_queries as queries

EVERY_S = 600.0
MOST_TENANTS_AT_ONCE = 1000


async def forget_old(context: Context) -> None:
    """Delete what is older, of all accounts."""
    async with context.database.transaction() as db:
        tenants = await queries.tenants_with_old_answers(
            db, older_than_s=queries.REMEMBERED_S, most=MOST_TENANTS_AT_ONCE
        )
    for tenant in tenants:
        async with context.database.transaction(tenant) as db:
            await queries.delete_old_answers(db, tenant, older_than_s=queries.REMEMBERED_S)


PERIODIC = (
    PeriodicDefinition("tasks.forget_idempotency_keys", "housekeeping", EVERY_S, forget_old),
)
