"""A scene is read and examined before there is a task of it, as ingest and the doctor will do.

Its frames are stored as a task's are: a task that is made of them soon stores them no second time.
The trial uses them while it lasts, and of them only its pictures afterwards; the sweep
(sweep_jobs) takes the rest.
"""

from dataclasses import dataclass, field

import msgspec

from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, PeriodicDefinition, Queue, fence
from groundplane.scenes.doctor.model import FrameSigns
from groundplane.scenes.doctor.stored import signs_of_manifest
from groundplane.scenes.model import FrameManifest
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.tasks import blob_keeping, trial_queries
from groundplane.tasks.checking import drawn_for, examined, judged, looked_at
from groundplane.tasks.ingest import (
    FrameUnreadable,
    StoredFile,
    StoredFrame,
    read_file_frame,
    read_frame,
    read_scene_file,
)
from groundplane.tasks.model import FrameFailure
from groundplane.tasks.trials import TRIAL_JOB, TRIAL_QUEUE, TrialFailure
from groundplane.tasks.types.kind import SceneOrder

MOST_FAILURES = 10  # more say nothing new, and each may have cost a minute of waiting
GIVEN_UP = "The scene could not be checked."
KEPT_S = 24 * 3600
EVERY_S = 600.0
MOST_TENANTS_AT_ONCE = 1000


class TrialStopped(Exception):
    """Nobody waits for it any more."""


async def try_scene(context: Context, *, account_id: str, mode: str, trial_id: str) -> None:
    """Read every frame, examine as many as of a task, and keep what was found for a day."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        row = await trial_queries.trial(db, tenant, trial_id)
    if row is None or row.finished_at is not None:
        return
    order = msgspec.json.decode(row.scene, type=SceneOrder)
    trial = _Trial(context, tenant, trial_id, order)
    try:
        await trial.read()
        await trial.finish()
    except TrialStopped:
        return


async def given_up(
    db: Connection, queue: Queue, *, account_id: str, mode: str, trial_id: str
) -> None:
    """Who waits for it is told that there will be nothing."""
    del queue
    tenant = Tenant(account_id, Mode(mode))
    await trial_queries.release_blobs(db, tenant, trial_id)
    failures = msgspec.json.encode([TrialFailure(None, GIVEN_UP, None, None)]).decode()
    await trial_queries.finish(db, tenant, trial_id, failures=failures)


async def sweep_trials(context: Context, *, older_than_s: int = KEPT_S) -> None:
    """Delete those that are older, of all accounts."""
    async with context.database.transaction() as db:
        tenants = await trial_queries.tenants_with_old_trials(
            db, older_than_s=older_than_s, most=MOST_TENANTS_AT_ONCE
        )
    for tenant in tenants:
        async with context.database.transaction(tenant) as db:
            await trial_queries.delete_old_trials(db, tenant, older_than_s=older_than_s)


JOBS = (
    JobDefinition(TRIAL_JOB, TRIAL_QUEUE, try_scene, attempts=3, backoff_s=5, given_up=given_up),
)
PERIODIC = (PeriodicDefinition("tasks.sweep_trials", "housekeeping", EVERY_S, sweep_trials),)


@dataclass(slots=True)
class _Trial:
    """One run of a trial: frame after frame, what each tells, and why some do not come."""

    context: Context
    tenant: Tenant
    trial_id: str
    order: SceneOrder
    file: StoredFile | None = None
    manifests: list[FrameManifest] = field(default_factory=list[FrameManifest])
    signs: list[FrameSigns] = field(default_factory=list[FrameSigns])
    failures: list[TrialFailure] = field(default_factory=list[TrialFailure])

    async def read(self) -> None:
        """Raises TrialStopped: nobody waits for it any more."""
        count = await self._count()
        chosen = examined(count)
        if count > 0:
            await self._note(count, 0, {} if self.file is None else _sizes_of(self.file))
        for index in range(count):
            sizes = await self._read_frame(index, is_examined=index in chosen)
            await self._note(count, index + 1, sizes)
            if len(self.failures) >= MOST_FAILURES:
                break

    async def finish(self) -> None:
        """Raises TrialStopped: nobody waits for it any more."""
        findings = await judged(self.context, self.signs) if self.signs else []
        pictures, sizes = await drawn_for(self.context, self.tenant, self.manifests, findings)
        async with self.context.database.transaction(self.tenant) as db:
            await fence(db, self.context.job)
            is_awaited = await trial_queries.finish(
                db,
                self.tenant,
                self.trial_id,
                failures=msgspec.json.encode(self.failures).decode(),
                findings=msgspec.json.encode(findings).decode(),
                pictures=msgspec.json.encode(pictures).decode(),
            )
            if is_awaited:
                await trial_queries.release_blobs(db, self.tenant, self.trial_id)
                await self._keep(db, sizes)
            else:
                await blob_keeping.leave_to_the_sweep(db, self.tenant, sizes)

    async def _count(self) -> int:
        if not self.order.is_file:
            return len(self.order.attachments)
        try:
            file = await read_scene_file(self.context, self.tenant, self.order, is_trial=True)
        except FrameUnreadable as unreadable:
            self._fail(None, unreadable.failure)
            return 0
        self.file = file
        return file.frame_count

    async def _read_frame(self, index: int, *, is_examined: bool) -> dict[str, int]:
        """sha256 → length of what was stored."""
        try:
            frame = await self._stored_frame(index)
        except FrameUnreadable as unreadable:
            self._fail(index, unreadable.failure)
            return dict(unreadable.blob_sizes)
        manifest = frame.manifest
        self.manifests.append(manifest)
        if is_examined:
            self.signs.append(await looked_at(self.context, self.tenant, manifest))
        else:
            self.signs.append(signs_of_manifest(manifest))
        return dict(frame.blob_sizes)

    async def _stored_frame(self, index: int) -> StoredFrame:
        context, tenant, order = self.context, self.tenant, self.order
        if self.file is None:
            return await read_frame(context, tenant, order, index, is_trial=True)
        return await read_file_frame(context, tenant, order, index, self.file.sha256)

    async def _note(self, count: int, frames_read: int, sizes: dict[str, int]) -> None:
        async with self.context.database.transaction(self.tenant) as db:
            await fence(db, self.context.job)
            is_awaited = await trial_queries.note_progress(
                db,
                self.tenant,
                self.trial_id,
                frames=count,
                frames_read=frames_read,
                frames_examined=sum(sign.cloud is not None for sign in self.signs),
                failures=msgspec.json.encode(self.failures).decode(),
            )
            if is_awaited:
                await self._keep(db, sizes)
            else:
                await blob_keeping.leave_to_the_sweep(db, self.tenant, sizes)
        if not is_awaited:
            raise TrialStopped

    async def _keep(self, db: Connection, sizes: dict[str, int]) -> None:
        await blob_keeping.keep(
            db,
            self.context.blobs,
            self.tenant,
            self.trial_id,
            sizes,
            keep_blob=trial_queries.keep_blob,
        )

    def _fail(self, frame: int | None, failure: FrameFailure) -> None:
        self.failures.append(TrialFailure(frame, failure.message, failure.url, failure.status_code))


def _sizes_of(file: StoredFile) -> dict[str, int]:
    return {file.sha256: file.size_bytes}
