from collections.abc import Iterator

import pytest
import scaleapi

from databases import Urls, cloned, empty
from groundplane.storage.database import Tenant
from live_server import LiveServer, StandingServer, standing, standing_alone


@pytest.fixture(scope="session")
def standing_server(
    postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandingServer]:
    """Started once: a server for each test took longer than the tests."""
    with cloned(postgres_urls) as urls, standing(urls, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def database_urls(standing_server: StandingServer) -> Urls:
    """The standing server's database, empty."""
    empty(standing_server.urls)
    return standing_server.urls


@pytest.fixture
def server(standing_server: StandingServer, tenant: Tenant) -> LiveServer:
    return standing_server.live(tenant)


@pytest.fixture
def client(server: LiveServer) -> scaleapi.ScaleClient:
    return server.client()


@pytest.fixture(scope="module")
def shared_server(
    postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """For tests that leave nothing which another of the same file could trip over."""
    with standing_alone(postgres_urls, tmp_path_factory.mktemp("shared")) as server:
        yield server
