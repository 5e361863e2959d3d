"""Who is given which task: nobody the same one, the most urgent first, one's own before all."""

import asyncio
import uuid
from typing import LiteralString

import pytest
from labeling_rig import ANNA, BEN, claimed, creating, key_of

from groundplane.errors import Conflict, Forbidden, LeaseLost
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, queries, queue, queue_queries, review, stages
from groundplane.labeling.documents import accept
from groundplane.labeling.model import Claim, ClaimedLease, Submission
from groundplane.labeling.queue_model import Verdict
from groundplane.storage.database import Tenant, execute
from groundplane.tasks import operations as tasks
from groundplane.wire.people import Person, Role

RUTH = Person(ANNA.account_id, "c3" * 12, "ruth@example.com", Role.REVIEWER)
MAX = Person(ANNA.account_id, "d4" * 12, "max@example.com", Role.MANAGER)


@pytest.fixture(autouse=True)
async def people(context: Context, tenant: Tenant) -> None:
    for person in (ANNA, BEN, RUTH, MAX):
        await run(
            context,
            tenant,
            "INSERT INTO person (account_id, person_id, email, role)"
            " VALUES (%(account)s, %(id)s, %(email)s, %(role)s)",
            account=person.account_id,
            id=person.person_id,
            email=person.email,
            role=person.role.value,
        )


async def run(context: Context, tenant: Tenant, statement: LiteralString, **of: object) -> None:
    async with context.database.transaction(tenant) as db:
        await execute(db, statement, **of)


async def given(context: Context, tenant: Tenant, person: Person) -> str | None:
    async with context.database.transaction(tenant) as db:
        return await queue.next_task(db, tenant, person, "label")


async def more_tasks(context: Context, tenant: Tenant, task_id: str, count: int) -> list[str]:
    """Copies of the task that is ready, each as old as the one before."""
    copies = [f"{number:024x}" for number in range(1, count + 1)]
    for copy in copies:
        await run(
            context,
            tenant,
            """
            INSERT INTO task (account_id, mode, task_id, type, state, priority, created_at,
                              updated_at, event_seq)
            SELECT account_id, mode, %(copy)s, type, state, priority, created_at, updated_at,
                   event_seq
            FROM task WHERE task_id = %(task_id)s
            """,
            copy=copy,
            task_id=task_id,
        )
        await run(
            context,
            tenant,
            """
            INSERT INTO stage SELECT (jsonb_populate_record(s, jsonb_build_object(
                'task_id', %(copy)s::text, 'stage_id', %(copy)s::text))).* FROM stage s
            WHERE task_id = %(task_id)s
            """,
            copy=copy,
            task_id=task_id,
        )
    return copies


