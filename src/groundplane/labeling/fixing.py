"""Work that was delivered: a person fixes it, or sends it back to be labeled again. None commits.

A fix is made in the document that was delivered, under a lease as all work is; the task stays
completed, with the response that it has, until the fix is handed in and its answer is made.
Discarding writes the labels of the delivered response back, so the document never holds what
nobody handed in. Locks are taken in the order stage, task, document.
"""

from groundplane.errors import Conflict, InvalidParameter, NotFound
from groundplane.jobs.queue import Queue
from groundplane.labeling import documents, fixing_queries, queries, queue_queries
from groundplane.labeling.assignment import LEASE_S, RESERVED, held_stage
from groundplane.labeling.fixing_model import FixHandedIn
from groundplane.labeling.fixing_queries import FixRow
from groundplane.labeling.model import LeaseKey
from groundplane.labeling.queries import StageRow
from groundplane.labeling.stages import defer_delivery
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import amendments
from groundplane.tasks import operations as tasks
from groundplane.tasks.amendments import Fix
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.model import MOST_COMMENT_CHARACTERS
from groundplane.tasks.sources import TASK
from groundplane.wire.checks import check_length
from groundplane.wire.people import Person, Role
from groundplane.wire.values import JSON

ON_ITS_WAY = "A fix of this task is on its way to the customer. Try again in a moment."


async def begin(db: Connection, tenant: Tenant, person: Person, task_id: str) -> None:
    """Open the delivered labels for a fix, reserved for this person; one that is open goes on.

    Raises:
        Forbidden: the person is no reviewer.
        NotFound: no such task.
        Conflict: it is not completed, or was not labeled here.
    """
    person.must_be(Role.REVIEWER)
    stage = await _delivered_stage(db, tenant, task_id)
    if stage.state == "fixing":
        return
    document = await queries.document(db, tenant, task_id, for_update=True)
    assert document is not None, "a stage has a document"
    await fixing_queries.insert_fix(
        db, tenant, task_id, stage.stage_id, person_id=person.person_id, revision=document.seq
    )
    await fixing_queries.open_stage(db, tenant, stage.stage_id)
    await queries.claim_stage(
        db,
        tenant,
        stage.stage_id,
        person_id=person.person_id,
        client_id=RESERVED,
        lifetime_s=LEASE_S,
    )


async def hand_in(
    db: Connection,
    tenant: Tenant,
    person: Person,
    task_id: str,
    given: FixHandedIn,
    queue: Queue,
) -> None:
    """Pin what the person sees; its answer becomes the task's response.

    Raises:
        LeaseLost: somebody else fixes it.
        Conflict: there is no fix, nothing was changed, or the document is not what is seen.
        InvalidParameter: the comment is too long.
    """
    comment = _comment(given.comment)
    stage = await held_stage(db, tenant, person, task_id, LeaseKey(given.lease_id, given.fence))
    if stage.state != "fixing":
        raise Conflict("The task is not being fixed.")
    document = await queries.document(db, tenant, task_id, for_update=True)
    fix = await _open_fix(db, tenant, task_id)
    assert document is not None, "a stage has a document"
    if document.seq != given.seq:
        raise Conflict(
            "The document has changed since you looked at it. Check what is new, then go on."
        )
    if document.seq == fix.base_revision:
        raise Conflict("Nothing was changed. Discard the fix, or accept the task on its page.")
    await fixing_queries.hand_in_fix(
        db,
        tenant,
        task_id,
        document.document_id,
        person_id=person.person_id,
        revision=document.seq,
        comment=comment,
    )
    await queue_queries.accept_stage(db, tenant, stage.stage_id, revision=document.seq)
    await defer_delivery(db, queue, tenant, task_id)


async def deliver(db: Connection, tenant: Tenant, task_id: str, response: dict[str, JSON]) -> None:
    """The answer of a fix that was handed in becomes the response of the completed task."""
    fix = await fixing_queries.end_fix(db, tenant, task_id, outcome="delivered")
    assert fix is not None, "it was handed in"
    await amendments.fix(
        db, tenant, task_id, Fix(fix.fixed_by, response, fix.comment, fix.time_s, fix.active_s)
    )


async def discard(db: Connection, tenant: Tenant, person: Person, task_id: str) -> None:
    """Give up a fix: the labels are as they were delivered again, and nobody is told.

    Raises:
        Forbidden: the person is no reviewer.
        NotFound: no such task.
        Conflict: it is not being fixed, or somebody else is at it now (managers may all the same).
    """
    person.must_be(Role.REVIEWER)
    stage = await _delivered_stage(db, tenant, task_id)
    if stage.state != "fixing":
        raise Conflict("The task is not being fixed.")
    is_others = stage.lease_alive and stage.lease_person_id != person.person_id
    if is_others and person.role is not Role.MANAGER:
        raise Conflict(f"{stage.lease_holder} is fixing this task now.")
    fix = await _open_fix(db, tenant, task_id)
    await documents.write_back(
        db, tenant, task_id, stage, fix.base_revision, actor=person.person_id
    )
    await fixing_queries.end_fix(db, tenant, task_id, outcome="discarded")
    await fixing_queries.close_stage(db, tenant, stage.stage_id)


async def recall(
    db: Connection, tenant: Tenant, person: Person, task_id: str, comment: str
) -> None:
    """Send a completed task back to whoever labeled it, with what is to be changed.

    It is pending from then on, without a response; the one that it had is among the prior ones.

    Raises:
        Forbidden: the person is no reviewer.
        NotFound: no such task.
        Conflict: it is not completed, was not labeled here, or is being fixed.
        InvalidParameter: the comment is empty or too long.
    """
    person.must_be(Role.REVIEWER)
    reason = _comment(comment)
    if reason is None:
        raise InvalidParameter("comment", "must say what is to be changed")
    stage = await _delivered_stage(db, tenant, task_id)
    if stage.state == "fixing":
        raise Conflict("The task is being fixed: the fix has to be handed in or discarded first.")
    await fixing_queries.add_recall(
        db, tenant, stage.stage_id, person_id=person.person_id, comment=reason
    )
    await fixing_queries.reopen_stage(db, tenant, stage.stage_id)
    await tasks.move(db, tenant, task_id, State.COMPLETED, Event.RECALLED)


async def _delivered_stage(db: Connection, tenant: Tenant, task_id: str) -> StageRow:
    """The stage of a completed task, locked with the task: done, or being fixed."""
    stage = await queries.stage(db, tenant, task_id, for_update=True)
    state = await tasks.lock(db, tenant, task_id)
    if state is not State.COMPLETED:
        raise Conflict(f"The task is {state.value}; only a completed one can be changed so.")
    if stage is None:
        raise Conflict("This task was not labeled here: there is nothing to open.")
    if stage.state not in ("done", "fixing"):
        raise Conflict(ON_ITS_WAY)
    return stage


async def _open_fix(db: Connection, tenant: Tenant, task_id: str) -> FixRow:
    fix = await fixing_queries.open_fix(db, tenant, task_id)
    if fix is None:
        raise NotFound(TASK)
    return fix


def _comment(given: str | None) -> str | None:
    """Raises InvalidParameter: it is too long."""
    comment = (given or "").strip()
    check_length("comment", comment, MOST_COMMENT_CHARACTERS)
    return comment or None
