"""What managers see of the jobs that failed for good."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from groundplane.accounts import operations as accounts
from groundplane.accounts.model import Role
from groundplane.accounts.routes import ROUTES as ACCOUNT_ROUTES
from groundplane.accounts.routes import find_key_in, find_session_in
from groundplane.jobs.context import Context
from groundplane.jobs.reaper import FoundJob, bury
from groundplane.storage.database import Mode, Tenant, execute, scalar
from groundplane.tasks.dead_letter_routes import ROUTES
from groundplane.wire.app_parts import Services, build_app

NOBODY = "00000000-0000-4000-8000-000000000000"
TASK_ID = "c" * 24


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
    headers = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(
        transport=transport, base_url=context.public_url, headers=headers
    ) as client:
        yield client


async def sign_in(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, role: Role = Role.MANAGER
) -> None:
    async with context.database.transaction(tenant) as db:
        person = await accounts.create_person(db, tenant.account_id, "ada@example.com", role)
        token = await accounts.create_sign_in_link(db, person)
    assert (await client.post("/app/sign-in", json={"token": token})).status_code == 200


async def buried(context: Context, tenant: Tenant, name: str, cause: str = "Boom: no") -> None:
    ids: dict[str, object] = {
        "account_id": tenant.account_id,
        "mode": tenant.mode.value,
        "task_id": TASK_ID,
    }
    async with context.database.transaction(tenant) as db:
        job_id = await context.queue.defer(db, name, ids, queue="ingest")
        await execute(db, "UPDATE procrastinate_jobs SET status = 'failed'")
    job = FoundJob(job_id, name, "ingest", ids, 7, "failed")
    await bury(context.database, context.queue, job, None, cause=cause)


async def listed(client: httpx.AsyncClient, query: str = "") -> list[dict[str, object]]:
    answer = await client.get(f"/app/dead-letters{query}")
    assert answer.status_code == 200
    return answer.json()["dead_letters"]


async def retry(client: httpx.AsyncClient, dead_letter_id: object) -> httpx.Response:
    return await client.post(f"/app/dead-letters/{dead_letter_id}/retry")


async def test_a_manager_sees_a_dead_letter_and_tries_it_again_once(
    client: httpx.AsyncClient, context: Context, tenant: Tenant
) -> None:
    await sign_in(client, context, tenant)
    assert await listed(client) == []
    await buried(context, tenant, "labeling.deliver")
    (shown,) = await listed(client)
    name, at = shown.pop("dead_letter_id"), shown.pop("at")
    assert isinstance(at, str)
    assert at.endswith("Z")
    assert shown == {
        "job_name": "labeling.deliver",
        "args": {"task_id": TASK_ID},
        "attempts": 8,
        "cause": "Boom: no",
        "retried_at": None,
        "can_retry": True,
    }
    answer = await retry(client, name)
    assert (answer.status_code, answer.json()) == (200, {"retried": True})
    async with context.database.transaction() as db:
        assert await scalar(db, "SELECT task_name FROM procrastinate_jobs") == "labeling.deliver"
    (shown,) = await listed(client)
    assert shown["retried_at"] is not None
    assert shown["can_retry"] is False
    answer = await retry(client, name)
    assert (answer.status_code, answer.json()["error"]) == (409, "The job was tried again already.")
    async with context.database.transaction() as db:
        assert await scalar(db, "SELECT count(*) FROM procrastinate_jobs") == 1


async def test_those_to_be_seen_to_come_first_then_the_newest(
    client: httpx.AsyncClient, context: Context, tenant: Tenant
) -> None:
    await sign_in(client, context, tenant)
    for cause in ("old", "middle", "new"):
        await buried(context, tenant, "labeling.deliver", cause)
    (newest, *_) = await listed(client)
    await retry(client, newest["dead_letter_id"])
    assert [letter["cause"] for letter in await listed(client)] == ["middle", "old", "new"]


async def test_what_ended_its_task_in_error_is_not_tried_again(
    client: httpx.AsyncClient, context: Context, tenant: Tenant
) -> None:
    await sign_in(client, context, tenant)
    await buried(context, tenant, "tasks.ingest_frame")
    (shown,) = await listed(client)
    assert shown["can_retry"] is False
    answer = await retry(client, shown["dead_letter_id"])
    assert (answer.status_code, "Create the task again" in answer.text) == (409, True)


async def test_dead_letters_are_their_worlds(
    client: httpx.AsyncClient, context: Context, tenant: Tenant
) -> None:
    await sign_in(client, context, tenant)
    await buried(context, Tenant(tenant.account_id, Mode.TEST), "labeling.deliver")
    assert await listed(client) == []
    (shown,) = await listed(client, "?mode=test")
    assert (await retry(client, shown["dead_letter_id"])).status_code == 404
    for nothing in (NOBODY, "1", "x" * 36):
        assert (await retry(client, nothing)).status_code == 404


@pytest.mark.parametrize("role", [Role.LABELER, Role.REVIEWER])
async def test_only_managers_see_dead_letters(
    client: httpx.AsyncClient, context: Context, tenant: Tenant, role: Role
) -> None:
    assert (await client.get("/app/dead-letters")).status_code == 401
    await sign_in(client, context, tenant, role)
    assert (await client.get("/app/dead-letters")).status_code == 403
    assert (await retry(client, NOBODY)).status_code == 403
