"""What the doctor does with stored frames, of a task or on trial."""

from collections.abc import Sequence

from groundplane.errors import NotFound
from groundplane.jobs.child import ChildCrashed, ChildTimeout
from groundplane.jobs.context import Context
from groundplane.scenes.doctor.judgement import findings_of
from groundplane.scenes.doctor.model import Finding, FrameSigns
from groundplane.scenes.doctor.stored import (
    picture_of_stored,
    signs_of_manifest,
    signs_of_stored,
)
from groundplane.scenes.model import FrameManifest
from groundplane.storage.database import Tenant

MOST_EXAMINED = 24
WINDOW = 3  # neighbours, whose clouds are compared
MOST_PICTURES = 12
TIMEOUT_S = 60.0


def examined(count: int) -> frozenset[int]:
    """Which of `count` frames are opened: all of a short scene, else neighbours here and there."""
    if count <= MOST_EXAMINED:
        return frozenset(range(count))
    windows = MOST_EXAMINED // WINDOW
    starts = [k * (count - WINDOW) // (windows - 1) for k in range(windows)]
    return frozenset(start + step for start in starts for step in range(WINDOW))


async def looked_at(context: Context, tenant: Tenant, manifest: FrameManifest) -> FrameSigns:
    """The signs of a stored frame.

    One that is gone, or breaks the child or outlasts it, tells its times and poses only.
    """
    blobs, account_id = context.blobs, tenant.account_id
    try:
        originals = await blobs.get(account_id, manifest.points.original.sha256)
        pictures = [await blobs.get(account_id, one.image.sha256) for one in manifest.stored]
        return await context.child.run(
            signs_of_stored, manifest, originals, pictures, timeout_s=TIMEOUT_S
        )
    except (NotFound, ChildCrashed, ChildTimeout):
        return signs_of_manifest(manifest)


async def drawn_for(
    context: Context,
    tenant: Tenant,
    manifests: Sequence[FrameManifest],
    findings: Sequence[Finding],
) -> tuple[dict[str, str], dict[str, int]]:
    """Pictures of the points over images, for the findings that name one, as far as they come.

    Returns:
        Key of a picture → sha256 of its JPEG, and sha256 → length of what was stored.
    """
    pictures: dict[str, str] = {}
    sizes: dict[str, int] = {}
    keys = dict.fromkeys(one.picture for one in findings if one.picture)
    for key in list(keys)[:MOST_PICTURES]:
        frame, camera = map(int, key.split("/"))
        manifest = next(one for one in manifests if one.index == frame)
        number = next(k for k, image in enumerate(manifest.images) if image.camera == camera)
        account_id = tenant.account_id
        try:
            originals = await context.blobs.get(account_id, manifest.points.original.sha256)
            picture = await context.blobs.get(account_id, manifest.stored[number].image.sha256)
            drawn = await context.child.run(
                picture_of_stored, manifest, originals, number, picture, timeout_s=TIMEOUT_S
            )
        except (NotFound, ChildCrashed, ChildTimeout):
            continue
        if drawn is not None:
            pictures[key] = await context.blobs.put(account_id, drawn)
            sizes[pictures[key]] = len(drawn)
    return pictures, sizes


async def judged(context: Context, signs: Sequence[FrameSigns]) -> list[Finding]:
    """What is wrong with the scene of these frames, the worst first."""
    return await context.child.run(findings_of, signs, timeout_s=TIMEOUT_S)
