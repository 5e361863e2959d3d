from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import scaleapi
from live_server import LiveServer, serving

from databases import Urls, cloned
from groundplane.storage.database import Mode, Tenant


@pytest.fixture
def server(database_urls: Urls, tenant: Tenant, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(database_urls, tenant, tmp_path) as live:
        yield live


@pytest.fixture
def client(server: LiveServer) -> scaleapi.ScaleClient:
    return server.client()


@pytest.fixture(scope="module")
def shared_server(
    postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """For tests that leave nothing which another of the same file could trip over."""
    with cloned(postgres_urls) as urls:
        with psycopg.connect(urls.owner, autocommit=True) as db:
            db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'Test')", ["b0" * 12])
        tenant = Tenant("b0" * 12, Mode.LIVE)
        with serving(urls, tenant, tmp_path_factory.mktemp("shared")) as live:
            yield live
