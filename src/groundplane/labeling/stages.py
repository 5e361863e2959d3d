"""Submitting a stage: pins the revision that everything afterwards reads."""

from groundplane.errors import Conflict
from groundplane.jobs.queue import Queue
from groundplane.labeling import queries, queue_queries
from groundplane.labeling.assignment import held_stage
from groundplane.labeling.model import LeaseKey, Submission
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.wire.people import Person

DELIVER = "labeling.deliver"
DELIVER_QUEUE = "ingest"


async def submit(
    db: Connection,
    tenant: Tenant,
    person: Person,
    task_id: str,
    submission: Submission,
    queue: Queue,
) -> int:
    """Pin what the labeler sees as the stage's revision, and have it reviewed or delivered.

    Raises:
        LeaseLost: somebody else works on the task.
        Conflict: the document is not what the labeler sees, or the task is not in work.
    """
    lease = LeaseKey(submission.lease_id, submission.fence)
    stage = await held_stage(db, tenant, person, task_id, lease)
    if stage.state == "in_review":
        raise Conflict("The task is in review: accept it or return it.")
    if stage.state == "fixing":
        raise Conflict("The task is being fixed: deliver the fix or discard it.")
    document = await queries.document(db, tenant, task_id, for_update=True)
    assert document is not None, "a stage has a document"
    if document.seq != submission.seq:
        raise Conflict(
            "The document has changed since you looked at it. Check what is new, then submit again."
        )
    if await queue_queries.is_reviewed(db, tenant, task_id):
        await queue_queries.hand_to_review(
            db, tenant, stage.stage_id, revision=document.seq, person_id=person.person_id
        )
        await tasks.move(db, tenant, task_id, State.IN_PROGRESS, Event.SUBMITTED)
    else:
        await queries.submit_stage(
            db, tenant, stage.stage_id, revision=document.seq, person_id=person.person_id
        )
        await defer_delivery(db, queue, tenant, task_id)
    return document.seq


async def defer_delivery(db: Connection, queue: Queue, tenant: Tenant, task_id: str) -> None:
    """The job that makes the answer from the pinned revision and completes the task."""
    args = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
    await queue.defer(db, DELIVER, args, queue=DELIVER_QUEUE)
