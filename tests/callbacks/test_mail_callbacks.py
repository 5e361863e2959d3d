"""Callbacks to e-mail addresses, by a real mail server or into the outbox (T86)."""

import dataclasses
from pathlib import Path
from uuid import UUID

import msgspec
from callback_tasks import answered_task, deliveries, make_due, move, run_enqueued, task_row

from groundplane.accounts.model import Role
from groundplane.accounts.operations import create_person
from groundplane.callbacks import jobs, operations
from groundplane.callbacks.model import subject
from groundplane.fetch.mail import Mailer, MailRules
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant, execute, scalar
from groundplane.tasks.lifecycle import Event, State
from mail_sink import Sink, mail_sink

OPS = "ops@customer.example"
CUSTOMERS = MailRules(domains=("example",))


def with_server(context: Context, sink: Sink) -> Context:
    mailer = Mailer(sink.server(), "labels@example.com", Path("never written"), rules=CUSTOMERS)
    return dataclasses.replace(context, mailer=mailer)


def with_outbox(context: Context, folder: Path, rules: MailRules) -> Context:
    mailer = Mailer(None, "labels@example.com", folder, rules=rules)
    return dataclasses.replace(context, mailer=mailer)


def written_to(folder: Path) -> int:
    return len(list(folder.iterdir()))


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
    context = with_outbox(context, tmp_path / "outbox", CUSTOMERS)
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
    context = with_outbox(context, Path("never written"), CUSTOMERS)
    task_id = await answered_task(context, tenant, "a,b@customer.example")
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, len(delivery.attempts)) == ("failed", 1)
    async with context.database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM callback_endpoint") == 0


async def test_mail_goes_to_people_of_the_account_and_named_domains_only(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    """Whoever holds a key could else have mail sent to anybody, in our name."""
    async with context.database.transaction(tenant) as db:
        await create_person(db, tenant.account_id, "Ada@Team.example", Role.LABELER)
    context = with_outbox(context, tmp_path / "outbox", MailRules(domains=("customer.example",)))
    told = ["ada@team.example", OPS, "ops@eu.customer.example"]
    strangers = ["bob@team.example", "ops@notcustomer.example", "ops@another.example"]
    task_ids = [await answered_task(context, tenant, address) for address in told + strangers]
    await jobs.notice(context)
    while await run_enqueued(context):
        await jobs.wake(context)
    views = [(await deliveries(context, tenant, task_id))[0] for task_id in task_ids]
    assert [view.state for view in views] == 3 * ["delivered"] + 3 * ["failed"]
    assert all("Invite the person" in view.attempts[0].outcome for view in views[3:])
    assert written_to(tmp_path / "outbox") == 3
    # Once the manager has invited the person, the same message can be sent again.
    async with context.database.transaction(tenant) as db:
        await create_person(db, tenant.account_id, "bob@team.example", Role.LABELER)
        await operations.resend(db, context.queue, tenant, UUID(views[3].delivery_id))
    await run_enqueued(context)
    (again,) = await deliveries(context, tenant, task_ids[3])
    assert again.state == "delivered"


async def test_what_is_too_much_for_an_hour_goes_in_the_next(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    context = with_outbox(context, tmp_path / "outbox", MailRules(domains=("*",), per_hour=3))
    task_ids = [await answered_task(context, tenant, OPS) for _ in range(5)]
    other_id = await answered_task(context, tenant, "else@customer.example")
    await jobs.notice(context)
    while await run_enqueued(context):
        await jobs.wake(context)
    views = [(await deliveries(context, tenant, task_id))[0] for task_id in [*task_ids, other_id]]
    assert sorted(view.state for view in views) == 4 * ["delivered"] + 2 * ["pending"]
    assert views[-1].state == "delivered"
    assert not [view for view in views if view.state == "pending" and view.attempts]
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE mail_sent SET hour_from = hour_from - interval '1 hour'")
    await make_due(context, tenant)
    await jobs.wake(context)
    while await run_enqueued(context):
        await jobs.wake(context)
    assert written_to(tmp_path / "outbox") == 6


def test_the_subject_says_what_it_is_about() -> None:
    audited = {"status": "completed", "task_id": "65f0", "customer_review_status": "rejected"}
    assert subject(msgspec.json.encode(audited)) == "Task 65f0: rejected"
    batch = {"status": "completed", "batch": {"name": "week 1"}}
    assert subject(msgspec.json.encode(batch)) == "Batch week 1: completed"
