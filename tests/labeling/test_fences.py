"""Two who both believe to hold a task: only the later one's edits count (reliability.md T52)."""

import asyncio
import random
import uuid

import pytest
from labeling_rig import ANNA, BEN, claimed, creating, key_of

from groundplane.errors import LeaseLost
from groundplane.jobs.context import Context
from groundplane.labeling import assignment, documents
from groundplane.labeling.model import Acknowledged, LeaseKey
from groundplane.storage.database import Tenant
from groundplane.wire.people import Person


async def write(
    context: Context, tenant: Tenant, task_id: str, person: Person, lease: LeaseKey
) -> bool:
    """One edit, by who may have lost the task long ago; whether it counts."""
    try:
        async with context.database.transaction(tenant) as db:
            stage = await assignment.held_stage(db, tenant, person, task_id, lease)
            sent = [creating(str(uuid.uuid4()))]
            received = await documents.accept(
                db, tenant, task_id, stage, sent, actor=person.person_id
            )
    except LeaseLost:
        return False
    return isinstance(received.results[0], Acknowledged)


async def fences_of(context: Context, tenant: Tenant) -> list[tuple[int, str]]:
    """(fence, actor) of the log, in its order."""
    async with context.database.transaction(tenant) as db:
        cursor = await db.execute(
            "SELECT lease_fence, actor FROM document_transaction ORDER BY seq"
        )
        return [(int(row[0]), str(row[1])) for row in await cursor.fetchall()]


@pytest.mark.parametrize("runs", [60, pytest.param(1000, marks=pytest.mark.soak)])
async def test_a_window_that_woke_up_late_writes_nothing(
    context: Context, tenant: Tenant, task_id: str, runs: int
) -> None:
    """Who stops and wakes up writes while the other takes over and writes: in any order."""
    chance = random.Random(52)  # noqa: S311 - an order, not a secret
    people = (ANNA, BEN)
    stale = [key_of(await claimed(context.database, tenant, task_id, ANNA))] * 2
    counted = 0
    for _ in range(runs):
        taker = chance.randrange(2)

        async def take(taker: int = taker) -> None:
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
            fresh = await claimed(context.database, tenant, task_id, people[taker])
            stale[taker] = key_of(fresh)
            assert await write(context, tenant, task_id, people[taker], stale[taker])

        sleeper = 1 - taker
        late = [write(context, tenant, task_id, people[sleeper], stale[sleeper]) for _ in range(2)]
        _, *outcomes = await asyncio.gather(take(), *late)
        counted += 1 + sum(1 for taken in outcomes if taken)
        assert not await write(context, tenant, task_id, people[sleeper], stale[sleeper])
    log = await fences_of(context, tenant)
    assert len(log) == counted
    fences = [fence for fence, _ in log]
    assert fences == sorted(fences), "a write came in after a later lease had written"
    holders: dict[int, set[str]] = {}
    for fence, actor in log:
        holders.setdefault(fence, set()).add(actor)
    assert all(len(actors) == 1 for actors in holders.values())
