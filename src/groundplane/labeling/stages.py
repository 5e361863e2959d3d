"""Submitting a stage: pins the revision that everything afterwards reads."""

from groundplane.errors import Conflict
from groundplane.jobs.queue import Queue
from groundplane.labeling import queries
from groundplane.labeling.assignment import held_stage
from groundplane.labeling.model import LeaseKey, Submission
from groundplane.storage.database import Connection, Tenant
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
    """Pin what the labeler sees as the stage's revision, and have it delivered.

    Raises:
        LeaseLost: somebody else works on the task.
        Conflict: the document is not what the labeler sees, or the task is not in work.
    """
    lease = LeaseKey(submission.lease_id, submission.fence)
    stage = await held_stage(db, tenant, person, task_id, lease)
    document = await queries.document(db, tenant, task_id, for_update=True)
    assert document is not None, "a stage has a document"
    if document.seq != submission.seq:
        raise Conflict(
            "The document has changed since you looked at it. Check what is new, then submit again."
        )
    await queries.submit_stage(
        db, tenant, stage.stage_id, revision=document.seq, person_id=person.person_id
    )
    await queue.defer(
        db,
        DELIVER,
        {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id},
        queue=DELIVER_QUEUE,
    )
    return document.seq
