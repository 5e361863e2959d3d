"""How an attachment comes: over the network, from a bucket, or from the files that we keep."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from groundplane.buckets import jobs as buckets
from groundplane.buckets.model import is_address as is_in_bucket
from groundplane.errors import FetchFailed, NotFound
from groundplane.fetch.fetcher import Fetched, FetchLimits, Way
from groundplane.files.jobs import NO_SUCH_FILE, find_uploaded, read_uploaded
from groundplane.files.operations import is_address as is_uploaded
from groundplane.jobs.context import Context
from groundplane.storage.blobs import Received
from groundplane.storage.database import Tenant

T = TypeVar("T")

PAUSES_S = (0.5, 2.0)  # between the attempts to fetch what may be there in a moment
PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Arrived:
    """An attachment on this machine's disk, never to be changed.

    Attributes:
        path: where; children may open it, too.
        status: what it came with.
        sha256: of its bytes.
        size_bytes: how many.
        received: what to keep of it; None when it is a blob already.
    """

    path: Path
    status: int
    sha256: str
    size_bytes: int
    received: Received | None

    async def keep(self, context: Context, account_id: str) -> None:
        """Make a blob of it, if it is none; then it is read no more."""
        if self.received is not None:
            await context.blobs.keep(account_id, self.received)


@asynccontextmanager
async def arriving(
    context: Context, tenant: Tenant, url: str, limits: FetchLimits, *, is_trial: bool = False
) -> AsyncGenerator[Arrived]:
    """Fetch into a file that is there as long as the context lasts; never whole in memory.

    An uploaded file becomes one that a task uses, unless `is_trial`.

    Raises:
        FetchRefused, FetchFailed: as `fetch_patiently`.
        Unavailable: our own disk or store fails.
    """
    async with AsyncExitStack() as stack:
        if is_uploaded(url):
            most_bytes = limits.size_bytes
            file = await find_uploaded(context, tenant, url, most_bytes, is_trial=is_trial)
            stored = context.blobs.as_file(tenant.account_id, file.sha256)
            try:
                path = await stack.enter_async_context(stored)
            except NotFound:
                raise FetchFailed(url, 404, NO_SUCH_FILE) from None
            yield Arrived(path, 200, file.sha256, file.size_bytes, None)
            return
        way = await _way(context, tenant, url)

        async def fetch() -> Arrived:
            async with context.fetcher.open(url, limits, way) as incoming:
                coming = context.blobs.received(incoming.pieces)
                received = await stack.enter_async_context(coming)
            path, sha256, size_bytes = received.path, received.sha256, received.size_bytes
            return Arrived(path, incoming.status, sha256, size_bytes, received)

        yield await _patiently(fetch)


async def fetch_patiently(
    context: Context, tenant: Tenant, url: str, limits: FetchLimits
) -> Fetched:
    """Fetch into memory; once or twice again when the answer was that of a bad moment.

    An uploaded file is read where it lies, and only if it is the tenant's own; one in a bucket by
    the tenant's key.

    Raises:
        FetchRefused, FetchFailed: as the fetcher does.
    """
    if is_uploaded(url):
        return await read_uploaded(context, tenant, url, limits.size_bytes)
    way = await _way(context, tenant, url)
    return await _patiently(lambda: context.fetcher.get(url, limits, way))


async def _way(context: Context, tenant: Tenant, url: str) -> Way | None:
    return await buckets.way_to(context, tenant, url) if is_in_bucket(url) else None


async def _patiently(fetch: Callable[[], Awaitable[T]]) -> T:
    for pause_s in PAUSES_S:
        try:
            return await fetch()
        except FetchFailed as error:
            if error.status is not None and error.status < 500 and error.status not in PASSING:
                raise
        await asyncio.sleep(pause_s)
    return await fetch()
