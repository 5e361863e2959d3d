"""One person works on a task at a time, and the database's clock says who."""

import uuid

import pytest
from labeling_rig import ANNA, BEN, key_of

from groundplane.errors import Conflict, LeaseLost
from groundplane.jobs.context import Context
from groundplane.labeling import assignment
from groundplane.labeling.model import Claim, ClaimedLease, LeaseKey
from groundplane.storage.database import Tenant, execute
from groundplane.tasks import operations as tasks
from groundplane.wire.people import Person


async def claim(
    context: Context,
    tenant: Tenant,
    task_id: str,
    person: Person,
    *,
    client_id: str | None = None,
    take_over: bool = False,
) -> ClaimedLease:
    async with context.database.transaction(tenant) as db:
        wanted = Claim(client_id=client_id or str(uuid.uuid4()), take_over=take_over)
        return await assignment.claim(db, tenant, person, task_id, wanted)


async def renew(
    context: Context, tenant: Tenant, task_id: str, person: Person, lease: LeaseKey
) -> ClaimedLease:
    async with context.database.transaction(tenant) as db:
        return await assignment.renew(db, tenant, person, task_id, lease)


async def test_the_first_claim_starts_the_task(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    await claim(context, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        task = await tasks.get(db, tenant, task_id)
    assert (task.state, task.work_started) == ("in_progress", True)


async def test_a_second_window_is_refused_until_it_takes_over(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    first = await claim(context, tenant, task_id, ANNA)
    with pytest.raises(LeaseLost):
        await claim(context, tenant, task_id, BEN)
    with pytest.raises(LeaseLost):
        await claim(context, tenant, task_id, ANNA)
    second = await claim(context, tenant, task_id, BEN, take_over=True)
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost):
        await renew(context, tenant, task_id, ANNA, key_of(first))


async def test_a_reloaded_window_gets_its_task_back(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    window = str(uuid.uuid4())
    await claim(context, tenant, task_id, ANNA, client_id=window)
    again = await claim(context, tenant, task_id, ANNA, client_id=window)
    assert (await renew(context, tenant, task_id, ANNA, key_of(again))).fence == again.fence


async def test_a_lease_that_ran_out_may_be_taken_or_gone_on_with(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    first = await claim(context, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE stage SET lease_expires_at = now() - interval '1 second'")
    await renew(context, tenant, task_id, ANNA, key_of(first))
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE stage SET lease_expires_at = now() - interval '1 second'")
    await claim(context, tenant, task_id, BEN)
    with pytest.raises(LeaseLost):
        await renew(context, tenant, task_id, ANNA, key_of(first))


async def test_a_released_task_is_free_at_once(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    first = await claim(context, tenant, task_id, ANNA)
    async with context.database.transaction(tenant) as db:
        assert await assignment.release(db, tenant, task_id, key_of(first))
    await claim(context, tenant, task_id, BEN)


async def test_a_canceled_task_is_not_claimed(
    context: Context, tenant: Tenant, task_id: str
) -> None:
    async with context.database.transaction(tenant) as db:
        await tasks.cancel(db, tenant, task_id, clear_unique_id=False)
    with pytest.raises(Conflict, match="canceled"):
        await claim(context, tenant, task_id, ANNA)
