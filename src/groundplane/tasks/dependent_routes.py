"""What customers do to dependents: change their definitions, and have them made at once."""

from groundplane.jobs.queue import Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Tenant
from groundplane.tasks import dependents, operations
from groundplane.tasks.dependent_jobs import make_one
from groundplane.tasks.making import Maker
from groundplane.tasks.model import PublicTask
from groundplane.wire import bodies
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, described, post


@post(
    "/v1/task/{task_id:str}/dependents/options",
    never_conflicts=True,
    operation_class=described(body="`defs` and `require_audit`, or `dependents` with these."),
)
async def change_dependents(
    request: HttpRequest,
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Change what is to be made of a task that is not completed yet."""
    given = await bodies.read_object(request)
    async with database.transaction(tenant) as db:
        row = await dependents.change(db, tenant, task_id, given)
    return operations.public_task(row)


@post(
    "/v1/task/{task_id:str}/dependents/force_creation",
    never_conflicts=True,
    operation_class=described(body="Nothing."),
)
async def force_dependents(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    queue: NamedDependency[Queue],
    public_url: NamedDependency[str],
) -> PublicTask:
    """Make the dependents of a completed task now, without an audit."""
    async with database.transaction(tenant) as db:
        positions = await dependents.order_now(db, queue, tenant, task_id)
    # Ordered and enqueued: whatever happens to this request, a worker makes the rest.
    for position in positions:
        await make_one(database, Maker(blobs, queue, tenant, public_url), task_id, position)
    async with database.transaction(tenant) as db:
        row = await dependents.made(db, tenant, task_id)
    return operations.public_task(row)


ROUTES = (change_dependents, force_dependents)
