"""An endpoint that does not answer rests, and a task's events keep their order (T30, T32)."""

from datetime import timedelta
from uuid import UUID

import pytest
from callback_tasks import (
    answered_task,
    deliveries,
    enqueued,
    make_due,
    move,
    run_enqueued,
    task_row,
)

from groundplane.callbacks import endpoint_queries, jobs, operations
from groundplane.callbacks.endpoint_queries import EndpointRow
from groundplane.callbacks.endpoints import LONGEST_PAUSE_S, endpoint_of
from groundplane.callbacks.model import DeliveryView
from groundplane.errors import InvalidRequest
from groundplane.jobs.context import Context
from groundplane.storage.database import Mode, Tenant, execute
from groundplane.tasks.lifecycle import Event, State
from loopback import Site, reply, reset


async def endpoint(context: Context, tenant: Tenant, url: str) -> EndpointRow | None:
    async with context.database.transaction(tenant) as db:
        return await endpoint_queries.lock_endpoint(db, tenant, endpoint_of(url))


async def let_pass(context: Context, tenant: Tenant, time: timedelta) -> None:
    """Put everything that is written down with a time into the past by as much."""
    async with context.database.transaction(tenant) as db:
        await execute(
            db, "UPDATE callback_endpoint SET open_until = open_until - %(time)s", time=time
        )
        await execute(
            db,
            """UPDATE callback_delivery
               SET next_attempt_at = next_attempt_at - %(time)s,
                   first_due_at = first_due_at - %(time)s""",
            time=time,
        )


async def work(context: Context) -> int:
    """What a second of housekeeping and the callback workers do; how many attempts were run."""
    await jobs.notice(context)
    await jobs.wake(context)
    await jobs.probe(context)
    return await run_enqueued(context)


async def tasks_of(context: Context, tenant: Tenant, url: str, count: int) -> list[str]:
    return [await answered_task(context, tenant, url) for _ in range(count)]


async def only_delivery(context: Context, tenant: Tenant, task_id: str) -> DeliveryView:
    (delivery,) = await deliveries(context, tenant, task_id)
    return delivery


async def test_after_four_failures_in_a_row_everything_else_is_held(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(503), reset, reply(429), reply(500))
    task_ids = await tasks_of(context, tenant, url, 10)
    await work(context)
    assert len(receiver.seen) == 4
    views = [await only_delivery(context, tenant, task_id) for task_id in task_ids]
    assert sum(view.waits_for == "endpoint" for view in views) == 6
    assert {view.state for view in views} == {"pending"}
    assert all(view.next_attempt_at for view in views)
    later = await answered_task(context, tenant, url)
    await work(context)
    await make_due(context, tenant)
    await work(context)
    assert len(receiver.seen) == 4
    assert (await only_delivery(context, tenant, later)).waits_for == "endpoint"


async def test_refusals_hold_nobody(context: Context, tenant: Tenant, receiver: Site) -> None:
    receiver.page("/refuses", reply(404))
    await tasks_of(context, tenant, receiver.url("/refuses"), 6)
    await work(context)
    assert len(receiver.seen) == 6
    assert await endpoint(context, tenant, receiver.url("/")) is None


