"""Blobs that no task uses are deleted: those of tasks that failed, or were canceled, at ingest.

A file and its row cannot go in one step, and the same content may be stored again meanwhile. Who
settles puts the file first and locks the row afterwards (blob_keeping.keep); who sweeps locks the
row, looks for uses, deletes the row, then the file, then commits. So:

* settling locked the row first: the sweep passes over it, and sees the use the next time;
* the sweep locked it first: settling waits for its commit, makes the row anew, and looks whether
  the file is there. It is, if it was put after the deletion; else settling fails and the job puts
  it again;
* the sweep died between file and commit: the row is there without use and without file. The next
  sweep deletes it, or settling finds the file missing and the job puts it again.

What the lock cannot do: a process halted between the deletion of row and file for longer than an
idle transaction lives (storage.database) loses its lock, and deletes the file when it wakes up.
"""

from groundplane.jobs.context import Context
from groundplane.jobs.queue import PeriodicDefinition
from groundplane.storage.database import Mode, Tenant
from groundplane.tasks import blob_queries

EVERY_S = 600.0
OLDER_THAN_S = 3600  # what was stored just now is likely to be stored again
MOST_AT_ONCE = 1000


async def sweep_blobs(context: Context, *, older_than_s: int = OLDER_THAN_S) -> None:
    """Delete the unused blobs of all accounts whose rows are older than this."""
    async with context.database.transaction() as db:
        unused = await blob_queries.unused_blobs(db, older_than_s=older_than_s, most=MOST_AT_ONCE)
    for name in unused:
        await delete_if_unused(context, name.account_id, name.sha256)


async def delete_if_unused(context: Context, account_id: str, sha256: str) -> None:
    """One blob, row and file; nothing when it is used by now, or somebody else holds its row."""
    tenant = Tenant(account_id, Mode.LIVE)  # a blob belongs to both modes
    async with context.database.transaction(tenant) as db:
        if not await blob_queries.lock_blob(db, tenant, sha256):
            return
        # A statement of its own: it sees what was committed before the lock was had.
        if await blob_queries.blob_in_use(db, sha256):
            return
        await blob_queries.delete_blob(db, tenant, sha256)
        await context.blobs.delete(account_id, sha256)


PERIODIC = (PeriodicDefinition("tasks.sweep_blobs", "housekeeping", EVERY_S, sweep_blobs),)
