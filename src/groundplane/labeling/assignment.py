"""Who works on a task: a lease with a fence that grows with every claim.

Every write carries the lease and its fence, and is compared with the row in the writing
transaction, so of two people who both believe to hold a task only the later one's edits count.
A lease that ran out still counts until somebody else takes the task: a laptop that slept may go
on. Only the database's clock judges.
"""

from collections.abc import Mapping

from groundplane.errors import Conflict, LeaseLost, NotFound, Unauthorized
from groundplane.labeling import queries
from groundplane.labeling.model import Claim, ClaimedLease, Lease, LeaseKey
from groundplane.labeling.queries import LeaseRow, StageRow
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.wire.people import Person, Role

LEASE_S = 120
SOMEBODY_ELSE = "Somebody else is signed in in this browser now."
AT_WORK = ("ready", "claimed", "in_review")
# Of each state of a stage in which its document is written: that of the task.
WRITTEN_IN: Mapping[str, State] = {
    "ready": State.IN_PROGRESS,
    "claimed": State.IN_PROGRESS,
    "in_review": State.IN_REVIEW,
    "fixing": State.COMPLETED,
}
# The window of a task that was given and not opened yet: whichever its person opens takes over.
RESERVED = "reserved"


async def claim(
    db: Connection, tenant: Tenant, person: Person, task_id: str, wanted: Claim
) -> ClaimedLease:
    """Take a task to work on; the first claim starts it.

    Raises:
        Unauthorized: the window belongs to somebody else than the session.
        NotFound: no such task.
        Conflict: the task is not to be worked on (yet, or any more), or not by this person.
        LeaseLost: another window holds it, and `take_over` was not asked for.
    """
    if wanted.person_id not in (None, person.person_id):
        raise Unauthorized(SOMEBODY_ELSE)
    state = State((await tasks.get(db, tenant, task_id)).state)
    stage = await _locked_stage(db, tenant, task_id, state)
    if not takes_edits(stage, state, person):
        raise Conflict(f"There is nothing to label: the task is {state.value}.")
    if person.role is Role.LABELER and stage.assigned_to not in (None, person.person_id):
        raise Conflict("This task is kept for somebody else.")
    if stage.lease_alive and not wanted.take_over and not _is_own(stage, wanted, person):
        raise LeaseLost(stage.lease_holder)
    lease = await queries.claim_stage(
        db,
        tenant,
        stage.stage_id,
        person_id=person.person_id,
        client_id=wanted.client_id,
        lifetime_s=LEASE_S,
    )
    assert lease is not None, "the stage's row is locked"
    if state is State.READY:
        await tasks.move(db, tenant, task_id, state, Event.STARTED)
    return _claimed(lease, person)


async def renew(
    db: Connection, tenant: Tenant, person: Person, task_id: str, lease: LeaseKey
) -> ClaimedLease:
    """Keep a task.

    Raises:
        Unauthorized: the lease was given to somebody else than the session.
        LeaseLost: somebody else took over, or the task was submitted.
    """
    renewed = await queries.renew_lease(
        db,
        tenant,
        task_id,
        person_id=person.person_id,
        lease_id=lease.lease_id,
        fence=lease.fence,
        lifetime_s=LEASE_S,
    )
    if renewed is None:
        stage = await queries.stage(db, tenant, task_id)
        if stage is not None and str(stage.lease_id) == lease.lease_id:
            _refuse_another_person(stage, person)
        raise LeaseLost(stage.lease_holder if stage is not None and stage.lease_alive else None)
    return _claimed(renewed, person)


async def release(db: Connection, tenant: Tenant, task_id: str, lease: LeaseKey) -> bool:
    """Let others have it at once; False when the lease was lost already."""
    return await queries.release_lease(
        db, tenant, task_id, lease_id=lease.lease_id, fence=lease.fence
    )


async def held_stage(
    db: Connection, tenant: Tenant, person: Person, task_id: str, lease: LeaseKey
) -> StageRow:
    """The stage under this lease, locked to the end of the transaction: the fence of each write.

    Raises:
        Unauthorized: the lease was given to somebody else than the session.
        Conflict: the task was submitted, completed or canceled.
        LeaseLost: the lease is not the latest.
    """
    stage = await _locked_stage(db, tenant, task_id, None)
    if stage.state not in WRITTEN_IN:
        raise Conflict("The task has been submitted; it cannot be edited any more.")
    if str(stage.lease_id) != lease.lease_id or stage.lease_fence != lease.fence:
        raise LeaseLost(stage.lease_holder)
    _refuse_another_person(stage, person)
    state = State((await tasks.get(db, tenant, task_id)).state)
    if state is not WRITTEN_IN[stage.state]:
        raise Conflict(f"The task is {state.value}; it cannot be edited.")
    return stage


def takes_edits(stage: StageRow, state: State, person: Person) -> bool:
    """Whether this person may still claim this work and write to its document."""
    if stage.state in ("in_review", "fixing"):
        return state is WRITTEN_IN[stage.state] and person.role is not Role.LABELER
    return stage.state in AT_WORK and state in (State.READY, State.IN_PROGRESS)


def shown(stage: StageRow, person: Person) -> Lease:
    """The lease as people see it; one that ran out is nobody's."""
    if not stage.lease_alive or stage.state not in ("claimed", "in_review", "fixing"):
        return Lease(holder=None, mine=False, fence=stage.lease_fence)
    return Lease(
        stage.lease_holder,
        mine=stage.lease_person_id == person.person_id,
        fence=stage.lease_fence,
    )


def _is_own(stage: StageRow, wanted: Claim, person: Person) -> bool:
    """The lease of this window, or what was reserved for its person."""
    if stage.lease_client_id == RESERVED:
        return stage.lease_person_id == person.person_id
    return stage.lease_client_id == wanted.client_id


def _refuse_another_person(stage: StageRow, person: Person) -> None:
    """A browser in which somebody else signed in must not sign the edits of the one before."""
    if stage.lease_person_id != person.person_id:
        raise Unauthorized(SOMEBODY_ELSE)


async def _locked_stage(
    db: Connection, tenant: Tenant, task_id: str, state: State | None
) -> StageRow:
    stage = await queries.stage(db, tenant, task_id, for_update=True)
    if stage is None:
        if state is not None:
            raise Conflict(f"There is nothing to label yet: the task is {state.value}.")
        raise NotFound("Task with that ID")
    return stage


def _claimed(lease: LeaseRow, person: Person) -> ClaimedLease:
    return ClaimedLease(
        str(lease.lease_id), lease.lease_fence, lease.lease_expires_at, person.email
    )