async def test_a_single_delivery_that_fails_holds_nobody(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/fails", reply(500))
    await answered_task(context, tenant, receiver.url("/fails"))
    await jobs.notice(context)
    for _ in range(8):
        await run_enqueued(context)
        await let_pass(context, tenant, timedelta(hours=1))
        await jobs.wake(context)
    assert [seen.path for seen in receiver.seen].count("/fails") == 8
    row = await endpoint(context, tenant, receiver.url("/"))
    assert row is not None
    assert (row.failures, row.open_until) == (8, None)


async def test_one_attempt_at_the_end_of_each_pause_and_the_pauses_grow(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(500))
    await tasks_of(context, tenant, url, 8)
    await work(context)
    pauses_s: list[int] = []
    for _ in range(10):
        row = await endpoint(context, tenant, url)
        assert row is not None
        pauses_s.append(row.pause_s)
        made = len(receiver.seen)
        await let_pass(context, tenant, timedelta(seconds=row.pause_s - 5))
        await work(context)
        assert len(receiver.seen) == made
        await let_pass(context, tenant, timedelta(seconds=6))
        await work(context)
        await work(context)
        assert len(receiver.seen) == made + 1
    assert pauses_s == [60, 120, 240, 480, 960, 1920, 3840, 7680, LONGEST_PAUSE_S, LONGEST_PAUSE_S]


async def test_the_first_answer_ends_the_rest_and_nothing_is_lost(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(500), reply(500), reply(500), reply(500), reply(200))
    task_ids = await tasks_of(context, tenant, url, 20)
    await work(context)
    await let_pass(context, tenant, timedelta(seconds=61))
    assert await work(context) > 0
    assert await endpoint(context, tenant, url) is None
    while await work(context):
        pass
    await make_due(context, tenant)
    while await work(context):
        pass
    for task_id in task_ids:
        delivery = await only_delivery(context, tenant, task_id)
        assert (delivery.state, delivery.attempts[-1].status) == ("delivered", 200)
        assert (await task_row(context, tenant, task_id)).callback_succeeded is True
    assert len(receiver.seen) == 24
    assert len({seen.headers["webhook-id"] for seen in receiver.seen}) == 20


async def test_a_probe_whose_worker_died_leaves_it_to_the_next(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(500), reply(500), reply(500), reply(500), reply(200))
    await tasks_of(context, tenant, url, 8)
    await work(context)
    await let_pass(context, tenant, timedelta(seconds=61))
    await jobs.probe(context)
    await jobs.probe(context)
    assert len(await enqueued(context)) == 1
    async with context.database.transaction() as db:
        await execute(db, "DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    made = len(receiver.seen)
    await work(context)
    assert len(receiver.seen) == made
    await let_pass(context, tenant, timedelta(seconds=61))
    await work(context)
    assert await endpoint(context, tenant, url) is None


async def test_at_the_end_of_its_day_a_delivery_has_its_retries_although_the_endpoint_rests(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(500))
    task_ids = await tasks_of(context, tenant, url, 5)
    await work(context)
    for _ in range(30):
        async with context.database.transaction(tenant) as db:
            await execute(db, "UPDATE callback_endpoint SET open_until = now() + interval '1 h'")
        await let_pass(context, tenant, timedelta(days=1))
        await work(context)
    for task_id in task_ids:
        delivery = await only_delivery(context, tenant, task_id)
        assert (delivery.state, len(delivery.attempts)) == ("failed", 21)
        assert (await task_row(context, tenant, task_id)).callback_succeeded is False


async def test_other_ports_and_other_tenants_are_not_held(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    dead = "http://127.0.0.1:1/hook"
    receiver.page("/hook", reply(500), reply(500), reply(500), reply(500), reply(200))
    await tasks_of(context, tenant, receiver.url("/hook"), 4)
    await work(context)
    test = Tenant(tenant.account_id, Mode.TEST)
    task_id = await answered_task(context, test, receiver.url("/hook"))
    await work(context)
    assert (await task_row(context, test, task_id)).callback_succeeded is True
    assert endpoint_of(dead) != endpoint_of(receiver.url("/hook"))
    assert endpoint_of("http://A.example/x") == endpoint_of("http://a.example.:80/y")
    assert await endpoint(context, tenant, dead) is None


async def test_sent_by_hand_it_goes_although_the_endpoint_rests_and_ends_the_rest(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    url = receiver.url("/hook")
    receiver.page("/hook", reply(500), reply(500), reply(500), reply(500), reply(200))
    task_ids = await tasks_of(context, tenant, url, 6)
    await work(context)
    views = [(task_id, await only_delivery(context, tenant, task_id)) for task_id in task_ids]
    task_id, held = next(pair for pair in views if pair[1].waits_for == "endpoint")
    async with context.database.transaction(tenant) as db:
        await operations.resend(db, context.queue, tenant, UUID(held.delivery_id))
    await run_enqueued(context)
    assert (await only_delivery(context, tenant, task_id)).state == "delivered"
    assert await endpoint(context, tenant, url) is None


# The order of a task's events -------------------------------------------------------------------


async def three_events(context: Context, tenant: Tenant, url: str) -> str:
    task_id = await answered_task(context, tenant, url)
    await move(context, tenant, task_id, State.COMPLETED, Event.RECALLED)
    await move(context, tenant, task_id, State.IN_PROGRESS, Event.FINISHED)
    return task_id


async def test_an_event_is_not_attempted_before_the_earlier_ones_are_settled(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500), reset, reply(410), reply(404), reply(200))
    task_id = await three_events(context, tenant, receiver.url("/hook"))
    for _ in range(8):
        await work(context)
        await let_pass(context, tenant, timedelta(minutes=10))
    assert [seen.headers["groundplane-event-seq"] for seen in receiver.seen] == list("222334")
    views = await deliveries(context, tenant, task_id)
    assert [view.state for view in views] == ["failed", "delivered", "delivered"]


async def test_a_later_event_waits_says_so_and_is_not_sent_by_hand_before_its_turn(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    task_id = await three_events(context, tenant, receiver.url("/hook"))
    await work(context)
    first, second, third = await deliveries(context, tenant, task_id)
    assert (second.waits_for, third.waits_for) == ("earlier_event", "earlier_event")
    assert len(first.attempts) == 1
    async with context.database.transaction(tenant) as db:
        with pytest.raises(InvalidRequest, match="earlier callback"):
            await operations.resend(db, context.queue, tenant, UUID(second.delivery_id))


async def test_the_day_of_an_event_begins_with_its_turn(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", *[reply(500)] * 22, reply(200))
    task_id = await three_events(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    for _ in range(21):
        await run_enqueued(context)
        await make_due(context, tenant)
        await jobs.wake(context)
    await run_enqueued(context)
    first, second, _ = await deliveries(context, tenant, task_id)
    assert (first.state, len(first.attempts)) == ("failed", 21)
    assert (second.state, len(second.attempts)) == ("pending", 1)
