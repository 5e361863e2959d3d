"""/app/tasks: the list and the page of a task, for the people of the account."""

import msgspec
from msgspec import Raw

from groundplane.errors import InvalidParameter
from groundplane.storage.database import Connection, Database, Mode, Tenant
from groundplane.tasks import dependent_queries, operations, overview_queries, queries
from groundplane.tasks.filtering import TaskFilter
from groundplane.tasks.lifecycle import PUBLIC_STATUS, State
from groundplane.tasks.model import FrameFailure, is_demo, unpack_params
from groundplane.tasks.operations import attachments_of
from groundplane.tasks.overview_queries import FrameErrorRow, OverviewRow
from groundplane.tasks.queries import EventRow, TaskRow
from groundplane.tasks.types import task_type
from groundplane.wire.pages import Position, Query
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, NamedDependency, described, get
from groundplane.wire.values import timestamp

SHORT_INSTRUCTION = 120
WHOLE_INSTRUCTION = 10_000_000


class TaskHead(msgspec.Struct):
    """A line of the list. `status` is the wire's word, `state` our finer one.

    The demo (`is_demo`) is where people learn: its answer is shown to everybody. A task of a type
    that has no workstation yet stays as it is once its frames are read, if it has any.
    """

    task_id: str
    type: str
    status: str
    state: State
    project: str | None
    batch: str | None
    created_at: str
    updated_at: str
    completed_at: str | None
    unique_id: str | None
    instruction: str | None
    frames_total: int
    frames_settled: int
    frames_failed: int
    lease_holder: str | None
    is_test: bool
    is_demo: bool
    has_workstation: bool


class TaskHeads(msgspec.Struct):
    tasks: list[TaskHead]
    total: int
    next_token: str | None


class BadFrame(msgspec.Struct):
    """A frame that could not be read; `status_code` is the HTTP status of `url`, if any."""

    frame: int
    message: str
    url: str
    status_code: int | None


class TaskEvent(msgspec.Struct):
    seq: int
    event: str
    from_state: str | None
    to_state: str
    at: str


class DependentTask(msgspec.Struct):
    """A task that is made of this one: `state` is null until it is there, `problem` if refused."""

    task_id: str
    type: str
    state: State | None
    problem: str | None


class Dependence(msgspec.Struct):
    """How a task hangs together with others.

    `source_task_id` is the task that it looks at. `ordered` counts what is to be made of it, with
    `require_audit` after the customer's audit; `made` has those that were decided to be made.
    """

    source_task_id: str | None
    ordered: int
    require_audit: bool
    made: list[DependentTask]


class TaskDetail(TaskHead):
    """The page of a task; what only managers may see is null for others."""

    priority: int
    tags: list[str]
    error: str | None
    bad_frames: list[BadFrame]
    events: list[TaskEvent]
    dependence: Dependence
    callback_succeeded: bool | None
    callback_url: str | None
    response_url: str | None
    metadata: Raw | None
    params: Raw | None


class AnswerFile(msgspec.Struct):
    url: str


class BadAttachment(msgspec.Struct):
    url: str
    status_code: int | None = msgspec.field(name="statusCode")
    message: str | None = None


class BadResponseFrame(msgspec.Struct):
    frame: int
    message: str
    attachment: BadAttachment


class StoredResponse(msgspec.Struct):
    """What the page reads of a response (api.md 5)."""

    annotations: object = None
    error: str | None = None
    attachments: list[BadAttachment] = []
    frames: list[BadResponseFrame] = []


