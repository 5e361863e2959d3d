"""Every test here begins with a task that is ready to label, of a copy of one that was ingested."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from labeling_rig import TENANT, ready_task

from databases import Urls, cloned
from groundplane.storage.database import Tenant
from job_contexts import context_for


@dataclass(frozen=True, slots=True)
class Ingested:
    """The template of the database, the folder beside it, and the task in both."""

    urls: Urls
    folder: Path
    task_id: str


@pytest.fixture(scope="session")
def ingested(postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingested]:
    folder = tmp_path_factory.mktemp("ingested")

    async def ingest(urls: Urls) -> str:
        async with context_for(urls.app, folder) as context:
            return await ready_task(context, TENANT, folder)

    with cloned(postgres_urls) as urls:
        with psycopg.connect(urls.owner, autocommit=True) as db:
            db.execute(
                "INSERT INTO account (account_id, name) VALUES (%s, 'Test')", [TENANT.account_id]
            )
        yield Ingested(urls, folder, asyncio.run(ingest(urls)))


@pytest.fixture
def database_urls(ingested: Ingested, tmp_path: Path) -> Iterator[Urls]:
    shutil.copytree(ingested.folder, tmp_path, dirs_exist_ok=True)
    with cloned(ingested.urls) as urls:
        yield urls


@pytest.fixture
def tenant(database_urls: Urls) -> Tenant:
    assert database_urls
    return TENANT


@pytest.fixture
def task_id(ingested: Ingested) -> str:
    return ingested.task_id
