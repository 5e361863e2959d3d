"""The pictures of an instruction are fetched once, when the task comes in, and kept as blobs.

A picture that does not come stops nobody: the labeler sees its sentence in its place.
"""

from groundplane.errors import AttachmentUnreadable, FetchFailed, FetchRefused
from groundplane.fetch.fetcher import FetchLimits
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, Queue, fence
from groundplane.scenes.images import inspect_image
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.tasks import blob_keeping, instruction_queries, operations
from groundplane.tasks.arrivals import fetch_patiently
from groundplane.tasks.instruction_queries import PictureRow
from groundplane.tasks.instructions import picture_addresses
from groundplane.tasks.operations import INGEST_QUEUE

PICTURES_JOB = "tasks.fetch_instruction_pictures"
PICTURE_LIMITS = FetchLimits(size_bytes=16 * 1024 * 1024)
GIVEN_UP = "The picture could not be fetched."


async def fetch_pictures(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """Every picture of the instruction, or the reason why it does not come."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        wanted = await _wanted(db, tenant, task_id)
    rows = [await _fetched(context, tenant, url) for url in wanted]
    sizes = {row.sha256: row.size_bytes for row in rows if row.sha256 and row.size_bytes}
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        await blob_keeping.keep(db, context.blobs, tenant, task_id, sizes)
        await instruction_queries.insert_pictures(db, tenant, task_id, rows)


async def pictures_given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, task_id: str
) -> None:
    """Nobody waits for pictures that never come."""
    del queue
    tenant = Tenant(account_id, Mode(mode))
    rows = [
        PictureRow(url, sha256=None, size_bytes=None, content_type=None, error=GIVEN_UP)
        for url in await _wanted(db, tenant, task_id)
    ]
    await instruction_queries.insert_pictures(db, tenant, task_id, rows)


JOBS = (
    JobDefinition(
        PICTURES_JOB, INGEST_QUEUE, fetch_pictures, attempts=6, given_up=pictures_given_up
    ),
)


async def _wanted(db: Connection, tenant: Tenant, task_id: str) -> list[str]:
    task = await operations.get(db, tenant, task_id)
    known = {row.url for row in await instruction_queries.pictures(db, tenant, task_id)}
    return [url for url in picture_addresses(task.instruction or "") if url not in known]


async def _fetched(context: Context, tenant: Tenant, url: str) -> PictureRow:
    try:
        fetched = await fetch_patiently(context, tenant, url, PICTURE_LIMITS)
        facts = inspect_image(fetched.content)
    except (FetchFailed, FetchRefused, AttachmentUnreadable) as error:
        return PictureRow(url, sha256=None, size_bytes=None, content_type=None, error=str(error))
    sha256 = await context.blobs.put(tenant.account_id, fetched.content)
    return PictureRow(url, sha256, len(fetched.content), facts.content_type, error=None)
