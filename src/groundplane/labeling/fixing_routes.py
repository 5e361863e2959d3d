"""/app/tasks/{id}/after-delivery, …/audit, …/fix, …/recall: what people do with delivered work."""

from collections.abc import Sequence

import msgspec

from groundplane.jobs.queue import Queue
from groundplane.labeling import fixing, fixing_queries, queries
from groundplane.labeling.fixing_model import (
    AfterDelivery,
    Begun,
    Discarded,
    FixHandedIn,
    GivenAudit,
    GivenOpinion,
    OpenFix,
    Recall,
    Recalled,
)
from groundplane.labeling.fixing_queries import FixRow
from groundplane.labeling.model import Submitted
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.tasks import amendments
from groundplane.tasks import operations as tasks
from groundplane.tasks.queries import TaskRow
from groundplane.wire.people import Person, Role
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post


@get("/app/tasks/{task_id:str}/after-delivery")
async def after_delivery(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> AfterDelivery:
    """What people said of a task that was delivered, and who fixes it."""
    person.must_be(Role.REVIEWER)
    async with database.transaction(tenant) as db:
        return await _shown(db, tenant, person, task_id)


@post("/app/tasks/{task_id:str}/audit")
async def audit(
    task_id: FromPath[str],
    data: JSONBody[GivenOpinion],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> AfterDelivery:
    """Accept, reject or comment a completed task, as its customer does with a key."""
    person.must_be(Role.REVIEWER)
    async with database.transaction(tenant) as db:
        await amendments.audit(
            db,
            tenant,
            task_id,
            opinion=data.opinion,
            comment=(data.comment or "").strip() or None,
            audited_by=person.email,
        )
        return await _shown(db, tenant, person, task_id)


@post("/app/tasks/{task_id:str}/fix")
async def begin_fix(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Begun:
    """Open the delivered labels; the window in which they are opened claims them."""
    async with database.transaction(tenant) as db:
        await fixing.begin(db, tenant, person, task_id)
    return Begun(begun=True)


@post("/app/tasks/{task_id:str}/fix/hand-in")
async def hand_in_fix(
    task_id: FromPath[str],
    data: JSONBody[FixHandedIn],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> Submitted:
    """Deliver exactly what the person sees in the place of the response before."""
    async with database.transaction(tenant) as db:
        await fixing.hand_in(db, tenant, person, task_id, data, queue)
    return Submitted(data.seq)


@post("/app/tasks/{task_id:str}/fix/discard")
async def discard_fix(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Discarded:
    """Give a fix up; the labels are what was delivered again."""
    async with database.transaction(tenant) as db:
        await fixing.discard(db, tenant, person, task_id)
    return Discarded(discarded=True)


@post("/app/tasks/{task_id:str}/recall")
async def recall(
    task_id: FromPath[str],
    data: JSONBody[Recall],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Recalled:
    """Send a completed task back to be labeled again; the customer is told."""
    async with database.transaction(tenant) as db:
        await fixing.recall(db, tenant, person, task_id, data.comment)
    return Recalled(recalled=True)


ROUTES = (after_delivery, audit, begin_fix, hand_in_fix, discard_fix, recall)


class _File(msgspec.Struct):
    url: str


class _Answer(msgspec.Struct):
    annotations: _File


async def _shown(db: Connection, tenant: Tenant, person: Person, task_id: str) -> AfterDelivery:
    task = await tasks.get(db, tenant, task_id)
    stage = await queries.stage(db, tenant, task_id)
    fix = await fixing_queries.open_fix(db, tenant, task_id)
    return AfterDelivery(
        has_labels=stage is not None,
        fix=None if fix is None else _open_fix(fix, person),
        review_status=task.customer_review_status,
        audits=[
            GivenAudit(
                one.api_key or one.audited_by,
                one.audited_at,
                one.audit_result,
                one.audit_source,
                one.comment,
            )
            for one in tasks.kept_audits(task)
        ],
        prior_urls=_prior_urls(task) if person.role is Role.MANAGER else [],
    )


def _open_fix(fix: FixRow, person: Person) -> OpenFix:
    by = fix.holder or fix.begun_by
    return OpenFix(by, fix.begun_at, by == person.email, fix.revision is not None)


def _prior_urls(task: TaskRow) -> Sequence[str]:
    """Of the answers that are files; other types answer in place."""
    urls: list[str] = []
    for one in msgspec.json.decode(task.prior_responses, type=list[object]):
        try:
            urls.append(msgspec.convert(one, _Answer).annotations.url)
        except msgspec.ValidationError:
            continue
    return urls
