"""What a manager sees and does about callbacks."""

from uuid import UUID

from groundplane.accounts.model import Person, Role
from groundplane.callbacks import batch_news, operations
from groundplane.callbacks.model import (
    DeliveryList,
    DeliveryPage,
    DeliveryView,
    EndpointName,
    Shown,
)
from groundplane.errors import InvalidParameter, NotFound
from groundplane.jobs.queue import Queue
from groundplane.storage.database import Database, Tenant
from groundplane.wire.pages import Query
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, described, get, post


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


@get(
    "/app/callbacks",
    operation_class=described(
        query={
            "state": "all, waiting, resting, delivered or failed",
            "limit": "1 to 100",
            "next_token": "where the page before ended",
            "mode": "live or test",
        }
    ),
)
async def list_all_callbacks(
    asked: NamedDependency[Query],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> DeliveryPage:
    """The deliveries of all tasks and batches, newest first, and the endpoints at rest."""
    person.must_be(Role.MANAGER)
    try:
        shown = Shown(asked.text("state") or Shown.ALL)
    except ValueError:
        raise InvalidParameter("state", f"must be one of {', '.join(Shown)}") from None
    token = asked.text("next_token")
    try:
        after = None if token is None else UUID(token)
    except ValueError:
        raise InvalidParameter("next_token", "is not a token of this list") from None
    async with database.transaction(tenant) as db:
        return await operations.newest(db, tenant, shown, after=after, limit=asked.limit())


@post("/app/callback-endpoints/try")
async def try_endpoint(
    data: JSONBody[EndpointName],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> EndpointName:
    """Try an endpoint that rests now, with one of what is held for it."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.try_now(db, queue, tenant, data.endpoint)
    return data


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


ROUTES = (
    list_callbacks,
    list_batch_callbacks,
    list_all_callbacks,
    try_endpoint,
    resend_callback,
)
