import asyncio
from dataclasses import dataclass

import pytest
from psycopg.conninfo import make_conninfo

from databases import Urls
from groundplane.errors import Unavailable
from groundplane.storage.database import Database, Mode, Tenant, execute, many, one, scalar


@dataclass(frozen=True, slots=True)
class Project:
    name: str
    type: str


INSERT = """INSERT INTO project (account_id, mode, project_id, name, type)
            VALUES (%(account_id)s, %(mode)s, %(name)s, %(name)s, 'lidarannotation')"""


async def insert(database: Database, tenant: Tenant, *names: str) -> None:
    async with database.transaction(tenant) as db:
        for name in names:
            changed = await execute(
                db, INSERT, account_id=tenant.account_id, mode=tenant.mode.value, name=name
            )
            assert changed == 1


async def test_a_transaction_commits_at_its_end(database: Database, tenant: Tenant) -> None:
    await insert(database, tenant, "north", "south")
    async with database.transaction(tenant) as db:
        found = await many(db, Project, "SELECT name, type FROM project ORDER BY name")
        first = await one(
            db, Project, "SELECT name, type FROM project WHERE name = %(n)s", n="east"
        )
        count = await scalar(db, "SELECT count(*) FROM project")
    assert [project.name for project in found] == ["north", "south"]
    assert first is None
    assert count == 2


async def test_an_error_rolls_everything_back(database: Database, tenant: Tenant) -> None:
    async def half_way() -> None:
        async with database.transaction(tenant) as db:
            await execute(db, INSERT, account_id=tenant.account_id, mode="live", name="never")
            raise LookupError

    with pytest.raises(LookupError):
        await half_way()
    async with database.transaction(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM project") == 0


async def test_a_pooled_connection_forgets_its_tenant(database_urls: Urls, tenant: Tenant) -> None:
    database = await Database.open(database_urls.app, most_connections=1)
    await insert(database, tenant, "north")
    async with database.transaction() as db:
        assert await scalar(db, "SELECT count(*) FROM project") == 0
    async with database.transaction(Tenant(tenant.account_id, Mode.TEST)) as db:
        assert await scalar(db, "SELECT count(*) FROM project") == 0
    await database.close()


async def test_whose_rows_a_session_sees_outlives_a_rollback_and_no_change_of_tenant(
    database_urls: Urls, tenant: Tenant
) -> None:
    database = await Database.open(database_urls.app, most_connections=1)
    other, count = Tenant(tenant.account_id, Mode.TEST), "SELECT count(*) FROM project"
    await insert(database, tenant, "north")
    with pytest.raises(LookupError):
        async with database.transaction(tenant):
            raise LookupError
    async with database.lookup() as db:  # looks past tenants, and leaves the session as it was
        assert await scalar(db, "SELECT 1") == 1
    for whose, seen in ((tenant, 1), (other, 0), (tenant, 1), (None, 0), (tenant, 1)):
        async with database.statement(whose) as db:
            assert await scalar(db, count) == seen
    await database.close()


async def test_a_tenant_that_was_not_confirmed_is_said_again(
    database_urls: Urls, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(database_urls.app, most_connections=1)
    await insert(database, tenant, "north")
    async with database.transaction() as db:
        session = type(db)

    async def never(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr(session, "execute", never)
        with pytest.raises(asyncio.CancelledError):
            async with database.statement(tenant):
                pass
    async with database.transaction() as db:
        assert await scalar(db, "SELECT count(*) FROM project") == 0
    async with database.statement(tenant) as db:
        assert await scalar(db, "SELECT count(*) FROM project") == 1
    await database.close()


async def test_a_server_that_is_not_there_is_unavailable(database_urls: Urls) -> None:
    with pytest.raises(Unavailable):
        await Database.open(make_conninfo(database_urls.app, dbname="no_such_database"))


async def test_a_connection_cut_in_the_middle_is_unavailable_and_then_replaced(
    database: Database, database_urls: Urls, tenant: Tenant
) -> None:
    owner = await Database.open(database_urls.app)
    with pytest.raises(Unavailable):
        async with database.transaction(tenant) as db:
            await execute(db, "SELECT pg_terminate_backend(pg_backend_pid())")
    await owner.close()
    await insert(database, tenant, "after")
