"""Fixtures that every area's tests share: a real database, a tenant in it, blobs in a folder."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from databases import Urls, cloned
from groundplane.jobs.context import Context
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.storage.embedded import EmbeddedPostgres
from groundplane.storage.migrate import migrate
from job_contexts import context_for

# A law is not wrong because the machine is busy. Hypothesis's own profile for CI stays the parent.
settings.register_profile("groundplane", parent=settings.default, deadline=None)
settings.load_profile("groundplane")

ACCOUNT_ID = "a0a0a0a0a0a0a0a0a0a0a0a0"


@pytest.fixture(scope="session")
def postgres_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    """One server for the session, its database `groundplane` migrated: the template."""
    folder = tmp_path_factory.mktemp("postgres")
    quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with EmbeddedPostgres(folder, settings=quick) as server:
        migrate(server.owner_url)
        yield Urls(server.owner_url, server.app_url)


@pytest.fixture
def database_urls(postgres_urls: Urls) -> Iterator[Urls]:
    """A fresh database; for what connects by itself (workers, child processes, the owner)."""
    with cloned(postgres_urls) as urls:
        yield urls


@pytest.fixture
async def database(database_urls: Urls) -> AsyncIterator[Database]:
    database = await Database.open(database_urls.app)
    yield database
    await database.close()


@pytest.fixture
def tenant(database_urls: Urls) -> Tenant:
    """An account of the fresh database, and its live half."""
    with psycopg.connect(database_urls.owner, autocommit=True) as db:
        db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'Test')", [ACCOUNT_ID])
    return Tenant(ACCOUNT_ID, Mode.LIVE)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.open(str(tmp_path / "blobs"))


@pytest.fixture
async def context(database_urls: Urls, tmp_path: Path) -> AsyncIterator[Context]:
    """What a job gets; it shares the fresh database and the folder of `blobs`."""
    async with context_for(database_urls.app, tmp_path) as context:
        yield context
