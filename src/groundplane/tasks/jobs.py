"""Ingest, in many small jobs: plan the frames, read each, settle when the last is in.

Each may run twice, or be killed anywhere: it starts from the rows and settles by comparing them.
"""

from collections.abc import Mapping, Sequence

import msgspec
import zstandard

from groundplane.annotations.document import StoredPart
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, Queue, fence
from groundplane.scenes.ingest import assemble_scene
from groundplane.scenes.model import FrameManifest, Scene
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.tasks import blob_keeping, blob_queries, ingest_queries, operations, queries
from groundplane.tasks.ingest import (
    FrameUnreadable,
    StoredFrame,
    failures_of,
    file_response,
    prelabels_response,
    read_file_frame,
    read_frame,
    read_scene_file,
    unreadable_response,
)
from groundplane.tasks.ingest_queries import FrameRow
from groundplane.tasks.instruction_jobs import PICTURES_JOB
from groundplane.tasks.instructions import picture_addresses
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.model import FrameFailure
from groundplane.tasks.operations import CHECK_JOB, CHECK_QUEUE, INGEST_JOB, INGEST_QUEUE
from groundplane.tasks.prelabels import read_prelabels
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import SceneOrder
from groundplane.wire.values import JSON, new_id

FILE_JOB = "tasks.ingest_scene_file"
FRAME_JOB = "tasks.ingest_frame"
SETTLE_JOB = "tasks.settle_ingest"
FRAME_GIVEN_UP = "The frame could not be processed."
TASK_GIVEN_UP = "The task could not be processed."


async def plan(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """A row and a job for every attachment of a new task."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        if await queries.lock_task(db, tenant, task_id) is not State.CREATED:
            return
        task = await operations.get(db, tenant, task_id)
        order = _scene_order(task)
        if order is None:
            return  # nothing that ingest can read: it waits for a workstation
        await operations.move(db, tenant, task_id, State.CREATED, Event.PLANNED)
        ids = {"account_id": account_id, "mode": mode, "task_id": task_id}
        if order.is_file:
            await context.queue.defer(db, FILE_JOB, ids, queue=INGEST_QUEUE)
        else:
            await ingest_queries.insert_frames(db, tenant, task_id, order.attachments)
            await _defer_frames(db, context.queue, ids, len(order.attachments))
        if picture_addresses(task.instruction or ""):
            await context.queue.defer(db, PICTURES_JOB, ids, queue=INGEST_QUEUE)


async def ingest_file(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """Bring a scene file in: a row and a job for each of its frames, or why there are none."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        known = await ingest_queries.progress(db, tenant, task_id)
    if State(task.state) is not State.INGESTING or known.total > 0:
        return
    order = _scene_order(task)
    assert order is not None, "it was planned"
    try:
        file = await read_scene_file(context, tenant, order)
    except FrameUnreadable as unreadable:
        await _file_unreadable(context, tenant, task, unreadable)
        return
    sizes = {file.sha256: file.size_bytes}
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        state = await queries.lock_task(db, tenant, task_id)
        known = await ingest_queries.progress(db, tenant, task_id)
        if state is not State.INGESTING or known.total > 0:
            await blob_keeping.leave_to_the_sweep(db, tenant, sizes)
            return
        await blob_keeping.keep(db, context.blobs, tenant, task_id, sizes)
        await ingest_queries.insert_file_frames(
            db, tenant, task_id, order.attachments[0], file.sha256, file.frame_count
        )
        ids = {"account_id": account_id, "mode": mode, "task_id": task_id}
        await _defer_frames(db, context.queue, ids, file.frame_count)


async def ingest_frame(
    context: Context, *, account_id: str, mode: str, task_id: str, frame_index: int
) -> None:
    """Bring one frame in, or record why it cannot be."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        frame = await ingest_queries.unsettled_frame(db, tenant, task_id, frame_index)
    if State(task.state) is not State.INGESTING or frame is None:
        return
    result: StoredFrame | FrameFailure
    try:
        order = _scene_order(task)
        assert order is not None, "it has frames"
        if frame.file_sha256 is None:
            result = await read_frame(context, tenant, order, frame_index)
        else:
            result = await read_file_frame(context, tenant, order, frame_index, frame.file_sha256)
        sizes = result.blob_sizes
    except FrameUnreadable as unreadable:
        result, sizes = unreadable.failure, unreadable.blob_sizes
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        kept = await _settle_frame(db, context.queue, tenant, task_id, frame_index, result)
        if kept and isinstance(result, StoredFrame):
            await blob_keeping.keep(db, context.blobs, tenant, task_id, sizes)
        else:
            await blob_keeping.leave_to_the_sweep(db, tenant, sizes)


async def settle(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """All frames are in or given up: the scene and its work, or the error that names each."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        frames = await ingest_queries.frames(db, tenant, task_id)
    if State(task.state) is not State.INGESTING:
        return
    failures = failures_of([(f.frame_index, f.error) for f in frames if f.error is not None])
    scene = None if failures else _assemble(task, frames)
    response, prelabels = unreadable_response(failures) if failures else {}, list[StoredPart]()
    if scene is not None:
        try:
            prelabels = await read_prelabels(context, tenant, task, scene)
        except FrameUnreadable as unreadable:
            response = prelabels_response(unreadable.failure)
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        if await queries.lock_task(db, tenant, task_id) is not State.INGESTING:
            return
        if scene is None or response:
            await _end_in_error(db, tenant, task, State.INGESTING, response)
        else:
            await _make_ready(db, tenant, task, scene, prelabels)
            ids = {"account_id": account_id, "mode": mode, "task_id": task_id}
            await context.queue.defer(db, CHECK_JOB, ids, queue=CHECK_QUEUE)


async def plan_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, task_id: str
) -> None:
    """A task that could not be planned is in error."""
    del queue
    await _give_up(db, Tenant(account_id, Mode(mode)), task_id, State.CREATED)