async def test_everybody_who_asks_at_once_is_given_another_task(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    copies = await more_tasks(context, tenant, task_id, 3)
    everybody = (ANNA, BEN, RUTH, MAX)
    first = await asyncio.gather(*(given(context, tenant, one) for one in everybody))
    assert sorted(map(str, first)) == sorted([task_id, *copies])
    assert await given(context, tenant, ANNA) is None


async def test_what_was_given_is_opened_by_its_person_and_no_other(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    assert await given(context, tenant, ANNA) == task_id

    async def claim(person: Person) -> ClaimedLease:
        async with context.database.transaction(tenant) as db:
            wanted = Claim(client_id=str(uuid.uuid4()))
            return await assignment.claim(db, tenant, person, task_id, wanted)

    with pytest.raises(LeaseLost):
        await claim(BEN)
    assert (await claim(ANNA)).holder == ANNA.email


async def test_a_higher_priority_comes_first_and_then_the_older(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    low, high = await more_tasks(context, tenant, task_id, 2)
    await run(context, tenant, "UPDATE task SET priority = 30 WHERE task_id = %(id)s", id=high)
    await run(
        context,
        tenant,
        "UPDATE task SET created_at = created_at + interval '1 second' WHERE task_id = %(id)s",
        id=low,
    )
    assert [await given(context, tenant, one) for one in (ANNA, BEN, RUTH)] == [high, task_id, low]


async def test_begun_work_waits_for_who_began_it_until_it_is_old(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await claimed(context.database, tenant, task_id, ANNA)
    ran_out: LiteralString = (
        "UPDATE stage SET lease_expires_at = clock_timestamp() - make_interval(hours => %(hours)s)"
    )
    await run(context, tenant, ran_out, hours=1)
    assert await given(context, tenant, BEN) is None
    async with context.database.transaction(tenant) as db:
        (held,) = await queue_queries.held_by(db, tenant, ANNA.person_id)
    assert (held.task_id, held.kind) == (task_id, "label")
    assert await given(context, tenant, ANNA) == task_id
    await run(context, tenant, ran_out, hours=queue_queries.KEPT_H + 1)
    assert await given(context, tenant, BEN) == task_id


async def test_who_gives_a_task_back_lets_the_next_one_have_it(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    lease = await claimed(context.database, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Conflict, match="not with you"):
            await queue.give_back(db, tenant, BEN, task_id)
        await queue.give_back(db, tenant, ANNA, task_id)
    assert await given(context, tenant, BEN) == task_id
    async with context.database.transaction(tenant) as db:
        with pytest.raises(LeaseLost):
            await assignment.held_stage(db, tenant, ANNA, task_id, key_of(lease))


async def test_a_manager_keeps_a_task_for_somebody(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    lease = await claimed(context.database, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Forbidden):
            await queue.assign(db, tenant, RUTH, task_id, BEN.person_id)
        await queue.assign(db, tenant, MAX, task_id, BEN.person_id)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(LeaseLost):  # the fence: she has it open, and can only look
            await assignment.held_stage(db, tenant, ANNA, task_id, key_of(lease))
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Conflict, match="kept for somebody else"):
            await assignment.claim(
                db, tenant, ANNA, task_id, Claim(client_id=str(uuid.uuid4()), take_over=True)
            )
    assert await given(context, tenant, ANNA) is None
    assert await given(context, tenant, BEN) == task_id


async def test_only_who_works_on_a_project_is_given_its_tasks(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await run(
        context,
        tenant,
        """
        WITH made AS (
            INSERT INTO project (account_id, mode, project_id, name, type)
            VALUES (%(account)s, 'live', %(project)s, 'roads', 'lidarannotation')
            RETURNING account_id, mode, project_id
        )
        INSERT INTO project_person SELECT account_id, mode, project_id, %(ben)s FROM made
        """,
        account=tenant.account_id,
        project="e5" * 12,
        ben=BEN.person_id,
    )
    await run(context, tenant, "UPDATE task SET project_id = %(project)s", project="e5" * 12)
    assert await given(context, tenant, ANNA) is None
    assert await given(context, tenant, BEN) == task_id


async def submitted_for_review(context: Context, tenant: Tenant, task_id: str) -> str:
    """By Anna, with one object; its id."""
    async with context.database.transaction(tenant) as db:
        assert await queue_queries.set_rule(db, tenant, None, reviewed=True)
    object_id = str(uuid.uuid4())
    lease = await claimed(context.database, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, task_id, key_of(lease))
        await accept(db, tenant, task_id, stage, [creating(object_id)], actor=ANNA.person_id)
        handed = Submission(lease.lease_id, lease.fence, 1)
        await stages.submit(db, tenant, ANNA, task_id, handed, context.queue)
    return object_id


async def judged(
    context: Context,
    tenant: Tenant,
    lease: ClaimedLease,
    task_id: str,
    seq: int,
    comment: str | None = None,
    *,
    accepted: bool,
) -> str:
    given = Verdict(lease.lease_id, lease.fence, seq, accepted, comment)
    async with context.database.transaction(tenant) as db:
        return await review.judge(db, tenant, RUTH, task_id, given, context.queue)


async def test_reviewed_work_is_delivered_when_it_was_accepted(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await submitted_for_review(context, tenant, task_id)
    async with context.database.transaction(tenant) as db:
        assert (await tasks.get(db, tenant, task_id)).state == "in_review"
        (listed,) = await queue_queries.in_review(db, tenant, 9)
        assert (listed.task_id, listed.labeled_by) == (task_id, ANNA.email)
        (waits,) = await queue_queries.waiting(db, tenant, RUTH.person_id, "review")
        assert (waits.project, waits.tasks) == (None, 1)
        assert await queue.next_task(db, tenant, RUTH, "review") == task_id
    lease = await claimed(context.database, tenant, task_id, RUTH)
    assert await judged(context, tenant, lease, task_id, 1, accepted=True) == "accepted"
    async with context.database.transaction(tenant) as db:
        row = await tasks.get(db, tenant, task_id)
        stage = await queries.stage(db, tenant, task_id)
    (audit,) = tasks.public_task(row).audits or []
    assert (audit.audited_by, audit.audit_result) == (RUTH.email, "accepted")
    assert audit.audit_source == "scale"
    assert stage is not None
    assert (stage.state, stage.submitted_revision) == ("submitted", 1)


async def test_a_reviewers_edit_is_a_fix_and_is_what_is_delivered(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await submitted_for_review(context, tenant, task_id)
    lease = await claimed(context.database, tenant, task_id, RUTH)
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, RUTH, task_id, key_of(lease))
        fix = creating(str(uuid.uuid4()), x=20.0)
        await accept(db, tenant, task_id, stage, [fix], actor=RUTH.person_id)
    with pytest.raises(Conflict, match="has changed"):
        await judged(context, tenant, lease, task_id, 1, accepted=True)
    assert await judged(context, tenant, lease, task_id, 2, accepted=True) == "fixed"
    async with context.database.transaction(tenant) as db:
        stage = await queries.stage(db, tenant, task_id)
        (audit,) = tasks.public_task(await tasks.get(db, tenant, task_id)).audits or []
    assert stage is not None
    assert stage.submitted_revision == 2
    assert (audit.audit_result, audit.audit_active_time_secs) == ("fixed", 1)


async def test_returned_work_comes_back_to_its_labeler_with_the_reason(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await submitted_for_review(context, tenant, task_id)
    lease = await claimed(context.database, tenant, task_id, RUTH)
    with pytest.raises(Exception, match="must say what is to be changed"):
        await judged(context, tenant, lease, task_id, 1, "  ", accepted=False)
    why = "The truck is a car."
    assert await judged(context, tenant, lease, task_id, 1, why, accepted=False) == "returned"
    assert await given(context, tenant, BEN) is None
    async with context.database.transaction(tenant) as db:
        (held,) = await queue_queries.held_by(db, tenant, ANNA.person_id)
        row = await tasks.get(db, tenant, task_id)
        (kept,) = await queue_queries.reviews(db, tenant, task_id)
    assert (held.comment, row.state) == (why, "in_progress")
    assert (kept.verdict, kept.comment) == ("returned", why)
    assert not tasks.public_task(row).customer_review_comments  # what is said inside stays there
    assert await given(context, tenant, ANNA) == task_id


async def test_labelers_do_not_review_and_nobody_is_given_their_own_work(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await submitted_for_review(context, tenant, task_id)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Forbidden):
            await queue.next_task(db, tenant, BEN, "review")
    with pytest.raises(Conflict):
        await claimed(context.database, tenant, task_id, BEN)
    await run(context, tenant, "UPDATE stage SET submitted_by = %(ruth)s", ruth=RUTH.person_id)
    async with context.database.transaction(tenant) as db:
        assert await queue.next_task(db, tenant, RUTH, "review") is None
        assert await queue.next_task(db, tenant, MAX, "review") == task_id
