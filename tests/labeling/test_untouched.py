"""A save changes what it names and nothing else, to the byte (reliability.md T17)."""

import uuid
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labeling_rig import ANNA, claimed, creating, cuboid, key_of, transaction

from groundplane.annotations.edits import SentChange, Transaction
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, documents, queries
from groundplane.labeling.model import LeaseKey
from groundplane.labeling.queries import PartRow
from groundplane.storage.database import Tenant

OBJECTS = [f"3f0c5e9a-1111-4111-8111-{number:012d}" for number in range(6)]
HIDDEN = {"visible": False, "provenance": {"source": "person"}}
IGNORED = [HealthCheck.function_scoped_fixture]  # the document grows from example to example


@dataclass(frozen=True)
class Touch:
    """What one transaction does to one object, knowing it or not."""

    object_id: str
    does: str
    x: float
    knows: bool


touches = st.builds(
    Touch,
    object_id=st.sampled_from(OBJECTS),
    does=st.sampled_from(["move", "hide", "delete", "unknown label", "unknown part", "create"]),
    x=st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 3)),
    knows=st.booleans(),
)


@pytest.fixture
async def lease(context: Context, tenant: Tenant, task_id: str) -> LeaseKey:
    """The document begins with every object, one of them hidden from the first frame on."""
    lease = key_of(await claimed(context.database, tenant, task_id))
    made = [creating(object_id, x=10.0 + row) for row, object_id in enumerate(OBJECTS)]
    made.append(transaction(SentChange(OBJECTS[0], "visible/0", None, None, HIDDEN)))
    await send(context, tenant, task_id, lease, made)
    return lease


async def send(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey, sent: list[Transaction]
) -> set[str]:
    """The op_ids that were accepted."""
    async with context.database.transaction(tenant) as db:
        stage = await assignment.held_stage(db, tenant, ANNA, task_id, lease)
        received = await documents.accept(db, tenant, task_id, stage, sent, actor=ANNA.person_id)
    return {one.op_id for one in received.results if type(one).__name__ == "Acknowledged"}


async def rows_of(context: Context, tenant: Tenant, task_id: str) -> dict[str, list[PartRow]]:
    """What the table holds, as text; by object."""
    async with context.database.transaction(tenant) as db:
        document = await queries.document(db, tenant, task_id)
        assert document is not None
        rows = await queries.parts(db, tenant, document.document_id)
    found: dict[str, list[PartRow]] = {}
    for row in rows:
        found.setdefault(row.object_id, []).append(row)
    return found


def changes_for(touch: Touch, rows: list[PartRow]) -> list[SentChange]:
    held = {row.part: row for row in rows}

    def change(part: str, after: object) -> SentChange:
        row = held.get(part) if touch.knows else None
        before = None if row is None or row.value is None else msgspec.json.decode(row.value)
        return SentChange(touch.object_id, part, row and str(row.op_id), before, after)

    match touch.does:
        case "move":
            return [change("key/0", cuboid(touch.x))]
        case "hide":
            return [change("visible/0", HIDDEN)]
        case "delete":
            return [change(part, None) for part, row in held.items() if row.value is not None]
        case "unknown label":
            return [change("key/0", {**cuboid(touch.x), "colour": "red"})]
        case "unknown part":
            return [change("hologram/0", {"x": touch.x})]
        case _:
            made = creating(touch.object_id, x=touch.x).changes
            return [change(one.part, one.after) for one in made]


@given(batch=st.lists(st.lists(touches, min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=120, suppress_health_check=IGNORED)
async def test_what_a_save_does_not_name_stays_byte_for_byte(
    context: Context,
    tenant: Tenant,
    task_id: str,
    lease: LeaseKey,
    batch: list[list[Touch]],
) -> None:
    await check_batch(context, tenant, task_id, lease, batch)


@pytest.mark.soak
@given(batch=st.lists(st.lists(touches, min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=2000, suppress_health_check=IGNORED)
async def test_what_2000_saves_do_not_name_stays_byte_for_byte(
    context: Context,
    tenant: Tenant,
    task_id: str,
    lease: LeaseKey,
    batch: list[list[Touch]],
) -> None:
    await check_batch(context, tenant, task_id, lease, batch)


async def check_batch(
    context: Context, tenant: Tenant, task_id: str, lease: LeaseKey, batch: list[list[Touch]]
) -> None:
    before = await rows_of(context, tenant, task_id)
    sent: list[Transaction] = []
    for transaction_touches in batch:
        changes = [
            change
            for touch in {one.object_id: one for one in transaction_touches}.values()
            for change in changes_for(touch, before.get(touch.object_id, []))
        ]
        sent.append(transaction(*changes, op_id=str(uuid.uuid4())))
    accepted = await send(context, tenant, task_id, lease, sent)
    named = {
        (change.object_id, change.part)
        for one in sent
        if one.op_id in accepted
        for change in one.changes
    }
    after = await rows_of(context, tenant, task_id)
    assert set(before) == set(after)
    for object_id, rows in before.items():
        untouched = [row for row in rows if (object_id, row.part) not in named]
        kept = [row for row in after[object_id] if (object_id, row.part) not in named]
        assert kept == untouched
