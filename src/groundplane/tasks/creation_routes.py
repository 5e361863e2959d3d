"""Tasks are made here: by customers over /v1, and by managers in the browser, in one way."""

from http import HTTPStatus
from typing import cast

import msgspec
from litestar import MediaType, Response

from groundplane.errors import GroundplaneError, IdempotencyKeyUsed, InvalidRequest
from groundplane.jobs.queue import Queue
from groundplane.projects import operations as projects
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Database, Mode, Tenant
from groundplane.tasks import idempotency, inheritance, operations, queries
from groundplane.tasks.answers import StoredAnswer
from groundplane.tasks.idempotency import HEADER, Answer, Keyed
from groundplane.tasks.making import Maker
from groundplane.tasks.model import DEMO_UNIQUE_ID, PublicTask, is_demo, unpack_params
from groundplane.tasks.operations import Order
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.wire import bodies
from groundplane.wire.errors import ERROR_RESPONSES, RETRY_RESPONSE
from groundplane.wire.people import ApiKey, Person, Role
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
    checks_body=True,
    responses=ERROR_RESPONSES | RETRY_RESPONSE,
    operation_class=described(
        headers={HEADER: "For 24 hours the same request is answered the same, and done once."},
        body="The parameters of the task type.",
    ),
)
async def create_task(
    request: HttpRequest,
    type_name: FromPath[str],
    tenant: NamedDependency[Tenant],
    api_key: NamedDependency[ApiKey],
    database: NamedDependency[Database],
    blobs: NamedDependency[Blobs],
    queue: NamedDependency[Queue],
    public_url: NamedDependency[str],
) -> Response[PublicTask]:
    """Create a task of this type."""
    maker = Maker(blobs, queue, tenant, public_url)
    keys = request.headers.getall(HEADER, [])
    if not keys:
        return _answer(await _answer_once(request, type_name, database, maker, None))
    body, media = await request.body(), bodies.media_type(request)
    asked = idempotency.keyed(keys, api_key.key_id, type_name, body, media)
    async with database.transaction(tenant) as db:
        before = await idempotency.answered(db, tenant, asked)
    if before is not None:
        return _answer(before)
    try:
        return _answer(await _answer_once(request, type_name, database, maker, asked))
    except IdempotencyKeyUsed:
        raise
    except GroundplaneError as error:
        refusal = idempotency.answer_of(error)
        if refusal is None:
            raise
        async with database.transaction(tenant) as db:
            return _answer(await idempotency.remember_unless_answered(db, tenant, asked, refusal))


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
    maker = Maker(blobs, queue, tenant, public_url)
    if inheritance.concerns(given):
        async with database.transaction(tenant) as db:
            given = await inheritance.fill(
                db, tenant, kind.name, given, may_lack_project=data.makes_project
            )
    order = operations.read_order(kind, given)
    stored = await _stored_answer(database, maker, order)
    async with database.transaction(tenant) as db:
        if data.makes_project and order.common.project is not None:
            await projects.create(db, tenant, order.common.project, order.kind.name)
        row = await maker.make(db, order, stored)
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


async def _answer_once(
    request: HttpRequest, type_name: str, database: Database, maker: Maker, asked: Keyed | None
) -> Answer:
    """The task as it is answered, which `asked` is answered by from then on."""
    await bodies.check(request)
    kind = task_type(type_name)
    given = await bodies.read_object(request)
    if inheritance.concerns(given):
        async with database.transaction(maker.tenant) as db:
            given = await inheritance.fill(db, maker.tenant, kind.name, given)
    order = operations.read_order(kind, given, from_form=bodies.is_form(request))
    stored = await _stored_answer(database, maker, order)
    if asked is None and stored is None and order.is_one_statement:
        async with database.statement(maker.tenant) as db:
            return _written(await maker.make(db, order, None))
    async with database.transaction(maker.tenant) as db:
        if asked is not None:
            before = await idempotency.begin(db, maker.tenant, asked)
            if before is not None:
                return before
        answer = _written(await maker.make(db, order, stored))
        if asked is not None:
            await idempotency.remember(db, maker.tenant, asked, answer)
    return answer


async def _stored_answer(database: Database, maker: Maker, order: Order) -> StoredAnswer | None:
    if maker.tenant.mode is not Mode.TEST:
        return None
    async with database.transaction(maker.tenant) as db:
        source = await maker.source(db, order)
    return await maker.stored_answer(order, source)


def _written(row: TaskRow) -> Answer:
    return Answer(HTTPStatus.OK, msgspec.json.encode(operations.public_task(row)))


def _answer(answer: Answer) -> Response[PublicTask]:
    """The bytes of a task that were written before, or of an error."""
    written = cast("PublicTask", answer.body)
    return Response(written, status_code=answer.status, media_type=MediaType.JSON)


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
