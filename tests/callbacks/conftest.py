from collections.abc import AsyncGenerator

import pytest

from loopback import Site, running_site


@pytest.fixture
async def receiver() -> AsyncGenerator[Site]:
    """A customer's server; its pages are its callback addresses."""
    async with running_site() as site:
        yield site
