"""/v1/evaluation_tasks and /v1/training_tasks: tasks whose answer is known beforehand.

Scale's docs have them for Rapid projects only, and for no type of sensor fusion.
"""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, Raw, UnsetType

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.projects import operations as projects
from groundplane.storage.database import Database, Tenant
from groundplane.tasks import inheritance, operations, quality_queries
from groundplane.tasks.model import pack_params
from groundplane.tasks.quality_queries import NewQualityTask
from groundplane.tasks.types.quality import quality_type
from groundplane.wire import bodies
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, described, post
from groundplane.wire.values import JSON, new_id

EVALUATION, TRAINING = "evaluation", "training"
ANSWERS = ("expected_response", "initial_response")


class PublicQualityTask(msgspec.Struct, kw_only=True):
    id: str
    type: str
    project: str
    params: dict[str, object]
    expected_response: Raw
    initial_response: Raw | UnsetType = UNSET


@post(
    "/v1/evaluation_tasks/{type_name:str}",
    operation_class=described(
        body="The parameters of the task type; expected_response, initial_response."
    ),
)
async def create_evaluation_task(
    request: HttpRequest,
    type_name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicQualityTask:
    """Create a task by which labelers are judged."""
    return await _create(request, EVALUATION, type_name, tenant, database)


@post(
    "/v1/training_tasks/{type_name:str}",
    operation_class=described(body="The parameters of the task type; expected_response."),
)
async def create_training_task(
    request: HttpRequest,
    type_name: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicQualityTask:
    """Create a task by which labelers learn."""
    return await _create(request, TRAINING, type_name, tenant, database)


ROUTES = (create_evaluation_task, create_training_task)


async def _create(
    request: HttpRequest, purpose: str, type_name: str, tenant: Tenant, database: Database
) -> PublicQualityTask:
    """Raises: as creating a task, and InvalidRequest when the project is not Rapid."""
    kind = quality_type(type_name, purpose)
    given = await bodies.read_object(request)
    expected, initial = _answer(given, ANSWERS[0]), _answer(given, ANSWERS[1])
    if expected is None:
        raise InvalidParameter(ANSWERS[0], "is required")
    given = {name: value for name, value in given.items() if name not in ANSWERS}
    async with database.transaction(tenant) as db:
        given = await inheritance.fill(db, tenant, kind.name, given)
        order = operations.read_order(kind, given, from_form=bodies.is_form(request))
        name = order.common.project
        if name is None:
            raise InvalidParameter("project", "is required")
        project = await projects.for_new_task(db, tenant, name, kind.name)
        if not project.rapid:
            raise InvalidRequest(f"Project {name} is not a Rapid project.")
        new = NewQualityTask(
            quality_task_id=new_id(),
            purpose=purpose,
            type=kind.name,
            project_id=project.project_id,
            instruction=order.common.instruction,
            params_zstd=pack_params(order.params),
            expected_response=expected,
            initial_response=initial,
        )
        await quality_queries.insert(db, tenant, new)
    return PublicQualityTask(
        id=new.quality_task_id,
        type=kind.name,
        project=name,
        params=dict(order.params),
        expected_response=Raw(expected.encode()),
        initial_response=UNSET if initial is None else Raw(initial.encode()),
    )


def _answer(given: Mapping[str, JSON], name: str) -> str | None:
    """As JSON text. Raises InvalidParameter: it is neither an object nor a list."""
    answer = given.get(name)
    if answer is None:
        return None
    if not isinstance(answer, dict | list):
        raise InvalidParameter(name, "must be an object")
    return msgspec.json.encode(answer).decode()
