"""What jobs do with uploaded files: read them for a task, and delete what no task ever used.

The blobs of deleted files follow (tasks.sweep_jobs).
"""

from groundplane.errors import FetchFailed, NotFound
from groundplane.fetch.fetcher import Fetched
from groundplane.files import operations, queries
from groundplane.jobs.context import Context
from groundplane.jobs.queue import PeriodicDefinition
from groundplane.storage.database import Mode, Tenant

EVERY_S = 3600.0
OLDER_THAN_S = 7 * 24 * 3600
HALF_WRITTEN_S = 24 * 3600
MOST_AT_ONCE = 1000
# Whether there is none or it is somebody else's: the difference is nobody's to know.
NO_SUCH_FILE = "There is no such uploaded file."


async def find_uploaded(
    context: Context, tenant: Tenant, url: str, most_bytes: int, *, is_trial: bool = False
) -> queries.FileRow:
    """The file behind a scaledata:// address, if it is this tenant's.

    From now on a task uses it, so that it stays; on trial it is only looked at.

    Raises:
        FetchFailed: there is no such file in this world, or it is over the limit.
    """
    file_id = operations.file_id_in(url, tenant)
    file = None
    if file_id is not None:
        async with context.database.transaction(tenant) as db:
            find = queries.file if is_trial else queries.use_file
            file = await find(db, tenant, file_id)
    if file is None:
        raise FetchFailed(url, 404, NO_SUCH_FILE)
    if file.size_bytes > most_bytes:
        raise FetchFailed(url, None, f"The file is larger than the limit of {most_bytes} bytes.")
    return file


async def read_uploaded(context: Context, tenant: Tenant, url: str, most_bytes: int) -> Fetched:
    """What `find_uploaded` finds, in memory.

    Raises:
        FetchFailed: as `find_uploaded`.
        Unavailable: the blobs cannot be read right now.
    """
    file = await find_uploaded(context, tenant, url, most_bytes)
    try:
        content = await context.blobs.get(tenant.account_id, file.sha256)
    except NotFound:
        raise FetchFailed(url, 404, NO_SUCH_FILE) from None
    return Fetched(url, content, file.mime_type, 200)


async def sweep_files(context: Context, *, older_than_s: int = OLDER_THAN_S) -> None:
    """Delete the files of all accounts that are older than this and in no use."""
    async with context.database.transaction() as db:
        unused = await queries.unused_files(db, older_than_s=older_than_s, most=MOST_AT_ONCE)
    for name in unused:
        tenant = Tenant(name.account_id, Mode(name.mode))
        async with context.database.transaction(tenant) as db:
            await queries.delete_unused(db, tenant, name.file_id)
    await context.blobs.forget_half_written(older_than_s=HALF_WRITTEN_S)


PERIODIC = (PeriodicDefinition("files.sweep_files", "housekeeping", EVERY_S, sweep_files),)
