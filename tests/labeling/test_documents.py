"""The log: what is acknowledged is there for good, what is refused changed nothing."""

import uuid

import pytest
from labeling_rig import ANNA, BEN, claimed, creating, key_of, moving

from groundplane.annotations.document import Document, from_parts
from groundplane.annotations.edits import Transaction
from groundplane.errors import Conflict, LeaseLost
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, documents, queries, stages
from groundplane.labeling.model import Acknowledged, LeaseKey, Received, Refused, Submission
from groundplane.storage.database import Tenant


@pytest.fixture
async def lease(context: Context, tenant: Tenant, task_id: str) -> LeaseKey:
    return key_of(await claimed(context.database, tenant, task_id))


async def send(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey, *sent: Transaction
) -> Received:
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, task_id, lease)
        return await documents.accept(db, tenant, task_id, stage, sent, actor=ANNA.person_id)


async def present(context: Context, tenant: Tenant, task_id: str) -> tuple[Document, int]:
    async with context.database.transaction(tenant) as db:
        row = await queries.document(db, tenant, task_id)
        assert row is not None
        return from_parts(await documents.parts_of(db, tenant, row.document_id)), row.seq


async def revision(context: Context, tenant: Tenant, task_id: str, seq: int) -> Document:
    async with context.database.transaction(tenant) as db:
        row = await queries.document(db, tenant, task_id)
        assert row is not None
        return await documents.read_revision(db, tenant, row.document_id, seq)


async def test_an_acknowledged_edit_is_what_the_document_holds(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    object_id = str(uuid.uuid4())
    made = creating(object_id)
    received = await send(context, tenant, task_id, lease, made)
    assert received.results == [Acknowledged(made.op_id, 1)]
    document, seq = await present(context, tenant, task_id)
    assert seq == 1
    assert document.ids() == [object_id]


async def test_a_transaction_sent_twice_is_acknowledged_twice_and_counted_once(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    made = creating(str(uuid.uuid4()))
    first = await send(context, tenant, task_id, lease, made)
    again = await send(context, tenant, task_id, lease, made, made)
    assert again.results == [*first.results, *first.results]
    assert (await present(context, tenant, task_id))[1] == 1


async def test_a_chain_made_offline_is_valid_as_it_stands(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    object_id = str(uuid.uuid4())
    made = creating(object_id)
    first = moving(object_id, made.op_id, 10.0, 11.5)
    second = moving(object_id, first.op_id, 11.5, 12.25)
    received = await send(context, tenant, task_id, lease, made, first, second)
    assert [type(result) for result in received.results] == [Acknowledged] * 3
    assert received.seq == 3


async def test_a_stale_edit_is_refused_with_what_the_part_holds_now(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    object_id = str(uuid.uuid4())
    made = creating(object_id)
    theirs = moving(object_id, made.op_id, 10.0, 11.5)
    mine = moving(object_id, made.op_id, 10.0, 12.5)
    built_on_mine = moving(object_id, mine.op_id, 12.5, 13.5)
    await send(context, tenant, task_id, lease, made, theirs)
    received = await send(context, tenant, task_id, lease, mine, built_on_mine)
    assert all(isinstance(result, Refused) for result in received.results)
    refused = received.results[0]
    assert isinstance(refused, Refused)
    held = {part.part: part for part in refused.parts}
    assert held["key/0"].op_id == theirs.op_id
    document, seq = await present(context, tenant, task_id)
    assert seq == 2
    assert document == await revision(context, tenant, task_id, 2)


async def test_an_edit_that_may_not_be_is_refused_and_those_beside_it_are_kept(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    wrong, right = creating(str(uuid.uuid4()), "Bicycle"), creating(str(uuid.uuid4()))
    received = await send(context, tenant, task_id, lease, wrong, right)
    assert isinstance(received.results[0], Refused)
    assert "label" in received.results[0].refused
    assert received.results[1] == Acknowledged(right.op_id, 1)


async def test_every_revision_reads_as_the_document_was_then(
    context: Context,
    tenant: Tenant,
    task_id: str,
    lease: LeaseKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "SNAPSHOT_EVERY", 4)
    monkeypatch.setattr(documents, "MOST_LOGGED_AT_ONCE", 3)
    seen: list[Document] = []
    for number in range(11):
        await send(context, tenant, task_id, lease, creating(str(uuid.uuid4()), x=float(number)))
        seen.append((await present(context, tenant, task_id))[0])
    for seq, document in enumerate(seen, start=1):
        assert await revision(context, tenant, task_id, seq) == document


async def test_objects_are_listed_in_the_order_in_which_they_were_made(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    ids = [f"{number}{str(uuid.uuid4())[1:]}" for number in (7, 1, 9, 3)]
    made = [creating(object_id, x=1.5) for object_id in ids]
    await send(context, tenant, task_id, lease, *made)
    await send(context, tenant, task_id, lease, moving(ids[1], made[1].op_id, 1.5, 2.5))
    assert (await present(context, tenant, task_id))[0].ids() == ids
    assert (await revision(context, tenant, task_id, 5)).ids() == ids


async def test_a_lease_that_was_taken_over_writes_nothing(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    await claimed(context.database, tenant, task_id, BEN)
    with pytest.raises(LeaseLost):
        await send(context, tenant, task_id, lease, creating(str(uuid.uuid4())))
    assert (await present(context, tenant, task_id))[1] == 0


async def test_a_submitted_task_is_not_edited(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    async with context.database.transaction(tenant) as db:
        submission = Submission(lease.lease_id, lease.fence, seq=0)
        await stages.submit(db, tenant, ANNA, task_id, submission, context.queue)
    with pytest.raises(Conflict, match="submitted"):
        await send(context, tenant, task_id, lease, creating(str(uuid.uuid4())))


async def test_what_was_not_seen_is_not_submitted(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey
) -> None:
    await send(context, tenant, task_id, lease, creating(str(uuid.uuid4())))
    async with context.database.transaction(tenant) as db:
        submission = Submission(lease.lease_id, lease.fence, seq=0)
        with pytest.raises(Conflict, match="has changed"):
            await stages.submit(db, tenant, ANNA, task_id, submission, context.queue)
