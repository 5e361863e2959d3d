"""A context for jobs, whole and real: for the fixture `context`, and for workers of their own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from groundplane.fetch.fetcher import Fetcher
from groundplane.fetch.mail import Mailer
from groundplane.jobs.child import ChildProcess
from groundplane.jobs.context import Context
from groundplane.jobs.queue import Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret


@asynccontextmanager
async def context_for(url: str, folder: Path) -> AsyncGenerator[Context]:
    """On the database at `url`; blobs and the secret in `folder`; fetches from 127.0.0.1 too."""
    database = await Database.open(url)
    fetcher = Fetcher(allow=["127.0.0.1"], files_root=folder)
    async with ChildProcess() as child:
        yield Context(
            database=database,
            blobs=Blobs.open(str(folder / "blobs")),
            fetcher=fetcher,
            mailer=Mailer(None, "groundplane@labels.example", folder / "outbox"),
            queue=Queue(url),
            child=child,
            public_url="http://127.0.0.1",
            secret=InstanceSecret.load_or_create(folder),
        )
    await fetcher.aclose()
    await database.close()
