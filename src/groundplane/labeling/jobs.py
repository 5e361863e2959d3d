"""Deferred verbs of labeling."""

from groundplane.errors import Conflict
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, fence
from groundplane.labeling import addresses, delivery, fixing, queries
from groundplane.labeling.stages import DELIVER, DELIVER_QUEUE
from groundplane.scenes.model import BlobRef
from groundplane.storage.database import Mode, Tenant
from groundplane.tasks import blob_keeping
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.wire.values import JSON


async def deliver(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """Make the answer of submitted work and deliver it. Safe to run again, at any moment."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        pinned = await delivery.read_pinned(db, tenant, task_id)
    if pinned is None:
        return
    content = await delivery.make_answer(context, tenant, pinned)
    sha256 = await context.blobs.put(account_id, content)
    file = BlobRef(sha256, len(content), "application/json", None)
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        if not await queries.finish_stage(db, tenant, pinned.stage_id):
            raise Conflict("The stage was finished by another run.")
        await blob_keeping.keep(db, context.blobs, tenant, task_id, {sha256: len(content)})
        urls = await addresses.grant(
            db,
            tenant,
            task_id,
            [file],
            secret=context.secret,
            public_url=context.public_url,
        )
        beside = pinned.work.beside(pinned.params, pinned.scene, pinned.document)
        response: dict[str, JSON] = {"annotations": {"url": urls[sha256]}, **beside}
        state = await tasks.lock(db, tenant, task_id)
        if state is State.COMPLETED:
            await fixing.deliver(db, tenant, task_id, response)
        else:
            event = Event.APPROVED if state is State.IN_REVIEW else Event.FINISHED
            await tasks.move(db, tenant, task_id, state, event, response=response)


JOBS = (JobDefinition(DELIVER, DELIVER_QUEUE, deliver),)
