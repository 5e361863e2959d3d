"""The doctor looks at a task's scene once it is in: nobody waits for it, and it fails no task."""

import msgspec

from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, fence
from groundplane.scenes.doctor.model import FrameSigns
from groundplane.scenes.doctor.stored import signs_of_manifest
from groundplane.scenes.model import FrameManifest
from groundplane.storage.database import Mode, Tenant
from groundplane.tasks import blob_keeping, check_queries, ingest_queries
from groundplane.tasks.checking import drawn_for, examined, judged, looked_at
from groundplane.tasks.operations import CHECK_JOB, CHECK_QUEUE


async def check_scene(context: Context, *, account_id: str, mode: str, task_id: str) -> None:
    """Examine the stored frames and keep what was found, with its pictures."""
    tenant = Tenant(account_id, Mode(mode))
    async with context.database.transaction(tenant) as db:
        rows = await ingest_queries.frames(db, tenant, task_id)
    manifests = [
        msgspec.json.decode(row.manifest, type=FrameManifest) for row in rows if row.manifest
    ]
    if not manifests or len(manifests) < len(rows):
        return  # it ended in an error meanwhile
    chosen = examined(len(manifests))
    signs: list[FrameSigns] = []
    for place, manifest in enumerate(manifests):
        if place in chosen:
            signs.append(await looked_at(context, tenant, manifest))
        else:
            signs.append(signs_of_manifest(manifest))
    findings = await judged(context, signs)
    pictures, sizes = await drawn_for(context, tenant, manifests, findings)
    async with context.database.transaction(tenant) as db:
        await fence(db, context.job)
        await blob_keeping.keep(db, context.blobs, tenant, task_id, sizes)
        await check_queries.save(
            db,
            tenant,
            task_id,
            findings=msgspec.json.encode(findings).decode(),
            pictures=msgspec.json.encode(pictures).decode(),
            frames=len(manifests),
            frames_examined=sum(sign.cloud is not None for sign in signs),
        )


JOBS = (JobDefinition(CHECK_JOB, CHECK_QUEUE, check_scene, attempts=3, backoff_s=10),)
