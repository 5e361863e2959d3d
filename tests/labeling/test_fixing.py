"""Delivered work: fixed by a person, discarded, judged, and sent back to be labeled again."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import zstandard
from labeling_rig import ANNA, BEN, claimed, creating, key_of, moving
from msgspec import UNSET, Raw, UnsetType
from test_delivery import deliver, label_and_submit

from groundplane.annotations.document import Document
from groundplane.annotations.edits import Transaction
from groundplane.callbacks import jobs as callbacks
from groundplane.errors import Conflict, Forbidden, LeaseLost
from groundplane.jobs.context import Context
from groundplane.labeling import (
    assignment,
    blob_queries,
    documents,
    fixing,
    fixing_queries,
    queries,
    queue,
    queue_queries,
)
from groundplane.labeling.addresses import hash_token
from groundplane.labeling.fixing_model import FixHandedIn
from groundplane.labeling.model import ClaimedLease
from groundplane.storage.database import Tenant, execute, many
from groundplane.tasks import amendments, dependent_jobs
from groundplane.tasks import operations as tasks
from groundplane.tasks.model import PublicTask
from groundplane.wire.people import Person, Role
from groundplane.wire.values import JSON

RUTH = Person(ANNA.account_id, "c3" * 12, "ruth@example.com", Role.REVIEWER)
MAX = Person(ANNA.account_id, "d4" * 12, "max@example.com", Role.MANAGER)
SEGMENTATION: JSON = {"type": "lidarsegmentation", "labels": ["Road", "Car"]}
CAR, TRUCK = str(uuid.uuid4()), str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Body:
    payload_zstd: bytes


@dataclass(frozen=True, slots=True)
class Made:
    task_id: str
    revision: int


@pytest.fixture(autouse=True)
async def delivered(context: Context, tenant: Tenant, task_id: str) -> None:
    """A task that Anna labeled with one car, and that was delivered."""
    async with context.database.transaction(tenant) as db:
        for person in (ANNA, BEN, RUTH, MAX):
            await execute(
                db,
                "INSERT INTO person (account_id, person_id, email, role)"
                " VALUES (%(account)s, %(id)s, %(email)s, %(role)s)",
                account=person.account_id,
                id=person.person_id,
                email=person.email,
                role=person.role.value,
            )
    await label_and_submit(context, tenant, task_id, creating(CAR))
    await deliver(context, tenant, task_id)


async def fixes(
    context: Context, tenant: Tenant, task_id: str, person: Person, *sent: Transaction
) -> tuple[ClaimedLease, int]:
    """Begun by this person, with these edits in it."""
    async with context.database.transaction(tenant) as db:
        await fixing.begin(db, tenant, person, task_id)
    lease = await claimed(context.database, tenant, task_id, person)
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, person, task_id, key_of(lease))
        received = await documents.accept(db, tenant, task_id, stage, sent, actor=person.person_id)
    return lease, received.seq


async def hand_in(
    context: Context,
    tenant: Tenant,
    task_id: str,
    person: Person,
    held: tuple[ClaimedLease, int],
    comment: str | None = None,
) -> None:
    lease, seq = held
    given = FixHandedIn(lease.lease_id, lease.fence, seq, comment)
    async with context.database.transaction(tenant) as db:
        await fixing.hand_in(db, tenant, person, task_id, given, context.queue)


async def recall(context: Context, tenant: Tenant, task_id: str, comment: str) -> None:
    async with context.database.transaction(tenant) as db:
        await fixing.recall(db, tenant, RUTH, task_id, comment)


async def shown(context: Context, tenant: Tenant, task_id: str) -> PublicTask:
    async with context.database.transaction(tenant) as db:
        return tasks.public_task(await tasks.get(db, tenant, task_id))


async def held_by_document(context: Context, tenant: Tenant, task_id: str) -> Document:
    async with context.database.transaction(tenant) as db:
        document = await queries.document(db, tenant, task_id)
        assert document is not None
        return await documents.read_revision(db, tenant, document.document_id, document.seq)


async def labels_at(context: Context, url: str) -> Sequence[str]:
    """The uuids of the first frame in the file at this address."""
    async with context.database.transaction() as db:
        row = await blob_queries.find_capability(db, hash_token(url.rpartition("/")[2]))
    assert row is not None
    answer = json.loads(await context.blobs.get(row.account_id, row.sha256))
    return [one["uuid"] for one in answer[0]["cuboids"]]


def plain(shown: Raw | list[Raw] | UnsetType) -> Any:
    """What a client reads; None: the key is not there."""
    if isinstance(shown, list):
        return [plain(one) for one in shown]
    return None if shown is UNSET else json.loads(bytes(shown))


def url_of(response: Raw | UnsetType) -> str:
    return plain(response)["annotations"]["url"]


async def told(context: Context, tenant: Tenant) -> list[dict[str, Any]]:
    """The bodies of all callbacks, noticed only now."""
    await callbacks.notice(context)
    async with context.database.transaction(tenant) as db:
        rows = await many(
            db,
            Body,
            "SELECT payload_zstd FROM callback_delivery ORDER BY event_seq",
        )
    return [json.loads(zstandard.decompress(row.payload_zstd)) for row in rows]


async def test_a_fix_replaces_the_response_and_keeps_the_one_before(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    before = await shown(context, tenant, task_id)
    held = await fixes(context, tenant, task_id, RUTH, creating(TRUCK, "Truck", 20.0))
    assert (await shown(context, tenant, task_id)).response == before.response
    await hand_in(context, tenant, task_id, RUTH, held, "  The truck was missing. ")
    await deliver(context, tenant, task_id)
    await deliver(context, tenant, task_id)
    after = await shown(context, tenant, task_id)
    assert (after.status, after.completed_at) == ("completed", before.completed_at)
    assert (after.customer_review_status, after.customer_review_comments) == (
        "fixed",
        ["The truck was missing."],
    )
    (audit,) = after.audits or []
    assert (audit.audited_by, audit.audit_source) == (RUTH.email, "customer")
    assert (audit.audit_result, audit.audit_active_time_secs) == ("fixed", 1)
    (prior,) = plain(after.prior_responses)
    assert prior == plain(before.response)
    assert await labels_at(context, prior["annotations"]["url"]) == [CAR]
    assert await labels_at(context, url_of(after.response)) == [CAR, TRUCK]
    # A second fix goes on from the first, and appends.
    await hand_in(
        context,
        tenant,
        task_id,
        MAX,
        await fixes(context, tenant, task_id, MAX, creating(str(uuid.uuid4()), x=30.0)),
    )
    await deliver(context, tenant, task_id)
    second = await shown(context, tenant, task_id)
    assert [url_of(after.response)] == [
        one["annotations"]["url"] for one in plain(second.prior_responses)[1:]
    ]
    assert second.customer_review_comments == ["The truck was missing."]


async def test_a_discarded_fix_leaves_the_labels_as_they_were_delivered(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    """Whatever was made, moved or deleted in it; and nobody hears of it."""
    before = await shown(context, tenant, task_id)
    was = await held_by_document(context, tenant, task_id)
    base = was.parts_of(CAR).parts["key/0"].op_id
    held = await fixes(
        context, tenant, task_id, RUTH, creating(TRUCK, "Truck"), moving(CAR, base, 10.0, 14.0)
    )
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Forbidden):
            await fixing.discard(db, tenant, ANNA, task_id)
        await fixing.discard(db, tenant, RUTH, task_id)
    now = await held_by_document(context, tenant, task_id)
    values = [
        {
            (one, name): written.value
            for one in document.ids()
            for name, written in document.parts_of(one).parts.items()
        }
        for document in (was, now)
    ]
    assert values[0] == values[1]
    assert await shown(context, tenant, task_id) == before
    with pytest.raises(Conflict):
        await hand_in(context, tenant, task_id, RUTH, held)
    # The next one begins from what was delivered, and may not be handed in unchanged.
    nothing = await fixes(context, tenant, task_id, RUTH)
    with pytest.raises(Conflict, match="Nothing was changed"):
        await hand_in(context, tenant, task_id, RUTH, nothing)


async def test_two_people_cannot_fix_at_once_and_labelers_not_at_all(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Forbidden):
            await fixing.begin(db, tenant, ANNA, task_id)

    async def begin(person: Person) -> None:
        async with context.database.transaction(tenant) as db:
            await fixing.begin(db, tenant, person, task_id)

    await asyncio.gather(begin(RUTH), begin(MAX))
    with pytest.raises(Conflict):
        await claimed(context.database, tenant, task_id, ANNA)
    early = await fixes(context, tenant, task_id, RUTH, creating(TRUCK))
    lease = await claimed(context.database, tenant, task_id, MAX)
    with pytest.raises(LeaseLost):
        await hand_in(context, tenant, task_id, RUTH, early)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Conflict, match="is fixing this task"):
            await fixing.discard(db, tenant, RUTH, task_id)
        assert not await fixing_queries.fixes_held_by(db, tenant, RUTH.person_id)
        (held,) = await fixing_queries.fixes_held_by(db, tenant, MAX.person_id)
        assert held.task_id == task_id
        # Nobody is given a task that is completed.
        assert await queue.next_task(db, tenant, BEN, "label") is None
        with pytest.raises(Conflict, match="handed in or discarded first"):
            await fixing.recall(db, tenant, RUTH, task_id, "again")
    await hand_in(context, tenant, task_id, MAX, (lease, early[1]))
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Conflict, match="on its way"):
            await fixing.begin(db, tenant, RUTH, task_id)


async def test_a_recalled_task_is_pending_comes_back_and_keeps_what_it_was(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    first = await shown(context, tenant, task_id)
    async with context.database.transaction(tenant) as db:
        with pytest.raises(Exception, match="must say what is to be changed"):
            await fixing.recall(db, tenant, RUTH, task_id, " ")
        await amendments.audit(
            db, tenant, task_id, opinion="rejected", comment="no", audited_by="a@b.example"
        )
    await recall(context, tenant, task_id, "The truck is missing.")
    pending = await shown(context, tenant, task_id)
    assert pending.status == "pending"
    assert not pending.response
    assert not pending.completed_at
    assert not pending.customer_review_status
    (prior,) = plain(pending.prior_responses)
    assert prior == plain(first.response)
    async with context.database.transaction(tenant) as db:
        (held,) = await queue_queries.held_by(db, tenant, ANNA.person_id)
        assert (held.comment, held.kind) == ("The truck is missing.", "label")
        assert await queue.next_task(db, tenant, BEN, "label") is None
        assert await queue.next_task(db, tenant, ANNA, "label") == task_id
    await label_and_submit(context, tenant, task_id, creating(TRUCK, "Truck", 20.0))
    await deliver(context, tenant, task_id)
    again = await shown(context, tenant, task_id)
    assert await labels_at(context, url_of(again.response)) == [CAR, TRUCK]
    assert plain(again.prior_responses) == [prior]
    bodies = await told(context, tenant)
    # Noticed late, each still says what was true at its event.
    assert [
        (one["status"], one.get("response"), one.get("prior_responses"), one["task"]["status"])
        for one in bodies
    ] == [
        ("completed", prior, None, "completed"),
        ("completed", prior, None, "completed"),
        ("pending", None, [prior], "pending"),
        ("completed", plain(again.response), [prior], "completed"),
    ]
    statuses = [one.get("customer_review_status") for one in bodies]
    assert statuses == [None, "rejected", None, None]


async def test_a_fix_and_a_recall_make_no_dependent_twice(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    """With require_audit the fix is what makes it, of the revision that was fixed."""

    async def made() -> list[Made]:
        await dependent_jobs.read_events(context)
        await dependent_jobs.make_dependent(
            context,
            account_id=tenant.account_id,
            mode=tenant.mode.value,
            root_task_id=task_id,
            position=0,
        )
        async with context.database.transaction(tenant) as db:
            return await many(
                db, Made, "SELECT task_id, source_revision AS revision FROM task_layer"
            )

    async with context.database.transaction(tenant) as db:
        described: JSON = {"defs": [SEGMENTATION], "require_audit": True}
        await tasks.put_dependents(db, tenant, task_id, described)
    assert await made() == []
    held = await fixes(context, tenant, task_id, RUTH, creating(TRUCK, "Truck", 20.0))
    await hand_in(context, tenant, task_id, RUTH, held)
    await deliver(context, tenant, task_id)
    (child,) = await made()
    assert child.revision == held[1]
    await recall(context, tenant, task_id, "Once more.")
    await label_and_submit(context, tenant, task_id, creating(str(uuid.uuid4()), x=30.0))
    await deliver(context, tenant, task_id)
    async with context.database.transaction(tenant) as db:
        await amendments.audit(
            db, tenant, task_id, opinion="accepted", comment=None, audited_by="a@b.example"
        )
    assert await made() == [child]
