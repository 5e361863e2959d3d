"""Verbs on tasks. None commits: the caller's transaction does."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import msgspec
from msgspec import UNSET, Raw

from groundplane.errors import Conflict, InvalidParameter, InvalidRequest, NotFound, UniqueIdTaken
from groundplane.jobs.queue import NO_JOB, JobParameters, Queue
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.tasks import batch_work, blob_queries, dependent_queries, inheritance, queries
from groundplane.tasks.lifecycle import PUBLIC_STATUS, Event, State, advance
from groundplane.tasks.model import (
    COMMON_NAMES,
    CUSTOMER,
    SCHEMES,
    Audit,
    Common,
    KeptAudit,
    PublicTask,
    TaskSummary,
    check_distinct,
    pack_params,
    params_bytes,
    read_common,
    unpack_params,
)
from groundplane.tasks.queries import MadeRow, NewTask, TaskRow
from groundplane.tasks.sources import TASK, existing, find_source
from groundplane.tasks.types import DEPENDENT_TYPES, task_type
from groundplane.tasks.types.definitions import Dependents
from groundplane.tasks.types.echo import fill_defaults
from groundplane.tasks.types.kind import AnyTaskType, SourceTask
from groundplane.wire import bodies
from groundplane.wire.values import JSON, is_id, new_id, timestamp

INGEST_JOB = "tasks.ingest"
INGEST_QUEUE = "ingest"
CHECK_JOB = "tasks.check_scene"
CHECK_QUEUE = "housekeeping"  # frames of other tasks do not wait for it
NO_TASK_YET = "0" * 24

_RESPONSES = msgspec.json.Decoder(list[Raw])
_AUDITS = msgspec.json.Decoder(list[KeptAudit])


class Order(msgspec.Struct, frozen=True):
    """A request for a task, checked: everything is known but what only the database knows."""

    kind: AnyTaskType
    common: Common
    own: msgspec.Struct
    params: Mapping[str, JSON]

    @property
    def is_one_statement(self) -> bool:
        """Nothing has to be read or written besides the task, its event and its job.

        Such a task needs no transaction around the statement that makes it.
        """
        place = (self.common.project, self.common.batch)
        stands_alone = place == (None, None) and self.kind.source(self.own) is None
        return stands_alone and not self.kind.dependents(self.own)


class Dependent(msgspec.Struct, frozen=True):
    """What was decided of a task when it was decided that it is to be made of another."""

    task_id: str
    source_revision: int | None


def read_order(kind: AnyTaskType, given: Mapping[str, JSON], *, from_form: bool = False) -> Order:
    """A creation body, checked (api.md 4).

    Raises:
        InvalidParameter: naming the first thing that is wrong.
        InvalidRequest: there are no attachments.
    """
    own = kind.read(given, from_form=from_form)
    common = read_common(given, from_form=from_form, required=kind.required)
    check_dependents(kind.dependents(own))
    return Order(kind, common, own, {**_params(own, given), **kind.echo(own)})


def check_dependents(described: Sequence[Mapping[str, object]]) -> None:
    """Refuse now what could only fail when the task that these build on is completed.

    Raises:
        InvalidParameter, InvalidRequest: as read_order, naming which of them is wrong.
    """
    for index, one in enumerate(described):
        path = f"dependents.defs.{index}"
        name = one.get("type")
        if name not in DEPENDENT_TYPES:
            raise InvalidParameter(f"{path}.type", f"must be one of [{', '.join(DEPENDENT_TYPES)}]")
        if one.get("lidar_task") is not None:
            raise InvalidParameter(f"{path}.lidar_task", "is not allowed")
        if inheritance.concerns(cast("Mapping[str, JSON]", one)):
            continue  # What it lacks may be its project's to give: see check_children.
        try:
            read_dependent(cast("Mapping[str, JSON]", {**one, "lidar_task": NO_TASK_YET}))
        except InvalidParameter as error:
            raise InvalidParameter(f"{path}.{error.path}", error.reason) from None
    check_distinct(described)


def read_dependent(definition: Mapping[str, JSON]) -> Order:
    """The order for a task of this definition, with what it inherits filled in.

    Raises: as read_order.
    """
    return read_order(task_type(str(definition["type"])), definition)


async def filled_dependent(
    db: Connection, tenant: Tenant, definition: Mapping[str, object], root_task_id: str
) -> dict[str, JSON]:
    """A definition as the body that a customer would send now, made of that task.

    Raises: as inheritance.fill.
    """
    given = cast("dict[str, JSON]", {**definition, "lidar_task": root_task_id})
    return await inheritance.fill(db, tenant, str(definition["type"]), given)


async def create(
    db: Connection,
    tenant: Tenant,
    order: Order,
    *,
    ingest: Queue | None = None,
    dependent: Dependent | None = None,
) -> TaskRow:
    """A new task in state created, and in the queue `ingest` the job that reads its attachments.

    What it builds on is pinned: the revision that was submitted, now or when it was ordered.

    Raises:
        NotFound: the project or batch does not exist in this world.
        InvalidRequest: the project takes another type of task.
        UniqueIdTaken: another task holds the unique_id.
        NotFound, InvalidParameter: the task that it builds on is not there, or does not fit.
        InvalidParameter, InvalidRequest: a dependent could not be made of it.
    """
    source = await find_source(
        db, tenant, order.kind, order.own, must_be_completed=dependent is None
    )
    common = order.common
    place = await inheritance.place(db, tenant, order.kind.name, common)
    new = NewTask(
        task_id=new_id() if dependent is None else dependent.task_id,
        type=order.kind.name,
        project_id=place.project_id,
        batch_id=place.batch_id,
        project_param_version=common.project_param_version,
        unique_id=None if common.unique_id is None else str(common.unique_id),
        clear_unique_id_on_error=common.clear_unique_id_on_error,
        priority=common.priority,
        instruction=common.instruction,
        callback_url=common.callback_url,
        metadata=msgspec.json.encode(common.metadata).decode(),
        tags=common.tags,
        params_zstd=pack_params(order.params),
    )
    if defs := order.kind.dependents(order.own):
        await check_children(db, tenant, SourceTask(new.type, order.params, source), defs)
    job = NO_JOB
    if ingest is not None:
        args = {
            "account_id": tenant.account_id,
            "mode": tenant.mode.value,
            "task_id": new.task_id,
        }
        job = ingest.parameters(INGEST_JOB, args, queue=INGEST_QUEUE)
    made = await _insert(db, tenant, new, job)
    await _pin_source(db, tenant, order, new.task_id, dependent)
    described = None
    if defs:
        described = await put_dependents(db, tenant, new.task_id, order.params["dependents"])
    return queries.row_of(tenant, new, made, place.project, common.batch, described)


async def check_children(
    db: Connection, tenant: Tenant, root: SourceTask, defs: Sequence[Mapping[str, object]]
) -> None:
    """Refuse dependents that could not be made of this task, or not in the projects they name.

    Raises:
        InvalidParameter: naming the definition that is wrong.
    """
    for index, one in enumerate(defs):
        path = f"dependents.defs.{index}"
        try:
            given = await filled_dependent(db, tenant, one, NO_TASK_YET)
            order = read_dependent(given)
            _check_source(order, root)
            await inheritance.place(db, tenant, order.kind.name, order.common)
        except InvalidParameter as error:
            raise InvalidParameter(f"{path}.{error.path}", error.reason) from None
        except (NotFound, InvalidRequest) as error:
            raise InvalidParameter(path, f"cannot be made: {error}") from None
        inner = SourceTask(order.kind.name, order.params, root)
        await check_children(db, tenant, inner, order.kind.dependents(order.own))


async def put_dependents(db: Connection, tenant: Tenant, task_id: str, described: JSON) -> str:
    """What is to be made of a task when it is completed, checked before; as it is shown."""
    given = bodies.convert(cast("dict[str, JSON]", described), Dependents)
    defs = msgspec.json.encode(given.defs).decode()
    return await dependent_queries.put_dependents(
        db, tenant, task_id, defs=defs, require_audit=given.require_audit
    )


async def create_and_ingest(
    db: Connection,
    queue: Queue,
    tenant: Tenant,
    order: Order,
    *,
    dependent: Dependent | None = None,
) -> TaskRow:
    """A new task, and the job that reads its attachments, in one statement.

    What ingest cannot read leaves no job: the task waits in state created.

    Raises: as create.
    """
    ingest = None if order.kind.scene(order.own) is None else queue
    return await create(db, tenant, order, ingest=ingest, dependent=dependent)


async def get(db: Connection, tenant: Tenant, task_id: str) -> TaskRow:
    """Raises NotFound: no such task, or not this tenant's."""
    return await existing(db, tenant, task_id)


