"""/v1/task and /v1/tasks, as api.md 3.1 says."""

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.errors import InvalidParameter
from groundplane.files.addresses import link_maker
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.tasks import (
    amendment_routes,
    batch_routes,
    check_routes,
    creation_routes,
    dead_letter_routes,
    dependent_routes,
    operations,
    overview_routes,
    project_routes,
    quality_routes,
    queries,
)
from groundplane.tasks.filtering import TaskFilter
from groundplane.tasks.lifecycle import PUBLIC_STATUS
from groundplane.tasks.model import PublicTask, TaskSummary
from groundplane.tasks.queries import TaskRow
from groundplane.wire.pages import Position, Query
from groundplane.wire.routing import FromPath, NamedDependency, described, get, post

MOST_STORED_BYTES_PER_PAGE = 8 * 1024 * 1024
MOST_SHOWN_BYTES_PER_PAGE = 32 * 1024 * 1024

REVIEWS = ("accepted", "fixed", "commented", "rejected", "pending")
LIST_QUERY = {
    "start_time": "least created_at",
    "end_time": "greatest created_at",
    "completed_after": "least completed_at",
    "completed_before": "greatest completed_at",
    "updated_after": "least updated_at",
    "updated_before": "greatest updated_at",
    "status": "pending, completed, canceled or error",
    "type": "task type",
    "project": "project name",
    "batch": "batch name",
    "customer_review_status": "list: accepted, fixed, commented, rejected, pending",
    "unique_id": "list, any of",
    "tags": "list, any of",
    "limit": "1 to 100",
    "offset": "how many to skip, instead of next_token",
    "next_token": "where the page before ended",
    "include_attachment_url": "boolean: add attachmentS3Downloads",
    "limited_response": "boolean: task_id, status, metadata and project only",
}


class TaskPage(msgspec.Struct):
    docs: list[PublicTask]
    total: int
    limit: int
    offset: int
    has_more: bool
    next_token: str | UnsetType = UNSET


class SummaryPage(msgspec.Struct):
    docs: list[TaskSummary]
    total: int
    limit: int
    offset: int
    has_more: bool
    next_token: str | UnsetType = UNSET


@get("/v1/task/{task_id:str}")
async def retrieve_task(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Retrieve a task."""
    async with database.statement(tenant) as db:
        row = await operations.get(db, tenant, task_id)
    return operations.public_task(row)


@post(
    "/v1/task/{task_id:str}/cancel",
    never_conflicts=True,
    operation_class=described(
        query={"clear_unique_id": "boolean: free the unique_id too"}, body="Nothing."
    ),
)
async def cancel_task(
    task_id: FromPath[str],
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PublicTask:
    """Cancel a task that nobody has started."""
    clear_unique_id = asked.flag("clear_unique_id")
    async with database.transaction(tenant) as db:
        row = await operations.cancel(db, tenant, task_id, clear_unique_id=clear_unique_id)
    return operations.public_task(row)


@get("/v1/tasks", operation_class=described(query=LIST_QUERY))
async def list_tasks(
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
    public_url: NamedDependency[str],
) -> TaskPage | SummaryPage:
    """List tasks, newest first."""
    wanted, after = read_filter(asked), asked.position()
    limit, offset = asked.limit(), asked.offset()
    with_downloads, limited = asked.flag("include_attachment_url"), asked.flag("limited_response")
    async with database.transaction(tenant) as db:
        wanted, total = await _first_that_finds(db, tenant, wanted, asked)
        rows = await queries.list_tasks(
            db,
            tenant,
            wanted,
            after=after,
            offset=0 if after else offset,
            limit=limit,
            most_bytes=MOST_STORED_BYTES_PER_PAGE,
        )
        page = _page(rows)
        has_more = bool(page) and await queries.is_task_behind(
            db, tenant, wanted, _position(page[-1])
        )
    token = _position(page[-1]).token() if has_more else UNSET
    if limited:
        docs = [operations.summary(row) for row in page]
        return SummaryPage(docs, total, limit, offset, has_more, token)
    link = link_maker(secret, tenant, public_url=public_url) if with_downloads else None
    shown = [operations.public_task(row, link=link) for row in page]
    return TaskPage(shown, total, limit, offset, has_more, token)


ROUTES = (
    *(retrieve_task, cancel_task, list_tasks),
    *creation_routes.ROUTES,
    *amendment_routes.ROUTES,
    *dependent_routes.ROUTES,
    *overview_routes.ROUTES,
    *check_routes.ROUTES,
    *dead_letter_routes.ROUTES,
    *batch_routes.ROUTES,
    *project_routes.ROUTES,
    *quality_routes.ROUTES,
)


async def _first_that_finds(
    db: Connection, tenant: Tenant, wanted: TaskFilter, asked: Query
) -> tuple[TaskFilter, int]:
    """With the unique_ids that are meant, and how many tasks that is."""
    for unique_ids in asked.readings("unique_id", LIST_QUERY):
        meant = msgspec.structs.replace(wanted, unique_ids=unique_ids)
        if (total := await queries.count_tasks(db, tenant, meant)) > 0:
            return meant, total
    if wanted.unique_ids is not None:
        return wanted, 0
    return wanted, await queries.count_tasks(db, tenant, wanted)


def read_filter(asked: Query) -> TaskFilter:
    """Raises InvalidParameter: naming the value that cannot be."""
    status = asked.text("status")
    if status is not None and status not in PUBLIC_STATUS.values():
        words = ", ".join(dict.fromkeys(PUBLIC_STATUS.values()))
        raise InvalidParameter("status", f"must be one of [{words}]")
    reviews = asked.words("customer_review_status")
    if reviews is not None and not set(reviews).issubset(REVIEWS):
        raise InvalidParameter("customer_review_status", f"must be one of [{', '.join(REVIEWS)}]")
    return TaskFilter(
        created_from=asked.time("start_time"),
        created_to=asked.last_time("end_time"),
        updated_from=asked.time("updated_after"),
        updated_to=asked.last_time("updated_before"),
        completed_from=asked.time("completed_after"),
        completed_to=asked.last_time("completed_before"),
        status=status,
        type=asked.text("type"),
        project=asked.text("project"),
        batch=asked.text("batch"),
        unique_ids=asked.whole_values("unique_id"),
        tags=asked.whole_values("tags"),
        reviews=reviews,
    )


def _page(rows: list[TaskRow]) -> list[TaskRow]:
    """The rows, fewer when what they unpack to is too much for one answer."""
    page: list[TaskRow] = []
    shown_bytes = 0
    for row in rows:
        shown_bytes += operations.shown_bytes(row)
        if page and shown_bytes > MOST_SHOWN_BYTES_PER_PAGE:
            break
        page.append(row)
    return page


def _position(row: TaskRow) -> Position:
    return Position(row.created_at, row.task_id)