async def file_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, task_id: str
) -> None:
    """A scene file that could not be brought in, for a reason of ours: the task is in error."""
    del queue
    tenant = Tenant(account_id, Mode(mode))
    if (await ingest_queries.progress(db, tenant, task_id)).total == 0:
        await _give_up(db, tenant, task_id, State.INGESTING)


async def frame_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, task_id: str, frame_index: int
) -> None:
    """A frame that is no customer's fault is missing all the same, and the scene with it."""
    tenant = Tenant(account_id, Mode(mode))
    frame = await ingest_queries.unsettled_frame(db, tenant, task_id, frame_index)
    if frame is None:
        return
    failure = FrameFailure(FRAME_GIVEN_UP, frame.attachment_url, None, is_download=False)
    await _settle_frame(db, queue, tenant, task_id, frame_index, failure)


async def settle_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, task_id: str
) -> None:
    """A task whose frames make no scene, for a reason of ours, is in error."""
    del queue
    await _give_up(db, Tenant(account_id, Mode(mode)), task_id, State.INGESTING)


JOBS = (
    JobDefinition(INGEST_JOB, INGEST_QUEUE, plan, attempts=8, given_up=plan_given_up),
    JobDefinition(FILE_JOB, INGEST_QUEUE, ingest_file, attempts=6, given_up=file_given_up),
    # A minute in all: the customer waits for the answer, and other frames for their turn.
    JobDefinition(
        FRAME_JOB, INGEST_QUEUE, ingest_frame, attempts=6, backoff_s=2, given_up=frame_given_up
    ),
    JobDefinition(SETTLE_JOB, INGEST_QUEUE, settle, attempts=8, given_up=settle_given_up),
)


async def _defer_frames(db: Connection, queue: Queue, ids: Mapping[str, str], count: int) -> None:
    args = [{**ids, "frame_index": index} for index in range(count)]
    await queue.defer_many(db, FRAME_JOB, args, queue=INGEST_QUEUE)