async def lock(db: Connection, tenant: Tenant, task_id: str) -> State:
    """The state of a task, which nobody else changes until the end of this transaction.

    Raises NotFound: no such task, or not this tenant's.
    """
    state = await queries.lock_task(db, tenant, task_id) if is_id(task_id) else None
    if state is None:
        raise NotFound(TASK)
    return state


async def move(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    state: State,
    event: Event,
    *,
    response: Mapping[str, JSON] | None = None,
    clear_unique_id: bool = False,
) -> State:
    """Advance a task and record the event, or change nothing.

    The comparison with `state` in the statement is the lock: of two workers holding the same
    stale state, one updates a row and the other is told so.

    Args:
        db: the transaction that the event becomes true with.
        tenant: whose task.
        task_id: the task.
        state: what the caller read and judged by.
        event: what happened to it.
        response: replaces the task's response; None keeps it.
        clear_unique_id: frees the unique_id in the same moment.

    Raises:
        IllegalTransition: the table has no such row.
        Conflict: another transaction moved the task first.
    """
    to_state = advance(state, event)
    moved = await queries.move_task(
        db,
        tenant,
        task_id,
        event,
        from_state=state,
        to_state=to_state,
        response=None if response is None else msgspec.json.encode(response).decode(),
        clear_unique_id=clear_unique_id,
    )
    if not moved:
        raise Conflict(f"The task is no longer {state.value}.")
    if PUBLIC_STATUS[state] != PUBLIC_STATUS[to_state]:
        await batch_work.settle(db, tenant, task_id)
    return to_state


