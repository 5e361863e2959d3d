from collections.abc import AsyncGenerator

import httpx
import pytest
from callback_tasks import answered_task, make_task, run_enqueued

from groundplane.accounts import operations as accounts
from groundplane.accounts.model import Role
from groundplane.accounts.routes import ROUTES as ACCOUNT_ROUTES
from groundplane.accounts.routes import find_key_in, find_session_in
from groundplane.callbacks import jobs
from groundplane.callbacks.routes import ROUTES
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant
from groundplane.wire.app_parts import Services, build_app
from loopback import Site, reply

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def client(context: Context) -> AsyncGenerator[httpx.AsyncClient]:
    services = Services(
        find_key_in(context.database),
        find_session_in(context.database),
        context.public_url,
        {"database": context.database, "queue": context.queue, "secret": context.secret},
    )
    app = build_app([*ROUTES, *ACCOUNT_ROUTES], services)
    transport = httpx.ASGITransport(app)  # pyright: ignore[reportArgumentType]  # httpx types ASGI more loosely
    async with httpx.AsyncClient(transport=transport, base_url=context.public_url) as client:
        yield client


async def sign_in(client: httpx.AsyncClient, context: Context, tenant: Tenant, role: Role) -> None:
    async with context.database.transaction(tenant) as db:
        person = await accounts.create_person(db, tenant.account_id, "ada@example.com", role)
        token = await accounts.create_sign_in_link(db, person)
    assert (await client.post("/app/sign-in", json={"token": token})).status_code == 200


async def test_a_manager_sees_every_attempt_and_sends_again(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", reply(410, b"internal words"), reply(200))
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    await sign_in(client, context, tenant, Role.MANAGER)
    answer = await client.get(f"/app/tasks/{task_id}/callbacks")
    (shown,) = answer.json()["deliveries"]
    assert (shown["task_id"], shown["event"], shown["event_seq"]) == (task_id, "answered", 2)
    assert (shown["url"], shown["state"]) == (receiver.url("/hook"), "failed")
    assert "next_attempt_at" not in shown
    (attempt,) = shown["attempts"]
    assert (attempt["attempt"], attempt["status"]) == (1, 410)
    assert attempt["outcome"] == "The receiver answered 410."
    assert "internal" not in answer.text
    resend = f"/app/callbacks/{shown['delivery_id']}/resend"
    answer = await client.post(resend, headers=JSON)
    assert (answer.status_code, answer.json()["delivery_id"]) == (200, shown["delivery_id"])
    await run_enqueued(context)
    (shown,) = (await client.get(f"/app/tasks/{task_id}/callbacks")).json()["deliveries"]
    assert (shown["state"], len(shown["attempts"])) == ("delivered", 2)


@pytest.mark.parametrize("role", [Role.LABELER, Role.REVIEWER])
async def test_others_than_managers_see_and_send_nothing(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, receiver: Site, role: Role
) -> None:
    task_id = await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    path = f"/app/tasks/{task_id}/callbacks"
    assert (await client.get(path)).status_code == 401
    await sign_in(client, context, tenant, role)
    assert (await client.get(path)).status_code == 403
    resend = "/app/callbacks/00000000-0000-4000-8000-000000000000/resend"
    assert (await client.post(resend, headers=JSON)).status_code == 403


async def test_what_does_not_exist_is_not_found(
    client: httpx.AsyncClient, context: Context, tenant: Tenant
) -> None:
    await sign_in(client, context, tenant, Role.MANAGER)
    for task_id in ("0" * 24, "nonsense"):
        assert (await client.get(f"/app/tasks/{task_id}/callbacks")).status_code == 404
    for delivery_id in ("00000000-0000-4000-8000-000000000000", "nonsense"):
        answer = await client.post(f"/app/callbacks/{delivery_id}/resend", headers=JSON)
        assert answer.status_code == 404
    task_id = await make_task(context, tenant, None)
    assert (await client.get(f"/app/tasks/{task_id}/callbacks")).json() == {"deliveries": []}
