"""The doctor looks at a task's scene once it is in: nobody waits for it, and it fails no task."""

from collections.abc import Sequence

import msgspec

from groundplane.errors import NotFound
from groundplane.jobs.child import ChildCrashed, ChildTimeout
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, fence
from groundplane.scenes.doctor.judgement import findings_of
from groundplane.scenes.doctor.model import Finding, FrameSigns
from groundplane.scenes.doctor.stored import (
    picture_of_stored,
    signs_of_manifest,
    signs_of_stored,
)
from groundplane.scenes.model import FrameManifest
from groundplane.storage.database import Mode, Tenant
from groundplane.tasks import blob_keeping, check_queries, ingest_queries
from groundplane.tasks.operations import CHECK_JOB, CHECK_QUEUE

MOST_EXAMINED = 24
WINDOW = 3  # neighbours, whose clouds are compared
MOST_PICTURES = 12
TIMEOUT_S = 60.0


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
            signs.append(await _looked_at(context, tenant, manifest))
        else:
            signs.append(signs_of_manifest(manifest))
    findings = await context.child.run(findings_of, signs, timeout_s=TIMEOUT_S)
    pictures, sizes = await _drawn(context, tenant, manifests, findings)
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


def examined(count: int) -> frozenset[int]:
    """Which of `count` frames are opened: all of a short scene, else neighbours here and there."""
    if count <= MOST_EXAMINED:
        return frozenset(range(count))
    windows = MOST_EXAMINED // WINDOW
    starts = [k * (count - WINDOW) // (windows - 1) for k in range(windows)]
    return frozenset(start + step for start in starts for step in range(WINDOW))


async def _looked_at(context: Context, tenant: Tenant, manifest: FrameManifest) -> FrameSigns:
    """A frame that is gone, or breaks the child or outlasts it, tells its times and poses only."""
    blobs, account_id = context.blobs, tenant.account_id
    try:
        originals = await blobs.get(account_id, manifest.points.original.sha256)
        pictures = [await blobs.get(account_id, one.image.sha256) for one in manifest.stored]
        return await context.child.run(
            signs_of_stored, manifest, originals, pictures, timeout_s=TIMEOUT_S
        )
    except (NotFound, ChildCrashed, ChildTimeout):
        return signs_of_manifest(manifest)


async def _drawn(
    context: Context,
    tenant: Tenant,
    manifests: Sequence[FrameManifest],
    findings: Sequence[Finding],
) -> tuple[dict[str, str], dict[str, int]]:
    """Key of a picture → sha256 of its JPEG, and sha256 → length of what was stored."""
    pictures: dict[str, str] = {}
    sizes: dict[str, int] = {}
    keys = dict.fromkeys(one.picture for one in findings if one.picture)
    for key in list(keys)[:MOST_PICTURES]:
        frame, camera = map(int, key.split("/"))
        manifest = next(one for one in manifests if one.index == frame)
        number = next(k for k, image in enumerate(manifest.images) if image.camera == camera)
        account_id = tenant.account_id
        originals = await context.blobs.get(account_id, manifest.points.original.sha256)
        picture = await context.blobs.get(account_id, manifest.stored[number].image.sha256)
        try:
            drawn = await context.child.run(
                picture_of_stored, manifest, originals, number, picture, timeout_s=TIMEOUT_S
            )
        except (ChildCrashed, ChildTimeout):
            continue
        if drawn is not None:
            pictures[key] = await context.blobs.put(account_id, drawn)
            sizes[pictures[key]] = len(drawn)
    return pictures, sizes


JOBS = (JobDefinition(CHECK_JOB, CHECK_QUEUE, check_scene, attempts=3, backoff_s=10),)
