"""What jobs of other features need of buckets."""

from groundplane.buckets import operations
from groundplane.fetch.fetcher import Way
from groundplane.jobs.context import Context
from groundplane.storage.database import Tenant


async def way_to(context: Context, tenant: Tenant, url: str) -> Way:
    """Raises FetchRefused: no key opens it, or it is no file's address."""
    async with context.database.transaction(tenant) as db:
        return await operations.way_to(db, tenant, context.secret, url)
