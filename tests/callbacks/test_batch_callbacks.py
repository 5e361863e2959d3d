"""A batch tells of its completion once, with what was true then."""

import time
from typing import Any

from callback_tasks import PARAMS, answered_task, is_authentic, run_enqueued, said
from msgspec import UNSET

from groundplane.accounts import operations as accounts
from groundplane.accounts.signing import signing_secrets
from groundplane.batches import operations as batches
from groundplane.batches.model import NewBatch
from groundplane.callbacks import batch_news, jobs
from groundplane.jobs.context import Context
from groundplane.projects import operations as projects
from groundplane.storage.database import Tenant, execute, scalar
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from loopback import Site, reply


async def new_batch(context: Context, tenant: Tenant, callback: str | None) -> None:
    async with context.database.transaction(tenant) as db:
        await projects.create(db, tenant, "roads", LIDAR_ANNOTATION.name)
        new = NewBatch(project="roads", name="week 1", callback=callback, metadata={"n": 1})
        await batches.create(db, tenant, new)


async def new_task(context: Context, tenant: Tenant) -> str:
    async with context.database.transaction(tenant) as db:
        order = tasks.read_order(LIDAR_ANNOTATION, {**PARAMS, "batch": "week 1"})
        return (await tasks.create(db, tenant, order)).task_id


async def move(context: Context, tenant: Tenant, task_id: str, state: State, event: Event) -> None:
    async with context.database.transaction(tenant) as db:
        await tasks.move(db, tenant, task_id, state, event)


async def notice_and_send(context: Context) -> int:
    await jobs.notice_batches(context)
    return await run_enqueued(context)


async def views(context: Context, tenant: Tenant) -> list[Any]:
    async with context.database.transaction(tenant) as db:
        return await batch_news.of_batch(db, tenant, "week 1")


async def test_a_complete_batch_is_told_of_once(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    await new_batch(context, tenant, receiver.url("/hook"))
    first, second = [await new_task(context, tenant) for _ in range(2)]
    await move(context, tenant, first, State.CREATED, Event.ANSWERED)
    assert await notice_and_send(context) == 0
    await move(context, tenant, second, State.CREATED, Event.UNREADABLE)
    assert await notice_and_send(context) == 1
    assert await notice_and_send(context) == 0
    (seen,) = receiver.seen
    body = said(seen)
    assert (body["status"], body["batch"]["status"]) == ("completed", "completed")
    assert (body["batch"]["name"], body["batch"]["project"]) == ("week 1", "roads")
    assert (body["batch"]["metadata"], "completed_at" in body["batch"]) == ({"n": 1}, True)
    async with context.database.transaction(tenant) as db:
        secret = await accounts.callback_secret(db, tenant, context.secret)
        signing = await signing_secrets(db, tenant, context.secret)
    assert seen.headers["scale-callback-auth"] == secret
    assert is_authentic(signing[0], seen.headers, seen.body, time.time())
    (view,) = await views(context, tenant)
    assert (view.delivery_id, view.event) == (seen.headers["webhook-id"], "completed")
    assert (view.state, len(view.attempts)) == ("delivered", 1)
    async with context.database.transaction(tenant) as db:
        told = await scalar(db, "SELECT count(*) FROM task WHERE callback_succeeded IS NOT NULL")
    assert told == 0


async def test_what_is_reopened_before_it_was_noticed_is_told_as_it_was(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    await new_batch(context, tenant, receiver.url("/hook"))
    task = await new_task(context, tenant)
    await move(context, tenant, task, State.CREATED, Event.ANSWERED)
    await move(context, tenant, task, State.COMPLETED, Event.RECALLED)
    await move(context, tenant, task, State.IN_PROGRESS, Event.FINISHED)
    await new_task(context, tenant)
    async with context.database.transaction(tenant) as db:
        assert (await batches.get(db, tenant, "week 1")).status == "in_progress"
    await jobs.notice_batches(context)
    assert [view.waits_for for view in await views(context, tenant)] == [UNSET, "earlier_event"]
    while await run_enqueued(context):
        await jobs.wake(context)
    assert [said(seen)["batch"]["status"] for seen in receiver.seen] == ["completed"] * 2
    assert [seen.headers["groundplane-event-seq"] for seen in receiver.seen] == ["1", "3"]


async def test_a_receiver_that_fails_hears_again(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    await new_batch(context, tenant, receiver.url("/hook"))
    task = await new_task(context, tenant)
    await move(context, tenant, task, State.CREATED, Event.ANSWERED)
    assert await notice_and_send(context) == 1
    receiver.page("/hook", reply(200))
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE callback_delivery SET next_attempt_at = now()")
    await jobs.wake(context)
    assert await run_enqueued(context) == 1
    (view,) = await views(context, tenant)
    assert [attempt.status for attempt in view.attempts] == [500, 200]
    assert len({seen.headers["webhook-id"] for seen in receiver.seen}) == 1


async def test_what_is_held_for_an_endpoint_of_tasks_is_held_of_batches(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", *[reply(500)] * 4, reply(200))
    for _ in range(4):
        await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    await new_batch(context, tenant, receiver.url("/hook"))
    task = await new_task(context, tenant)
    await move(context, tenant, task, State.CREATED, Event.ANSWERED)
    await notice_and_send(context)
    (view,) = await views(context, tenant)
    assert (view.waits_for, view.attempts, len(receiver.seen)) == ("endpoint", [], 4)
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE callback_endpoint SET open_until = now()")
    await jobs.probe(context)
    await run_enqueued(context)
    (view,) = await views(context, tenant)
    assert view.state == "delivered"


async def test_a_batch_without_callback_tells_nobody(context: Context, tenant: Tenant) -> None:
    await new_batch(context, tenant, None)
    task = await new_task(context, tenant)
    await move(context, tenant, task, State.CREATED, Event.ANSWERED)
    assert await notice_and_send(context) == 0
    assert await views(context, tenant) == []
