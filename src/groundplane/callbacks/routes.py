"""What a manager sees and does about callbacks."""

from uuid import UUID

from groundplane.accounts.model import Person, Role
from groundplane.callbacks import batch_news, operations
from groundplane.callbacks.model import DeliveryList, DeliveryView
from groundplane.errors import NotFound
from groundplane.jobs.queue import Queue
from groundplane.storage.database import Database, Tenant
from groundplane.wire.routing import FromPath, NamedDependency, get, post


@get("/app/tasks/{task_id:str}/callbacks")
async def list_callbacks(
    task_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> DeliveryList:
    """A task's deliveries in the order of its events, each with every attempt."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return DeliveryList(await operations.of_task(db, tenant, task_id))


@get("/app/batches/{name:str}/callbacks")
async def list_batch_callbacks(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> DeliveryList:
    """A batch's deliveries in the order of its events, each with every attempt."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return DeliveryList(await batch_news.of_batch(db, tenant, name))


@post("/app/callbacks/{delivery_id:str}/resend")
async def resend_callback(
    delivery_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> DeliveryView:
    """Send the same payload under the same id once more, now."""
    person.must_be(Role.MANAGER)
    try:
        delivery = UUID(delivery_id)
    except ValueError:
        raise NotFound(operations.DELIVERY) from None
    async with database.transaction(tenant) as db:
        return await operations.resend(db, queue, tenant, delivery)


ROUTES = (list_callbacks, list_batch_callbacks, resend_callback)
