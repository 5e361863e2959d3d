from uuid import UUID, uuid4

import pytest
from callback_tasks import (
    ANSWER,
    answered_task,
    deliveries,
    enqueued,
    make_due,
    make_task,
    move,
    run_enqueued,
    said,
    task_row,
    unnoticed,
)

from groundplane.accounts import operations as accounts
from groundplane.callbacks import jobs, operations, queries
from groundplane.errors import NotFound
from groundplane.jobs.context import Context
from groundplane.storage.database import Mode, Tenant
from groundplane.tasks import amendments
from groundplane.tasks.lifecycle import Event, State
from loopback import Site, redirect, reply


async def test_a_completed_task_is_called_back_with_the_documented_body(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    assert await run_enqueued(context) == 1
    (seen,) = receiver.seen
    body = said(seen)
    assert (body["task_id"], body["status"], body["response"]) == (task_id, "completed", ANSWER)
    assert body["task"]["task_id"] == task_id
    assert body["task"]["status"] == "completed"
    assert body["task"]["response"] == ANSWER
    assert body["task"]["params"]["attachments"] == ["https://data.example/frame-0.json"]
    assert "callback_succeeded" not in body["task"]
    assert (seen.method, seen.headers["content-type"]) == ("POST", "application/json")
    async with context.database.transaction(tenant) as db:
        secret = await accounts.callback_secret(db, tenant, context.secret)
    assert seen.headers["scale-callback-auth"] == secret
    assert secret.startswith("live_auth_")
    (delivery,) = await deliveries(context, tenant, task_id)
    assert seen.headers["webhook-id"] == delivery.delivery_id
    assert seen.headers["groundplane-event-seq"] == str(delivery.event_seq) == "2"
    assert delivery.state == "delivered"
    (attempt,) = delivery.attempts
    assert (attempt.attempt, attempt.status) == (1, 200)
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_the_test_half_of_an_account_has_a_secret_of_its_own(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    for mode in Mode:
        await answered_task(context, Tenant(tenant.account_id, mode), receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    secrets = {
        seen.headers["scale-callback-auth"].partition("_")[0]: seen for seen in receiver.seen
    }
    assert set(secrets) == {"live", "test"}
    assert said(secrets["test"])["task"]["is_test"] is True
    assert said(secrets["live"])["task"]["is_test"] is False


async def test_errors_and_recalls_are_called_back_and_other_moves_are_not(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    url = receiver.url("/hook")
    broken = await make_task(context, tenant, url)
    await move(context, tenant, broken, State.CREATED, Event.UNREADABLE, error="Not found.")
    canceled = await make_task(context, tenant, url)
    await move(context, tenant, canceled, State.CREATED, Event.CANCELED)
    labeled = await make_task(context, tenant, url)
    for state, event in (
        (State.CREATED, Event.PLANNED),
        (State.INGESTING, Event.INGESTED),
        (State.READY, Event.STARTED),
    ):
        await move(context, tenant, labeled, state, event)
    await jobs.notice(context)
    assert await unnoticed(context) == 0
    await run_enqueued(context)
    (seen,) = receiver.seen
    assert (said(seen)["task_id"], said(seen)["status"]) == (broken, "error")
    assert said(seen)["response"] == {"error": "Not found."}


async def test_each_event_has_its_own_delivery_that_says_what_was_true_then(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    """All four happen before any is noticed; none is coalesced away (reliability.md T32)."""
    receiver.page("/hook", reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await move(context, tenant, task_id, State.COMPLETED, Event.RECALLED)
    await move(context, tenant, task_id, State.IN_PROGRESS, Event.FINISHED)
    await jobs.notice(context)
    while await run_enqueued(context):
        await jobs.wake(context)
    by_seq = {seen.headers["groundplane-event-seq"]: said(seen)["task"] for seen in receiver.seen}
    statuses = {seq: task["status"] for seq, task in by_seq.items()}
    assert statuses == {"2": "completed", "3": "pending", "4": "completed"}
    assert ["completed_at" in by_seq[seq] for seq in "234"] == [True, False, True]
    assert by_seq["2"]["completed_at"] == by_seq["2"]["updated_at"] < by_seq["4"]["completed_at"]
    assert len({seen.headers["webhook-id"] for seen in receiver.seen}) == 3


async def test_an_event_is_noticed_once(context: Context, tenant: Tenant, receiver: Site) -> None:
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await jobs.notice(context)
    assert len(await deliveries(context, tenant, task_id)) == 1
    assert len(await enqueued(context)) == 1


async def test_two_that_found_the_same_event_make_one_delivery(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    async with context.database.transaction() as db:
        found = await queries.unnoticed_events(db, 10)
    for _ in range(2):
        async with context.database.transaction(tenant) as db:
            await operations.notice(db, context.queue, tenant, found)
    assert len(await deliveries(context, tenant, task_id)) == 1


async def test_two_that_found_the_same_due_delivery_enqueue_it_once(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    await make_due(context, tenant)
    found = [UUID(one.delivery_id) for one in await deliveries(context, tenant, task_id)]
    for _ in range(2):
        async with context.database.transaction(tenant) as db:
            await operations.enqueue_due(db, context.queue, tenant, found)
    assert len(await enqueued(context)) == 1


async def test_a_task_without_a_callback_url_has_no_delivery(
    context: Context, tenant: Tenant
) -> None:
    task_id = await answered_task(context, tenant, None)
    await jobs.notice(context)
    assert await deliveries(context, tenant, task_id) == []
    assert await unnoticed(context) == 0


async def test_a_refused_callback_is_tried_again_under_the_same_id(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(503), redirect("/other"), reply(404), reply(201))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    for made in range(1, 4):
        assert await run_enqueued(context) == 1
        (delivery,) = await deliveries(context, tenant, task_id)
        assert (delivery.state, len(delivery.attempts)) == ("pending", made)
        assert (await task_row(context, tenant, task_id)).callback_succeeded is None
        await jobs.wake(context)
        assert await enqueued(context) == []  # not due yet
        await make_due(context, tenant)
        await jobs.wake(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert [attempt.status for attempt in delivery.attempts] == [503, 302, 404, 201]
    assert delivery.state == "delivered"
    assert {seen.headers["webhook-id"] for seen in receiver.seen} == {delivery.delivery_id}
    assert {seen.path for seen in receiver.seen} == {"/hook"}
    assert len({seen.body for seen in receiver.seen}) == 1
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_after_the_last_retry_the_task_says_that_it_failed(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    attempts = 0
    while ran := await run_enqueued(context):
        attempts += ran
        await make_due(context, tenant)
        await jobs.wake(context)
    assert attempts == 21
    (delivery,) = await deliveries(context, tenant, task_id)
    assert delivery.state == "failed"
    assert [attempt.attempt for attempt in delivery.attempts] == list(range(1, 22))
    assert (await task_row(context, tenant, task_id)).callback_succeeded is False


async def test_410_is_the_end_at_once(context: Context, tenant: Tenant, receiver: Site) -> None:
    receiver.page("/hook", reply(410))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert delivery.state == "failed"
    assert (await task_row(context, tenant, task_id)).callback_succeeded is False


async def test_a_later_event_has_the_last_word_on_the_task(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(410), reply(200), reply(410))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await move(context, tenant, task_id, State.COMPLETED, Event.RECALLED)
    await jobs.notice(context)
    await run_enqueued(context)
    assert (await task_row(context, tenant, task_id)).callback_succeeded is False
    await jobs.wake(context)
    await run_enqueued(context)
    first, second = await deliveries(context, tenant, task_id)
    assert (first.state, second.state) == ("failed", "delivered")
    await resend(context, tenant, first.delivery_id)
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_of_two_runs_of_one_attempt_one_is_settled(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    (job,) = await enqueued(context)
    await jobs.attempt(context, **job.args)
    await jobs.attempt(context, **job.args)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert [attempt.attempt for attempt in delivery.attempts] == [1]
    assert len(receiver.seen) == 1


async def test_a_run_that_comes_home_late_settles_nothing(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    """The receiver runs the whole attempt again while the first still waits for its answer."""
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    (job,) = await enqueued(context)

    async def overtaken(writer: object) -> None:
        await jobs.attempt(context, **job.args)
        await reply(200)(writer)  # type: ignore[arg-type] # the server's own writer

    receiver.page("/hook", overtaken, reply(503))
    await jobs.attempt(context, **job.args)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert [(attempt.attempt, attempt.status) for attempt in delivery.attempts] == [(1, 503)]
    assert delivery.state == "pending"


async def test_what_is_due_is_enqueued_once(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(500))
    await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await jobs.wake(context)
    assert len(await enqueued(context)) == 1  # the first attempt, in its job's hands
    await run_enqueued(context)
    await make_due(context, tenant)
    await jobs.wake(context)
    await jobs.wake(context)
    assert len(await enqueued(context)) == 1


async def test_a_private_address_is_refused_when_it_is_sent_to_not_when_it_is_given(
    context: Context, tenant: Tenant
) -> None:
    task_id = await answered_task(context, tenant, "http://127.1/hook")
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, delivery.attempts[0].status) == ("pending", None)


# Sending again by hand -------------------------------------------------------------------------


async def resend(context: Context, tenant: Tenant, delivery_id: str) -> None:
    async with context.database.transaction(tenant) as db:
        await operations.resend(db, context.queue, tenant, UUID(delivery_id))
    await run_enqueued(context)


async def test_a_failed_delivery_is_sent_again_by_hand(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(410), reply(500), reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    await resend(context, tenant, delivery.delivery_id)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, len(delivery.attempts)) == ("failed", 2)
    await resend(context, tenant, delivery.delivery_id)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 3)
    assert len({seen.headers["webhook-id"] for seen in receiver.seen}) == 1
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_a_delivered_one_stays_delivered_when_it_is_sent_again_in_vain(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200), reply(500))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    (before,) = await deliveries(context, tenant, task_id)
    await resend(context, tenant, before.delivery_id)
    (after,) = await deliveries(context, tenant, task_id)
    assert [attempt.status for attempt in after.attempts] == [200, 500]
    assert (after.state, after.settled_at) == ("delivered", before.settled_at)
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_another_tenants_deliveries_do_not_exist(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    for stranger in (Tenant(tenant.account_id, Mode.TEST), Tenant("b" * 24, Mode.LIVE)):
        with pytest.raises(NotFound):
            await deliveries(context, stranger, task_id)
        with pytest.raises(NotFound):
            await resend(context, stranger, delivery.delivery_id)
    with pytest.raises(NotFound):
        await resend(context, tenant, str(uuid4()))


async def test_each_audit_is_called_back_as_it_was_then(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    """Noticed late, each still says what was true at its event, and when the work was done."""
    receiver.page("/hook", reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    audits: list[tuple[amendments.Opinion, str | None]] = [
        ("rejected", "no"),
        ("accepted", None),
        ("accepted", "yes"),
    ]
    for opinion, comment in audits:
        async with context.database.transaction(tenant) as db:
            await amendments.audit(
                db, tenant, task_id, opinion=opinion, comment=comment, audited_by="a@b.example"
            )
    await jobs.notice(context)
    made = 0
    while ran := await run_enqueued(context):
        made += ran
        await jobs.wake(context)
    assert made == 4
    bodies = sorted(map(said, receiver.seen), key=lambda body: len(body["task"].get("audits", [])))
    told = [
        (body.get("customer_review_status"), body.get("customer_review_comments"))
        for body in bodies
    ]
    assert told == [
        (None, None),
        ("rejected", ["no"]),
        ("accepted", ["no"]),
        ("accepted", ["no", "yes"]),
    ]
    for body in bodies:
        assert body["task"].get("customer_review_status") == body.get("customer_review_status")
        assert body["response"] == ANSWER
    assert len({body["task"]["completed_at"] for body in bodies}) == 1
    assert [audit["audit_result"] for audit in bodies[-1]["task"]["audits"]] == [
        *("accepted", "accepted", "rejected"),
    ]
