"""The plain queue: who is given which task. None commits.

A task that is given is reserved like one that is claimed, for as long as a lease lasts, so two
people who ask at once never get the same one. The window in which it is opened then takes that
lease over.
"""

from groundplane.errors import Conflict, NotFound
from groundplane.labeling import queries, queue_queries
from groundplane.labeling.assignment import AT_WORK, LEASE_S, RESERVED
from groundplane.labeling.queue_model import Kind
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks.sources import TASK
from groundplane.wire.people import Person, Role

LEAST_ROLE: dict[Kind, Role] = {"label": Role.LABELER, "review": Role.REVIEWER}


async def next_task(db: Connection, tenant: Tenant, person: Person, kind: Kind) -> str | None:
    """Reserve the most urgent task for this person; None: nothing waits for them.

    Raises Forbidden: reviewing needs a reviewer.
    """
    person.must_be(LEAST_ROLE[kind])
    row = await queue_queries.next_open(db, tenant, person.person_id, kind)
    if row is None:
        return None
    await queries.claim_stage(
        db,
        tenant,
        row.stage_id,
        person_id=person.person_id,
        client_id=RESERVED,
        lifetime_s=LEASE_S,
    )
    return row.task_id


async def give_back(db: Connection, tenant: Tenant, person: Person, task_id: str) -> None:
    """What this person has at hand goes to whoever comes next; the labels stay in it.

    Raises:
        NotFound: no such task, or nothing to label in it.
        Conflict: it is somebody else's, or nobody's.
    """
    stage = await queries.stage(db, tenant, task_id, for_update=True)
    if stage is None:
        raise NotFound(TASK)
    if stage.state not in AT_WORK or person.person_id not in (
        stage.assigned_to,
        stage.lease_person_id,
    ):
        raise Conflict("This task is not with you any more.")
    await queue_queries.give(db, tenant, stage.stage_id, None)


async def assign(
    db: Connection, tenant: Tenant, manager: Person, task_id: str, person_id: str | None
) -> None:
    """Keep a task for somebody, or for nobody; whoever has it open can only look from then on.

    Raises:
        Forbidden: only managers may.
        NotFound: no such task, nothing to label in it, or no such person.
        Conflict: it was handed in.
    """
    manager.must_be(Role.MANAGER)
    if person_id is not None and not await queue_queries.is_active_person(db, tenant, person_id):
        raise NotFound("Person with that ID")
    stage = await queries.stage(db, tenant, task_id, for_update=True)
    if stage is None:
        raise NotFound(TASK)
    if stage.state not in AT_WORK:
        raise Conflict("The task has been handed in.")
    await queue_queries.give(db, tenant, stage.stage_id, person_id)