async def _file_unreadable(
    context: Context, tenant: Tenant, task: TaskRow, unreadable: FrameUnreadable
) -> None:
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        if await queries.lock_task(db, tenant, task.task_id) is State.INGESTING:
            response = file_response(unreadable.failure)
            await _end_in_error(db, tenant, task, State.INGESTING, response)


def _scene_order(task: TaskRow) -> SceneOrder | None:
    kind = task_type(task.type)
    return kind.scene(kind.accepted(task.params_zstd))


async def _settle_frame(
    db: Connection,
    queue: Queue,
    tenant: Tenant,
    task_id: str,
    frame_index: int,
    result: StoredFrame | FrameFailure,
) -> bool:
    """Record a frame's result if it is waited for; the last one enqueues the settling."""
    # The task's lock makes "the last one" a fact: frames settle one after the other.
    if await queries.lock_task(db, tenant, task_id) is not State.INGESTING:
        return False
    if not await _record_result(db, tenant, task_id, frame_index, result):
        return False
    if await ingest_queries.count_unsettled(db, tenant, task_id) == 0:
        args = {
            "account_id": tenant.account_id,
            "mode": tenant.mode.value,
            "task_id": task_id,
        }
        await queue.defer(db, SETTLE_JOB, args, queue=INGEST_QUEUE)
    return True


async def _record_result(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    frame_index: int,
    result: StoredFrame | FrameFailure,
) -> bool:
    if isinstance(result, FrameFailure):
        error = msgspec.json.encode(result).decode()
        return await ingest_queries.settle_frame(
            db, tenant, task_id, frame_index, manifest=None, error=error
        )
    manifest = msgspec.json.encode(result.manifest).decode()
    return await ingest_queries.settle_frame(
        db, tenant, task_id, frame_index, manifest=manifest, error=None
    )


def _assemble(task: TaskRow, frames: list[FrameRow]) -> Scene:
    order = _scene_order(task)
    assert order is not None, "it has frames"
    return assemble_scene(
        [msgspec.json.decode(frame.manifest or "", type=FrameManifest) for frame in frames],
        meters_per_unit=order.meters_per_unit,
        frames_per_second=order.frames_per_second,
    )


async def _make_ready(
    db: Connection, tenant: Tenant, task: TaskRow, scene: Scene, prelabels: Sequence[StoredPart]
) -> None:
    kind = task_type(task.type)
    params = kind.accepted(task.params_zstd)
    stages = [] if kind.work is None else kind.work.prepare(params, scene)
    manifest = msgspec.json.encode(scene).decode()
    await ingest_queries.insert_scene(db, tenant, task.task_id, manifest)
    document_id = new_id()
    await ingest_queries.insert_document(db, tenant, task.task_id, document_id)
    if prelabels:
        packed = zstandard.compress(msgspec.json.encode(prelabels))
        await ingest_queries.begin_document(db, tenant, document_id, prelabels, packed)
    for position, config in enumerate(stages):
        await ingest_queries.insert_stage(
            db, tenant, task.task_id, new_id(), position, msgspec.json.encode(config).decode()
        )
    await operations.move(db, tenant, task.task_id, State.INGESTING, Event.INGESTED)


async def _give_up(db: Connection, tenant: Tenant, task_id: str, state: State) -> None:
    """In error, unless the job had done its part before it was given up."""
    if await queries.lock_task(db, tenant, task_id) is not state:
        return
    task = await operations.get(db, tenant, task_id)
    await _end_in_error(db, tenant, task, state, {"error": TASK_GIVEN_UP})


async def _end_in_error(
    db: Connection, tenant: Tenant, task: TaskRow, state: State, response: Mapping[str, JSON]
) -> None:
    """Nothing half-made stays: neither frames nor addresses, nor (see sweep_jobs) the blobs."""
    await ingest_queries.delete_frames(db, tenant, task.task_id)
    await blob_queries.release_blobs(db, tenant, task.task_id)
    await operations.move(
        db,
        tenant,
        task.task_id,
        state,
        Event.UNREADABLE,
        response=response,
        clear_unique_id=task.clear_unique_id_on_error,
    )
