"""What one attempt makes of each fault of a receiver, and that the next one succeeds (T10)."""

import asyncio
from uuid import UUID

import pytest
from callback_tasks import answered_task, deliveries, make_due, run_enqueued, task_row

from groundplane.callbacks import jobs
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant
from loopback import Answer, Site, redirect, reply, reset

BROKEN_OFF = "The answer broke off or was not HTTP."


async def headers_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"y" * 1000 + b"\r\n")
        await writer.drain()


async def broken_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 O")
    await writer.drain()


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (reset, None, BROKEN_OFF),
        (broken_head, None, BROKEN_OFF),
        (headers_without_end, None, BROKEN_OFF),
        (reply(500, b"x" * 1000), 500, "The receiver answered 500."),
        (redirect("http://169.254.169.254/", 308), 308, "The receiver answered 308."),
        (redirect("/elsewhere", 303), 303, "The receiver answered 303."),
        (reply(429, headers={"Retry-After": "120"}), 429, "The receiver answered 429."),
        (reply(503, b"x" * 10_000_000), 503, "The receiver answered 503."),
    ],
)
async def test_a_fault_is_one_failed_attempt_and_the_next_one_delivers(
    context: Context,
    tenant: Tenant,
    receiver: Site,
    fault: Answer,
    status: int | None,
    outcome: str,
) -> None:
    receiver.page("/hook", fault, reply(204))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, len(delivery.attempts)) == ("pending", 1)
    assert (delivery.attempts[0].status, delivery.attempts[0].outcome) == (status, outcome)
    assert (await task_row(context, tenant, task_id)).callback_succeeded is None
    await make_due(context, tenant)
    await jobs.wake(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, delivery.attempts[1].status) == ("delivered", 204)
    assert [seen.path for seen in receiver.seen] == ["/hook", "/hook"]
    ids = {UUID(seen.headers["webhook-id"]) for seen in receiver.seen}
    assert ids == {UUID(delivery.delivery_id)}
    assert (await task_row(context, tenant, task_id)).callback_succeeded is True


async def test_a_refused_connection_is_a_failed_attempt(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    task_id = await answered_task(context, tenant, f"http://127.0.0.1:{port}/hook")
    await jobs.notice(context)
    await run_enqueued(context)
    (delivery,) = await deliveries(context, tenant, task_id)
    assert (delivery.state, delivery.attempts[0].status) == ("pending", None)
    assert delivery.attempts[0].outcome == "The address could not be reached."
    assert receiver.seen == []
