"""One live Groundplane for all of these tests, and the official Python client with either key."""

from collections.abc import Iterator

import pytest
import scaleapi

from databases import Urls
from groundplane.storage.database import Mode
from live_server import LiveServer, standing_alone
from serving import Customer, customer


@pytest.fixture(scope="session")
def server(postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """What one test leaves stays for the next: names and unique_ids are fresh."""
    with standing_alone(postgres_urls, tmp_path_factory.mktemp("parity")) as server:
        yield server


@pytest.fixture(params=[Mode.LIVE, Mode.TEST], ids=["live-key", "test-key"])
def client(server: LiveServer, request: pytest.FixtureRequest) -> scaleapi.ScaleClient:
    return server.client(request.param)


@pytest.fixture
def tester(server: LiveServer) -> scaleapi.ScaleClient:
    """With the test key: tasks are answered at once."""
    return server.client(Mode.TEST)


@pytest.fixture(scope="session")
def bucket() -> Iterator[Customer]:
    with customer() as customers_bucket:
        yield customers_bucket