@get(
    "/app/tasks",
    operation_class=described(
        query={
            "status": "pending, completed, canceled or error, or one of our finer states",
            "type": "task type",
            "project": "project name",
            "batch": "batch name",
            "limit": "1 to 100",
            "next_token": "where the page before ended",
            "mode": "live or test (managers)",
        }
    ),
)
async def list_tasks_for_app(
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> TaskHeads:
    """The tasks of the account, newest first."""
    status, states = _status(asked.text("status"))
    wanted = TaskFilter(
        status=status,
        states=states,
        type=asked.text("type"),
        project=asked.text("project"),
        batch=asked.text("batch"),
    )
    limit, after = asked.limit(), asked.position()
    async with database.transaction(tenant) as db:
        total = await queries.count_tasks(db, tenant, wanted)
        rows = await overview_queries.list_overview(
            db,
            tenant,
            wanted,
            after=after,
            limit=limit + 1,
            instruction_characters=SHORT_INSTRUCTION,
        )
    page = rows[:limit]
    has_more = len(rows) > limit
    token = Position(page[-1].created_at, page[-1].task_id).token() if has_more else None
    return TaskHeads([_head(row, tenant) for row in page], total, token)


@get("/app/tasks/{task_id:str}")
async def show_task_for_app(
    task_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> TaskDetail:
    """All that is known of a task."""
    async with database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        row = await overview_queries.overview(
            db, tenant, task_id, instruction_characters=WHOLE_INSTRUCTION
        )
        failed = await overview_queries.frame_errors(db, tenant, task_id)
        events = await queries.events(db, tenant, task_id)
        dependence = await _dependence(db, tenant, task_id)
    assert row is not None  # tasks are never deleted
    return _detail(person, _head(row, tenant), task, failed, events, dependence)


ROUTES = (list_tasks_for_app, show_task_for_app)


def _status(word: str | None) -> tuple[str | None, list[State] | None]:
    """The wire's word, which has an index, and the state within it if one of ours was asked for.

    Raises:
        InvalidParameter: no task is ever so.
    """
    if word is None or word in PUBLIC_STATUS.values():
        return word, None
    if word in {state.value for state in State}:
        return PUBLIC_STATUS[State(word)], [State(word)]
    words = ", ".join(dict.fromkeys([*PUBLIC_STATUS.values(), *State]))
    raise InvalidParameter("status", f"must be one of [{words}]")


def _head(row: OverviewRow, tenant: Tenant) -> TaskHead:
    return TaskHead(
        task_id=row.task_id,
        type=row.type,
        status=PUBLIC_STATUS[State(row.state)],
        state=State(row.state),
        project=row.project,
        batch=row.batch,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
        completed_at=None if row.completed_at is None else timestamp(row.completed_at),
        unique_id=row.unique_id,
        instruction=row.instruction,
        frames_total=row.frames_total,
        frames_settled=row.frames_settled,
        frames_failed=row.frames_failed,
        lease_holder=row.lease_holder,
        is_test=tenant.mode is Mode.TEST,
        is_demo=is_demo(row.unique_id),
        has_workstation=task_type(row.type).work is not None,
    )


def _detail(
    person: Person,
    head: TaskHead,
    task: TaskRow,
    failed: list[FrameErrorRow],
    events: list[EventRow],
    dependence: Dependence,
) -> TaskDetail:
    manages = person.role is Role.MANAGER
    response = msgspec.json.decode(task.response or "{}", type=StoredResponse)
    return TaskDetail(
        **msgspec.structs.asdict(head),
        priority=task.priority,
        tags=task.tags,
        error=response.error,
        bad_frames=[_failed(row) for row in failed] or _bad_frames(response, task),
        events=[_event(row) for row in events],
        dependence=dependence,
        callback_succeeded=task.callback_succeeded,
        callback_url=task.callback_url if manages else None,
        response_url=_url(response.annotations) if manages or head.is_demo else None,
        metadata=Raw(task.metadata.encode()) if manages else None,
        params=Raw(unpack_params(task.params_zstd)) if manages else None,
    )


async def _dependence(db: Connection, tenant: Tenant, task_id: str) -> Dependence:
    layer = await dependent_queries.layer(db, tenant, task_id)
    ordered = await dependent_queries.dependents(db, tenant, task_id)
    defs: list[object] = [] if ordered is None else msgspec.json.decode(ordered.defs)
    return Dependence(
        source_task_id=None if layer is None else layer.source_task_id,
        ordered=len(defs),
        require_audit=ordered is not None and ordered.require_audit,
        made=[
            DependentTask(
                row.task_id, row.type, None if row.state is None else State(row.state), row.problem
            )
            for row in await dependent_queries.shown_dependents(db, tenant, task_id)
        ],
    )


def _url(annotations: object) -> str | None:
    """Of a response whose annotations are a file; other types answer in place."""
    try:
        return msgspec.convert(annotations, AnswerFile).url
    except msgspec.ValidationError:
        return None


def _failed(row: FrameErrorRow) -> BadFrame:
    failure = msgspec.json.decode(row.error, type=FrameFailure)
    return BadFrame(row.frame_index, failure.message, failure.url, failure.status_code)


def _bad_frames(response: StoredResponse, task: TaskRow) -> list[BadFrame]:
    """From the response, which of failed downloads says the addresses and not the frames."""
    if response.frames:
        return [
            BadFrame(one.frame, one.message, one.attachment.url, one.attachment.status_code)
            for one in response.frames
        ]
    order = attachments_of(task)
    bad_frames: list[BadFrame] = []
    after = 0  # they are in the order of the frames, and an address may be that of several
    for one in response.attachments:
        frame = order.index(one.url, after)
        after = frame + 1
        message = one.message or f"The server answered {one.status_code}."
        bad_frames.append(BadFrame(frame, message, one.url, one.status_code))
    return bad_frames


def _event(row: EventRow) -> TaskEvent:
    return TaskEvent(row.seq, row.event, row.from_state, row.to_state, timestamp(row.at))
