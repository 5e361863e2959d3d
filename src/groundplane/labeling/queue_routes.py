"""/app/queue, /app/review: what waits for whom, and the verdicts."""

import msgspec

from groundplane.errors import NotFound
from groundplane.jobs.queue import Queue
from groundplane.labeling import fixing_queries, queries, queue_queries, review
from groundplane.labeling import queue as work
from groundplane.labeling.model import Released
from groundplane.labeling.people_routes import ROUTES as PEOPLE_ROUTES
from groundplane.labeling.queue_model import (
    Assigned,
    Assignment,
    Given,
    Held,
    InReview,
    Judged,
    ReviewQueue,
    ReviewRule,
    ReviewRules,
    Verdict,
    Waiting,
    WorkQueue,
)
from groundplane.labeling.work_check_routes import ROUTES as CHECK_ROUTES
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.tasks.sources import TASK
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post, put

MOST_IN_REVIEW = 200


@get("/app/queue")
async def work_queue(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> WorkQueue:
    """What waits to be labeled, and what the asking person has at hand."""
    async with database.transaction(tenant) as db:
        waiting = await _waiting(db, tenant, person, "label")
        held = await _held(db, tenant, person, "label")
    return WorkQueue(waiting, held)


@post("/app/queue/next")
async def next_to_label(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Given:
    """Reserve the most urgent task to label: it is nobody else's until the lease runs out."""
    async with database.transaction(tenant) as db:
        return Given(await work.next_task(db, tenant, person, "label"))


@get("/app/review")
async def review_queue(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> ReviewQueue:
    """What waits for a verdict, the longest first."""
    person.must_be(Role.REVIEWER)
    async with database.transaction(tenant) as db:
        waiting = await _waiting(db, tenant, person, "review")
        held = await _held(db, tenant, person, "review")
        fixes = await fixing_queries.fixes_held_by(db, tenant, person.person_id)
        rows = await queue_queries.in_review(db, tenant, MOST_IN_REVIEW)
    held += [Held(**msgspec.structs.asdict(row), kind="fix", comment=None) for row in fixes]
    return ReviewQueue(waiting, held, [InReview(**msgspec.structs.asdict(row)) for row in rows])


@post("/app/review/next")
async def next_to_review(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Given:
    """Reserve the most urgent work of somebody else to look at."""
    async with database.transaction(tenant) as db:
        return Given(await work.next_task(db, tenant, person, "review"))


@post("/app/tasks/{task_id:str}/verdict")
async def give_verdict(
    task_id: FromPath[str],
    data: JSONBody[Verdict],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> Judged:
    """Accept what is seen, with whatever was fixed in it, or return it with a reason."""
    async with database.transaction(tenant) as db:
        return Judged(await review.judge(db, tenant, person, task_id, data, queue))


@post("/app/tasks/{task_id:str}/give-back")
async def give_task_back(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Released:
    """Let others go on with a task that is at hand; its labels stay in it."""
    async with database.transaction(tenant) as db:
        await work.give_back(db, tenant, person, task_id)
    return Released(released=True)


@get("/app/tasks/{task_id:str}/assignment")
async def read_assignment(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Assignment:
    """For whom a task is kept."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        stage = await queries.stage(db, tenant, task_id)
    if stage is None:
        raise NotFound(TASK)
    return Assignment(stage.assigned_to)


@post("/app/tasks/{task_id:str}/assignment")
async def assign_task(
    task_id: FromPath[str],
    data: JSONBody[Assignment],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Assigned:
    """Keep a task for somebody; whoever has it open can only look from then on."""
    async with database.transaction(tenant) as db:
        await work.assign(db, tenant, person, task_id, data.person_id)
    return Assigned(assigned=True)


@get("/app/review-rules")
async def review_rules(
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> ReviewRules:
    """Of every project, and of the tasks without one: whether its work is reviewed."""
    person.must_be(Role.REVIEWER)
    async with database.transaction(tenant) as db:
        rows = await queue_queries.rules(db, tenant)
    return ReviewRules([ReviewRule(row.project, row.reviewed) for row in rows])


@put("/app/review-rules")
async def set_review_rule(
    data: JSONBody[ReviewRule],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> ReviewRule:
    """From now on; what was handed in before is not touched."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        if not await queue_queries.set_rule(db, tenant, data.project, reviewed=data.reviewed):
            raise NotFound("Project with that name")
    return data


async def _waiting(
    db: Connection, tenant: Tenant, person: Person, kind: queue_queries.Kind
) -> list[Waiting]:
    rows = await queue_queries.waiting(db, tenant, person.person_id, kind)
    return [Waiting(**msgspec.structs.asdict(row)) for row in rows]


async def _held(
    db: Connection, tenant: Tenant, person: Person, kind: queue_queries.Kind
) -> list[Held]:
    rows = await queue_queries.held_by(db, tenant, person.person_id)
    return [Held(**msgspec.structs.asdict(row)) for row in rows if row.kind == kind]


ROUTES = (
    work_queue,
    next_to_label,
    review_queue,
    next_to_review,
    give_verdict,
    give_task_back,
    read_assignment,
    assign_task,
    review_rules,
    set_review_rule,
    *CHECK_ROUTES,
    *PEOPLE_ROUTES,
)
