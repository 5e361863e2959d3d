"""/app/project-overview, /app/batches/…: projects and batches with how far their tasks are."""

from collections import Counter
from collections.abc import Mapping

import msgspec
from msgspec import Raw

from groundplane.batches import operations as batches
from groundplane.batches import queries as batch_queries
from groundplane.batches.model import BatchFilter, Status
from groundplane.batches.queries import BatchRow
from groundplane.projects import operations as projects
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.tasks import batch_work, project_queries
from groundplane.tasks.types import TASK_TYPES
from groundplane.wire.pages import Query
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, NamedDependency, described, get, post
from groundplane.wire.values import timestamp


class TaskCounts(msgspec.Struct):
    """By the wire's words."""

    pending: int
    completed: int
    error: int
    canceled: int


class ProjectLine(msgspec.Struct):
    name: str
    type: str
    created_at: str
    archived: bool
    tasks: TaskCounts
    open_batches: int


class ProjectOverview(msgspec.Struct):
    projects: list[ProjectLine]


class TaskTypeView(msgspec.Struct):
    """Tasks of a type without a workstation stay pending: nobody can label them here yet."""

    name: str
    has_workstation: bool


class TaskTypeList(msgspec.Struct):
    types: list[TaskTypeView]


class BatchLine(msgspec.Struct):
    name: str
    project: str
    status: Status
    calibration_batch: bool
    self_label_batch: bool
    created_at: str
    completed_at: str | None
    archived: bool
    tasks: TaskCounts


class ProjectWork(msgspec.Struct):
    """`tasks` of the whole project, in whichever batch; `total` counts the batches."""

    tasks: TaskCounts
    batches: list[BatchLine]
    total: int


class BatchView(BatchLine):
    """One that `takes_tasks` no more was finalized."""

    takes_tasks: bool
    batch_id: str
    callback: str | None
    metadata: Raw


@get("/app/project-overview")
async def project_overview(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectOverview:
    """All projects, archived ones too, by name, with the numbers of their tasks."""
    person.must_be(Role.MANAGER)
    async with database.statement(tenant) as db:
        rows = await project_queries.overview(db, tenant)
    return ProjectOverview(
        [
            ProjectLine(
                row.name,
                row.type,
                timestamp(row.created_at),
                row.archived_at is not None,
                TaskCounts(row.pending, row.completed, row.error, row.canceled),
                row.open_batches,
            )
            for row in rows
        ]
    )


@get("/app/task-types")
async def list_task_types(person: NamedDependency[Person]) -> TaskTypeList:
    """Of which types projects may be."""
    person.must_be(Role.MANAGER)
    return TaskTypeList([TaskTypeView(kind.name, kind.work is not None) for kind in TASK_TYPES])


@get(
    "/app/projects/{name:str}/batches",
    operation_class=described(query={"limit": "1 to 100", "offset": "how many to skip"}),
)
async def list_batches_of_project(
    name: FromPath[str],
    asked: NamedDependency[Query],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> ProjectWork:
    """How far a project is, and its batches, newest first, with the numbers of their tasks."""
    person.must_be(Role.MANAGER)
    wanted, limit, offset = BatchFilter(project=name), asked.limit(), asked.offset()
    async with database.transaction(tenant) as db:
        project = await projects.get(db, tenant, name)
        tasks = await project_queries.count_statuses(db, tenant, project.project_id)
        total = await batch_queries.count(db, tenant, wanted)
        rows = await batch_queries.page(db, tenant, wanted, offset=offset, limit=limit)
        counts = await batch_work.counts(db, tenant, [row.batch_id for row in rows])
    lines = [_line(row, counts[row.batch_id]) for row in rows]
    return ProjectWork(_counts({row.status: row.tasks for row in tasks}), lines, total)


@get("/app/batches/{name:str}")
async def show_batch(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchView:
    """All that is known of a batch."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _view(db, tenant, await batches.get(db, tenant, name))


@post("/app/batches/{name:str}/finalize")
async def finalize_batch_in_app(
    name: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BatchView:
    """Say that no more tasks come."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _view(db, tenant, await batch_work.finalize(db, tenant, name))


ROUTES = (
    *(project_overview, list_task_types, list_batches_of_project),
    *(show_batch, finalize_batch_in_app),
)


def _line(row: BatchRow, counts: Counter[str]) -> BatchLine:
    return BatchLine(
        name=row.name,
        project=row.project,
        status=Status(row.status),
        calibration_batch=row.calibration,
        self_label_batch=row.self_label,
        created_at=timestamp(row.created_at),
        completed_at=None if row.completed_at is None else timestamp(row.completed_at),
        archived=row.archived_at is not None,
        tasks=_counts(counts),
    )


def _counts(of_status: Mapping[str, int]) -> TaskCounts:
    return TaskCounts(*(of_status.get(name, 0) for name in TaskCounts.__struct_fields__))


async def _view(db: Connection, tenant: Tenant, row: BatchRow) -> BatchView:
    project = await projects.get(db, tenant, row.project)
    counts = await batch_work.counts(db, tenant, [row.batch_id])
    line = _line(row, counts[row.batch_id])
    waits = project.rapid or project.studio
    return BatchView(
        **{name: getattr(line, name) for name in line.__struct_fields__},
        takes_tasks=not waits or line.status is Status.STAGING,
        batch_id=row.batch_id,
        callback=row.callback,
        metadata=Raw(row.metadata.encode()),
    )
