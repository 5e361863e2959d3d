"""From the pinned revision to the customer's file, once."""

import json
import uuid

import pytest
from labeling_rig import ANNA, claimed, creating, key_of

from groundplane.annotations.edits import Transaction
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, blob_queries, documents, jobs, stages
from groundplane.labeling.addresses import hash_token
from groundplane.labeling.model import LeaseKey, Submission
from groundplane.storage.database import Tenant, scalar
from groundplane.tasks import operations as tasks


async def label_and_submit(
    context: Context, tenant: Tenant, task_id: str, *sent: Transaction
) -> None:
    lease: LeaseKey = key_of(await claimed(context.database, tenant, task_id))
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, task_id, lease)
        received = await documents.accept(db, tenant, task_id, stage, sent, actor=ANNA.person_id)
        submission = Submission(lease.lease_id, lease.fence, received.seq)
        await stages.submit(db, tenant, ANNA, task_id, submission, context.queue)


async def deliver(context: Context, tenant: Tenant, task_id: str) -> None:
    await jobs.deliver(
        context, account_id=tenant.account_id, mode=tenant.mode.value, task_id=task_id
    )


async def answer_of(context: Context, tenant: Tenant, task_id: str) -> list[dict[str, object]]:
    async with context.database.transaction(tenant) as db:
        task = await tasks.get(db, tenant, task_id)
    assert task.state == "completed"
    url = json.loads(task.response or "")["annotations"]["url"]
    async with context.database.transaction() as db:
        row = await blob_queries.find_capability(db, hash_token(url.rpartition("/")[2]))
    assert row is not None
    return json.loads(await context.blobs.get(row.account_id, row.sha256))


async def test_the_answer_says_in_scales_axes_what_was_drawn(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    """The box is 4 m along world x, 2 m wide; seen by Scale it looks along its y: yaw -90°."""
    object_id = str(uuid.uuid4())
    await label_and_submit(context, tenant, task_id, creating(object_id))
    await deliver(context, tenant, task_id)
    answer = await answer_of(context, tenant, task_id)
    assert len(answer) == 3
    (shown,) = answer[1]["cuboids"]  # pyright: ignore[reportGeneralTypeIssues] - JSON
    assert shown["yaw"] == pytest.approx(-1.5707963267948966)
    assert shown["distance_to_device"] == pytest.approx((10**2 + 5**2 + 0.7**2) ** 0.5)
    del shown["yaw"], shown["distance_to_device"]
    assert shown == {
        "uuid": object_id,
        "label": "Car",
        "position": {"x": 10.0, "y": 5.0, "z": 1.0},
        "dimensions": {"x": 2.0, "y": 4.0, "z": 2.0},
        "stationary": True,
        "camera_used": None,
        "numberOfPoints": 4,
        "attributes": {},
    }


async def test_delivering_twice_completes_once(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await label_and_submit(context, tenant, task_id, creating(str(uuid.uuid4())))
    await deliver(context, tenant, task_id)
    await deliver(context, tenant, task_id)
    async with context.database.transaction(tenant) as db:
        finished = await scalar(db, "SELECT count(*) FROM task_event WHERE event = 'finished'")
        unused = await scalar(
            db, "SELECT count(*) FROM blob b LEFT JOIN blob_use USING (sha256) WHERE mode IS NULL"
        )
    assert (finished, unused) == (1, 0)


async def test_a_task_without_objects_is_delivered_too(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await label_and_submit(context, tenant, task_id)
    await deliver(context, tenant, task_id)
    assert await answer_of(context, tenant, task_id) == [{"cuboids": []}] * 3
