"""Reading the events that let dependents be made, and making each."""

from collections import defaultdict

from groundplane.jobs.context import Context
from groundplane.jobs.queue import Job, JobDefinition, PeriodicDefinition, Queue, fence
from groundplane.storage.database import Connection, Database, Mode, Tenant
from groundplane.tasks import dependent_queries, dependents
from groundplane.tasks.dependent_queries import EventName
from groundplane.tasks.dependents import MAKE_JOB, QUEUE, REFUSALS
from groundplane.tasks.making import Maker

EVERY_S = 1.0
MOST_AT_ONCE = 500


async def read_events(context: Context) -> None:
    """Order what is due by the completions and audits since the last time."""
    async with context.database.transaction() as db:
        names = await dependent_queries.unread_events(db, MOST_AT_ONCE)
    of_tenant: dict[Tenant, list[EventName]] = defaultdict(list)
    for name in names:
        of_tenant[Tenant(name.account_id, Mode(name.mode))].append(name)
    for tenant, theirs in of_tenant.items():
        async with context.database.transaction(tenant) as db:
            await dependents.order(db, context.queue, tenant, theirs)


async def make_dependent(
    context: Context, *, account_id: str, mode: str, root_task_id: str, position: int
) -> None:
    """Make one task that was ordered. Run twice, it makes one."""
    tenant = Tenant(account_id, Mode(mode))
    maker = Maker(context.blobs, context.queue, tenant, context.public_url)
    await make_one(context.database, maker, root_task_id, position, job=context.job)


async def make_one(
    database: Database, maker: Maker, root_task_id: str, position: int, *, job: Job | None = None
) -> None:
    """Create the task, or keep in its row what refuses it; nothing when it is there.

    In test mode the files of its answer are durable before the row that names them.
    """
    tenant = maker.tenant
    async with database.transaction(tenant) as db:
        row = await dependent_queries.lock_dependent_task(db, tenant, root_task_id, position)
        if row is None or row.made:
            return
        try:
            order = await dependents.order_of(db, tenant, row)
            source = await maker.source(db, order, dependent=dependents.decided(row))
        except REFUSALS as error:
            await dependents.refuse(db, tenant, row, error)
            return
    answer = await maker.stored_answer(order, source)
    async with database.transaction(tenant) as db:
        await fence(db, job)
        row = await dependent_queries.lock_dependent_task(db, tenant, root_task_id, position)
        if row is not None and not row.made:
            await dependents.make(db, maker, row, order, answer)


async def dependent_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, root_task_id: str, position: int
) -> None:
    """Shown with its root; forcing the creation, or the dead letter's retry, tries it again."""
    del queue
    await dependents.make_given_up(db, Tenant(account_id, Mode(mode)), root_task_id, position)


JOBS = (JobDefinition(MAKE_JOB, QUEUE, make_dependent, attempts=8, given_up=dependent_given_up),)
PERIODIC = (PeriodicDefinition("tasks.read_dependents", QUEUE, EVERY_S, read_events),)
