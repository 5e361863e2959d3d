"""A task that is made of another looks at what was submitted, whatever happens there later."""

import uuid
from pathlib import Path

import msgspec
from labeling_rig import ANNA, claimed, creating, key_of, ready_task

from groundplane.jobs.context import Context
from groundplane.labeling import assignment, documents, jobs, queries, stages
from groundplane.labeling.model import Submission
from groundplane.storage.database import Tenant
from groundplane.tasks import dependent_jobs, dependent_queries, dependents, operations
from groundplane.tasks.lifecycle import Event, State
from groundplane.wire.values import JSON

SEGMENTATION: dict[str, JSON] = {"type": "lidarsegmentation", "labels": ["Road"]}


async def test_a_dependent_is_pinned_to_the_submitted_revision_and_its_uuids(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    root = await ready_task(context, tenant, tmp_path)
    async with context.database.transaction(tenant) as db:
        await dependents.change(db, tenant, root, {"defs": [SEGMENTATION]})
    drawn, later = str(uuid.uuid4()), str(uuid.uuid4())
    lease = key_of(await claimed(context.database, tenant, root))
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, root, lease)
        received = await documents.accept(
            db, tenant, root, stage, [creating(drawn)], actor=ANNA.person_id
        )
        submission = Submission(lease.lease_id, lease.fence, received.seq)
        await stages.submit(db, tenant, ANNA, root, submission, context.queue)
    ids = {"account_id": tenant.account_id, "mode": tenant.mode.value}
    await jobs.deliver(context, **ids, task_id=root)
    await dependent_jobs.read_events(context)
    # Recalled and gone on with, before the dependent is made.
    async with context.database.transaction(tenant) as db:
        await operations.move(db, tenant, root, State.COMPLETED, Event.RECALLED)
        await documents.accept(db, tenant, root, stage, [creating(later)], actor=ANNA.person_id)
    await dependent_jobs.make_dependent(context, **ids, root_task_id=root, position=0)
    async with context.database.transaction(tenant) as db:
        (made,) = await dependent_queries.dependent_tasks(db, tenant, root)
        layer = await dependent_queries.layer(db, tenant, made.task_id)
        assert layer == dependent_queries.LayerRow(root, received.seq)
        document = await queries.document(db, tenant, root)
        assert document is not None
        assert document.seq == received.seq + 1
        looked_at = await documents.read_revision(db, tenant, document.document_id, received.seq)
        task = operations.public_task(await operations.get(db, tenant, made.task_id))
    assert list(looked_at.ids()) == [drawn]
    assert msgspec.json.decode(task.params)["lidar_task"] == root
