from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from databases import Urls
from groundplane.fetch.fetcher import Fetcher
from groundplane.jobs.child import ChildProcess
from groundplane.jobs.context import Context
from groundplane.jobs.queue import Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret


@pytest.fixture
async def context(
    database: Database, database_urls: Urls, blobs: Blobs, tmp_path: Path
) -> AsyncIterator[Context]:
    fetcher = Fetcher()
    async with ChildProcess() as child:
        yield Context(
            database=database,
            blobs=blobs,
            fetcher=fetcher,
            queue=Queue(database_urls.app),
            child=child,
            public_url="http://127.0.0.1",
            secret=InstanceSecret.load_or_create(tmp_path),
        )
    await fetcher.aclose()
