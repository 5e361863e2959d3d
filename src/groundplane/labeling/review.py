"""Review of submitted work before it is delivered. None commits.

A reviewer edits under a lease as a labeler does; accepting delivers what the reviewer sees, and is
a fix when that is not what was submitted. Returning gives the work back with a reason.
"""

from groundplane.errors import Conflict, InvalidParameter
from groundplane.jobs.queue import Queue
from groundplane.labeling import queries, queue_queries
from groundplane.labeling.assignment import held_stage
from groundplane.labeling.model import LeaseKey
from groundplane.labeling.queue_model import Verdict, VerdictWord
from groundplane.labeling.stages import defer_delivery
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.model import MOST_COMMENT_CHARACTERS
from groundplane.wire.checks import check_length
from groundplane.wire.people import Person, Role


async def judge(
    db: Connection, tenant: Tenant, person: Person, task_id: str, given: Verdict, queue: Queue
) -> VerdictWord:
    """Keep the verdict and act on it; which it is: accepted, fixed or returned.

    Raises:
        Forbidden: the person is no reviewer.
        LeaseLost: somebody else reviews it.
        Conflict: it is not in review, or the document is not what the reviewer sees.
        InvalidParameter: it is returned without a reason, or the comment is too long.
    """
    person.must_be(Role.REVIEWER)
    comment = (given.comment or "").strip()
    check_length("comment", comment, MOST_COMMENT_CHARACTERS)
    if not given.accepted and comment == "":
        raise InvalidParameter("comment", "must say what is to be changed")
    stage = await held_stage(db, tenant, person, task_id, LeaseKey(given.lease_id, given.fence))
    if stage.state != "in_review":
        raise Conflict("The task is not in review.")
    document = await queries.document(db, tenant, task_id, for_update=True)
    assert document is not None, "a stage has a document"
    if document.seq != given.seq:
        raise Conflict(
            "The document has changed since you looked at it. Check what is new, then judge again."
        )
    verdict = await queue_queries.add_review(
        db,
        tenant,
        stage.stage_id,
        person_id=person.person_id,
        accepted=given.accepted,
        revision=document.seq,
        comment=comment or None,
    )
    if given.accepted:
        await queue_queries.accept_stage(db, tenant, stage.stage_id, revision=document.seq)
        await defer_delivery(db, queue, tenant, task_id)
    else:
        await queue_queries.return_stage(db, tenant, stage.stage_id)
        await tasks.move(db, tenant, task_id, State.IN_REVIEW, Event.RETURNED)
    return verdict
