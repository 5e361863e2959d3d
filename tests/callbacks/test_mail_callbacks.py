"""Callbacks to e-mail addresses, by a real mail server or into the outbox (T86)."""

import dataclasses
from pathlib import Path

import msgspec
from callback_tasks import answered_task, deliveries, make_due, move, run_enqueued, task_row

from groundplane.callbacks import jobs
from groundplane.callbacks.model import subject
from groundplane.fetch.mail import Mailer
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant, execute, scalar
from groundplane.tasks.lifecycle import Event, State
from mail_sink import Sink, mail_sink

OPS = "ops@customer.example"


def with_server(context: Context, sink: Sink) -> Context:
    mailer = Mailer(sink.server(), "labels@example.com", Path("never written"))
    return dataclasses.replace(context, mailer=mailer)


async def let_pass(context: Context, tenant: Tenant) -> None:
    await make_due(context, tenant)
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE callback_endpoint SET open_until = now()")
    await jobs.wake(context)
    await jobs.probe(context)


async def test_a_mail_tells_the_payload_and_is_tried_until_it_is_taken(
    context: Context, tenant: Tenant
) -> None:
    async with mail_sink() as sink:
        context = with_server(context, sink)
        sink.says["RCPT"] = "450 Come back later\r\n"
        task_id = await answered_task(context, tenant, OPS)
        await move(context, tenant, task_id, State.COMPLETED, Event.RECALLED)
        await jobs.notice(context)
        assert await run_enqueued(context) == 1
        assert (await task_row(context, tenant, task_id)).callback_succeeded is None
        del sink.says["RCPT"]
        await let_pass(context, tenant)
        while await run_enqueued(context):
            await jobs.wake(context)
    told, recalled = await deliveries(context, tenant, task_id)
    assert [attempt.status for attempt in told.attempts] == [450, 250]
    assert (told.state, recalled.state) == ("delivered", "delivered")
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True
    first, second = (received.message for received in sink.received)
    assert first["To"] == OPS
    assert first["Message-ID"] == f"<{told.delivery_id}@example.com>"
    assert first["Subject"] == f"Task {task_id}: completed"
    assert second["Subject"] == f"Task {task_id}: pending"
    body = msgspec.json.decode(first.get_content())
    assert (body["task_id"], body["task"]["status"]) == (task_id, "completed")
    assert not [name for name in first.keys() if "auth" in name or "signature" in name]  # noqa: SIM118 - a message is no dict
    assert "_auth_" not in first.as_string()


async def test_a_mail_server_that_is_away_rests_as_endpoints_do_and_loses_nothing(
    context: Context, tenant: Tenant
) -> None:
    async with mail_sink() as sink:
        context = with_server(context, sink)
        sink.says["CONNECT"] = "421 Busy\r\n"
        addresses = [f"a{number}@customer{number}.example" for number in range(7)]
        task_ids = [await answered_task(context, tenant, address) for address in addresses]
        await jobs.notice(context)
        await run_enqueued(context)
        views = [(await deliveries(context, tenant, task_id))[0] for task_id in task_ids]
        assert sum(view.waits_for == "endpoint" for view in views) == 3
        assert sum(len(view.attempts) for view in views) == 4
        sink.says.clear()
        await let_pass(context, tenant)
        while await run_enqueued(context):
            await jobs.wake(context)
    assert sorted(received.recipients[0] for received in sink.received) == addresses


async def test_without_a_server_it_is_in_the_outbox_and_says_so(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    task_id = await answered_task(context, tenant, OPS)
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, "outbox" in delivery.attempts[0].outcome) == ("delivered", True)
    assert [file.name for file in (tmp_path / "outbox").iterdir()] == [
        f"{delivery.delivery_id}.eml"
    ]
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_an_address_that_is_none_is_given_up_at_once_and_holds_nobody(
    context: Context, tenant: Tenant
) -> None:
    """The API's check lets it pass, as Scale's does."""
    task_id = await answered_task(context, tenant, "a,b@customer.example")
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, len(delivery.attempts)) == ("failed", 1)
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM callback_endpoint") == 0


def test_the_subject_says_what_it_is_about() -> None:
    audited = {"status": "completed", "task_id": "65f0", "customer_review_status": "rejected"}
    assert subject(msgspec.json.encode(audited)) == "Task 65f0: rejected"
    batch = {"status": "completed", "batch": {"name": "week 1"}}
    assert subject(msgspec.json.encode(batch)) == "Batch week 1: completed"