async def cancel(db: Connection, tenant: Tenant, task_id: str, *, clear_unique_id: bool) -> TaskRow:
    """Cancel a task that nobody has started; again is no error (api.md 3.1.4).

    Raises:
        NotFound: no such task, or not this tenant's.
        InvalidRequest: it is completed or started. Never a Conflict: the official client fails
            on a 409 here (api.md 1.3).
    """
    state = await lock(db, tenant, task_id)
    match state:
        case State.COMPLETED:
            raise InvalidRequest("Task has already been completed and cannot be canceled.")
        case State.IN_PROGRESS | State.IN_REVIEW:
            raise InvalidRequest("Task has already been started and cannot be canceled.")
        case State.CANCELED:
            if clear_unique_id:
                await queries.clear_unique_id(db, tenant, task_id)
        case State.CREATED | State.INGESTING | State.READY | State.ERROR:
            await move(db, tenant, task_id, state, Event.CANCELED, clear_unique_id=clear_unique_id)
            if state is State.INGESTING:
                await blob_queries.release_blobs(db, tenant, task_id)
    return await get(db, tenant, task_id)


def public_task(row: TaskRow, *, link: Callable[[str], str] | None = None) -> PublicTask:
    """A task as /v1 and callbacks show it; with `link` also where its attachments are fetched."""
    params = unpack_params(row.params_zstd)
    in_project = row.project_id is not None
    audits = kept_audits(row)
    return PublicTask(
        task_id=row.task_id,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
        completed_at=UNSET if row.completed_at is None else timestamp(row.completed_at),
        type=row.type,
        status=PUBLIC_STATUS[State(row.state)],
        instruction=UNSET if row.instruction is None else row.instruction,
        is_test=row.mode == Mode.TEST.value,
        urgency="standard",
        priority=row.priority,
        project=row.project if in_project and row.project is not None else UNSET,
        project_id=row.project_id if row.project_id is not None else UNSET,
        batch=UNSET if row.batch is None else row.batch,
        project_param_version=UNSET
        if row.project_param_version is None
        else row.project_param_version,
        params=Raw(params),
        dependents=UNSET if row.dependents is None else Raw(row.dependents.encode()),
        metadata=Raw(row.metadata.encode()),
        callback_url=UNSET if row.callback_url is None else row.callback_url,
        callback_succeeded=UNSET if row.callback_succeeded is None else row.callback_succeeded,
        callback_completed=UNSET if row.callback_succeeded is None else row.callback_succeeded,
        work_started=row.work_started,
        processed_attachments=[],
        response=UNSET if row.response is None else Raw(row.response.encode()),
        audits=[_audit(kept) for kept in audits] or UNSET,
        customer_review_status=row.customer_review_status or UNSET,
        customer_review_comments=_customer_comments(audits) or UNSET,
        prior_responses=UNSET
        if row.prior_responses == "[]"
        else _RESPONSES.decode(row.prior_responses),
        tags=row.tags or UNSET,
        unique_id=UNSET if row.unique_id is None else row.unique_id,
        attachment_downloads=UNSET if link is None else _downloads(attachments_of(row), link),
    )


