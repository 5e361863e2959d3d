"""Tasks are made here: by customers over /v1, and by managers in the browser, in one way."""

from typing import cast

import msgspec

from groundplane.errors import InvalidRequest
from groundplane.jobs.queue import Queue
from groundplane.projects import operations as projects
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Database, Mode, Tenant
from groundplane.tasks import answers, inheritance, operations, queries
from groundplane.tasks.model import DEMO_UNIQUE_ID, PublicTask, is_demo, unpack_params
from groundplane.tasks.operations import Order
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.sources import find_source
from groundplane.tasks.types import task_type
from groundplane.wire import bodies
from groundplane.wire.people import Person, Role
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, described, post
from groundplane.wire.values import JSON


class NewTask(msgspec.Struct, forbid_unknown_fields=True):
    """`params` are the body that POST /v1/task/{type} takes.

    With `makes_project` the project that they name is made when there is none of that name.
    """

    type: str
    params: dict[str, object]
    makes_project: bool = False


class MadeTask(msgspec.Struct, frozen=True):
    task_id: str


@post(
    "/v1/task/{type_name:str}",
    operation_class=described(body="The parameters of the task type."),
)
async def create_task(
    request: HttpRequest,
    type_name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    queue: NamedDependency[Queue],
    public_url: NamedDependency[str],
) -> PublicTask:
    """Create a task of this type."""
    kind = task_type(type_name)
    given = await bodies.read_object(request)
    async with database.transaction(tenant) as db:
        given = await inheritance.fill(db, tenant, kind.name, given)
    order = operations.read_order(kind, given, from_form=bodies.is_form(request))
    row = await _create(database, blobs, queue, tenant, order, public_url)
    return operations.public_task(row)


@post("/app/tasks")
async def create_task_in_app(
    data: JSONBody[NewTask],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    queue: NamedDependency[Queue],
    public_url: NamedDependency[str],
) -> MadeTask:
    """Create a task as the API does, together with its project when that is new."""
    person.must_be(Role.MANAGER)
    kind, given = task_type(data.type), cast("dict[str, JSON]", data.params)
    async with database.transaction(tenant) as db:
        given = await inheritance.fill(
            db, tenant, kind.name, given, may_lack_project=data.makes_project
        )
    order = operations.read_order(kind, given)
    row = await _create(
        database, blobs, queue, tenant, order, public_url, makes_project=data.makes_project
    )
    return MadeTask(row.task_id)


@post("/app/tasks/{task_id:str}/again")
async def label_demo_again(
    task_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> MadeTask:
    """Another task of the demo's frames, for the next one who wants to learn."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        order = await _order_again(db, tenant, task)
        row = await operations.create_and_ingest(db, queue, tenant, order)
    return MadeTask(row.task_id)


ROUTES = (create_task, create_task_in_app, label_demo_again)


async def _create(
    database: Database,
    blobs: Blobs,
    queue: Queue,
    tenant: Tenant,
    order: Order,
    public_url: str,
    *,
    makes_project: bool = False,
) -> TaskRow:
    answer = None
    if tenant.mode is Mode.TEST:
        async with database.transaction(tenant) as db:
            source = await find_source(db, tenant, order.kind, order.own)
        # The files of an answer are durable before the row that names them.
        answer = await answers.store(blobs, tenant, order, source)
    async with database.transaction(tenant) as db:
        if makes_project and order.common.project is not None:
            await projects.create(db, tenant, order.common.project, order.kind.name)
        if answer is None:
            return await operations.create_and_ingest(db, queue, tenant, order)
        return await answers.create_answered(db, blobs, tenant, order, answer, public_url)


async def _order_again(db: Connection, tenant: Tenant, task: TaskRow) -> Order:
    """The same frames and labels, under the next free name of the demo's.

    Raises:
        InvalidRequest: it is no task of the demo; only its customer may order that again.
    """
    if not is_demo(task.unique_id):
        raise InvalidRequest("Only the demo can be labeled again.")
    number = 2
    while await queries.holder_of_unique_id(db, tenant, f"{DEMO_UNIQUE_ID}-{number}") is not None:
        number += 1
    given: dict[str, JSON] = msgspec.json.decode(unpack_params(task.params_zstd))
    common: dict[str, JSON] = {
        "project": task.project,
        "project_param_version": task.project_param_version,
        "instruction": task.instruction,
        "unique_id": f"{DEMO_UNIQUE_ID}-{number}",
    }
    return operations.read_order(task_type(task.type), given | common)
