from collections.abc import AsyncGenerator
from uuid import UUID

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
from groundplane.storage.database import Mode, Tenant
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
    assert (await client.get("/app/callbacks")).status_code == 403
    resend = "/app/callbacks/00000000-0000-4000-8000-000000000000/resend"
    assert (await client.post(resend, headers=JSON)).status_code == 403
    endpoint = {"endpoint": "a.example:80"}
    assert (await client.post("/app/callback-endpoints/try", json=endpoint)).status_code == 403


async def test_all_deliveries_are_paged_newest_first_and_filtered_by_state(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/gone", reply(410))
    receiver.page("/hook", reply(200))
    task_ids: list[str] = []
    for path in ("/gone", "/hook", "/hook", "/hook", "/gone"):
        task_ids.append(await answered_task(context, tenant, receiver.url(path)))
        await jobs.notice(context)
    await run_enqueued(context)
    waiting = await answered_task(context, tenant, "http://127.0.0.1:1/nobody")
    other = await answered_task(
        context, Tenant(tenant.account_id, Mode.TEST), receiver.url("/hook")
    )
    await jobs.notice(context)
    await sign_in(client, context, tenant, Role.MANAGER)

    async def listed(**asked: str) -> tuple[list[str], str | None]:
        page = (await client.get("/app/callbacks", params=asked)).json()
        return [one["task_id"] for one in page["deliveries"]], page["next_token"]

    expected = [waiting, *task_ids[::-1]]
    assert await listed() == (expected, None)
    seen, token = await listed(limit="4")
    assert token is not None
    rest, last = await listed(limit="4", next_token=token)
    assert (seen + rest, last) == (expected, None)
    assert await listed(state="failed") == ([task_ids[4], task_ids[0]], None)
    assert await listed(state="delivered") == (task_ids[3:0:-1], None)
    assert await listed(state="waiting") == ([waiting], None)
    assert await listed(state="resting") == ([], None)
    assert await listed(mode="test") == ([other], None)
    for wrong in ("state=nonsense", "next_token=nonsense", f"next_token={UUID(int=0)}", "limit=0"):
        assert (await client.get(f"/app/callbacks?{wrong}")).status_code == 400


async def test_an_endpoint_at_rest_is_shown_and_tried_at_once(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, receiver: Site
) -> None:
    receiver.page("/hook", *[reply(503)] * 4, reply(200))
    for _ in range(6):
        await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    await sign_in(client, context, tenant, Role.MANAGER)
    page = (await client.get("/app/callbacks?state=resting")).json()
    (endpoint,) = page["resting"]
    name = endpoint["endpoint"]
    assert (name, endpoint["failures"], endpoint["held"]) == (f"127.0.0.1:{receiver.port}", 4, 2)
    assert {one["next_attempt_at"] for one in page["deliveries"]} == {endpoint["open_until"]}
    assert len(page["deliveries"]) == 2
    again = "/app/callback-endpoints/try"
    assert (await client.post(again, json={"endpoint": name})).status_code == 200
    assert await run_enqueued(context) == 1
    assert len(receiver.seen) == 5
    page = (await client.get("/app/callbacks?state=resting")).json()
    assert (page["resting"], page["deliveries"]) == ([], [])
    assert (await client.post(again, json={"endpoint": name})).status_code == 404


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