def _customer_comments(audits: Sequence[KeptAudit]) -> list[str]:
    """Oldest first; what our reviewers say to labelers is not for customers."""
    return [one.comment for one in reversed(audits) if one.comment and one.audit_source == CUSTOMER]


def kept_audits(row: TaskRow) -> list[KeptAudit]:
    """Newest first."""
    return _AUDITS.decode(row.audits) if row.audits != "[]" else []


def attachments_of(row: TaskRow) -> list[str]:
    """The addresses that the customer gave."""
    given = msgspec.json.decode(unpack_params(row.params_zstd), type=_Attached)
    return [
        one
        for one in (given.attachment, *(given.attachments or ()))
        if isinstance(one, str) and one.lower().startswith(SCHEMES)
    ]


def shown_bytes(row: TaskRow) -> int:
    """About how long this task is on the wire."""
    return params_bytes(row.params_zstd) + len(row.instruction or "")


def summary(row: TaskRow) -> TaskSummary:
    return TaskSummary(
        task_id=row.task_id,
        status=PUBLIC_STATUS[State(row.state)],
        metadata=Raw(row.metadata.encode()),
        project=UNSET if row.project is None else row.project,
    )


async def _insert(db: Connection, tenant: Tenant, new: NewTask, job: JobParameters) -> MadeRow:
    """Raises UniqueIdTaken: naming the holder."""
    while (made := await queries.insert_task(db, tenant, new, job)) is None:
        unique_id = str(new.unique_id)
        holder = await queries.holder_of_unique_id(db, tenant, unique_id)
        if holder is not None:
            raise UniqueIdTaken(unique_id, holder)
        # The holder let go between the two statements: it is ours to take.
    return made


async def _pin_source(
    db: Connection, tenant: Tenant, order: Order, task_id: str, dependent: Dependent | None
) -> None:
    """The work of another task that this one looks at: a revision of it, whatever happens there."""
    rule = order.kind.source(order.own)
    if rule is None:
        return
    if dependent is None:
        await dependent_queries.insert_newest_layer(db, tenant, task_id, rule.task_id)
    else:
        await dependent_queries.insert_layer(
            db, tenant, task_id, rule.task_id, revision=dependent.source_revision
        )


def _check_source(order: Order, root: SourceTask) -> None:
    """Raises InvalidParameter: no such task can be made of this one."""
    rule = order.kind.source(order.own)
    if rule is None or root.type not in rule.types:
        reason = f"must be a type that can be made of a task of type {root.type}"
        raise InvalidParameter("type", reason)
    order.kind.check_source(order.own, root)


def _params(own: msgspec.Struct, given: Mapping[str, JSON]) -> dict[str, JSON]:
    """What is echoed as params: as given, unknown fields too, with the defaults filled in."""
    read: dict[str, JSON] = msgspec.to_builtins(own)
    params: dict[str, JSON] = {
        name: value
        for name, value in given.items()
        if name not in COMMON_NAMES and (value is not None or name not in read)
    }
    for name, value in read.items():
        # Lists and objects stay as the customer spelled them; the rest is shown as understood.
        if not isinstance(value, (list, dict)) or type(params.get(name)) is not type(value):
            params[name] = value
    return fill_defaults(
        {name: value for name, value in params.items() if value is not None or name not in read}
    )


def _audit(kept: KeptAudit) -> Audit:
    return Audit(
        audited_by=kept.audited_by,
        audited_at=timestamp(kept.audited_at),
        audit_time_secs=kept.audit_time_secs,
        audit_active_time_secs=kept.audit_active_time_secs,
        audit_result=kept.audit_result,
        audit_source=kept.audit_source,
    )


def _downloads(urls: list[str], link: Callable[[str], str]) -> list[dict[str, object]]:
    """We keep no second copy under another address: the link is the customer's own or its file."""
    return [{"s3URL": link(url), "attachmentURL": url, "isConvertedImage": False} for url in urls]


class _Attached(msgspec.Struct):
    """Some types take text, or objects, where others take addresses."""

    attachment: object = None
    attachments: list[object] | None = None
