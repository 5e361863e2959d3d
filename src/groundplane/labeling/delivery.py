"""What the customer gets: the answer of the task's type, from the pinned revision.

The numbers of points come from the points as they were sent, never from what a screen showed.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from groundplane.annotations.document import Document
from groundplane.geometry.cuboids import Cuboid, count_points_inside
from groundplane.jobs.context import Context
from groundplane.labeling import documents, queries
from groundplane.scenes.model import Frame, Scene
from groundplane.scenes.originals import decode_originals
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations as tasks
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import PointCounts, ShownCuboid, Workstation

COUNT_WITHIN_S = 120.0

Pose = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
"""centre_m, size_m, rotation_wxyz."""


class Pinned(msgspec.Struct, frozen=True):
    """A submitted task, as its answer is made from it."""

    stage_id: str
    work: Workstation[Any]
    params: msgspec.Struct
    scene: Scene
    document: Document


async def read_pinned(db: Connection, tenant: Tenant, task_id: str) -> Pinned | None:
    """None when the task is not waiting for delivery: it is delivered already, or never will be."""
    stage = await queries.stage(db, tenant, task_id)
    document = await queries.document(db, tenant, task_id)
    manifest = await queries.scene_manifest(db, tenant, task_id)
    if stage is None or document is None or manifest is None or stage.state != "submitted":
        return None
    assert stage.submitted_revision is not None, "submitting pins it"
    task = await tasks.get(db, tenant, task_id)
    kind = task_type(task.type)
    assert kind.work is not None, "somebody has worked on it"
    params = kind.accepted(task.params_zstd)
    revision = await documents.read_revision(
        db, tenant, document.document_id, stage.submitted_revision
    )
    return Pinned(
        stage.stage_id, kind.work, params, msgspec.json.decode(manifest, type=Scene), revision
    )


async def make_answer(context: Context, tenant: Tenant, pinned: Pinned) -> bytes:
    """The file behind response.annotations.url, as JSON text."""
    shown = pinned.work.shown_cuboids(pinned.params, pinned.scene, pinned.document)
    counts: dict[tuple[str, int], int] = {}
    for frame, cuboids in zip(pinned.scene.frames, shown, strict=True):
        counts |= await _count(context, tenant, frame, cuboids)
    answer = pinned.work.respond(pinned.params, pinned.scene, pinned.document, counts)
    return msgspec.json.encode(answer)


async def _count(
    context: Context, tenant: Tenant, frame: Frame, cuboids: Sequence[ShownCuboid]
) -> PointCounts:
    if not cuboids:
        return {}
    original = await context.blobs.get(tenant.account_id, frame.points.original.sha256)
    poses: list[Pose] = [
        (one.pose.centre_m, one.pose.size_m, one.pose.rotation_wxyz) for one in cuboids
    ]
    numbers = await context.child.run(count_in_original, original, poses, timeout_s=COUNT_WITHIN_S)
    return {
        (one.object_id, frame.index): number for one, number in zip(cuboids, numbers, strict=True)
    }


def count_in_original(original: bytes, poses: Sequence[Pose]) -> list[int]:
    """Points of a stored original inside each cuboid; runs in the child process."""
    cuboids = [Cuboid(centre, size, rotation) for centre, size, rotation in poses]
    return count_points_inside(decode_originals(original).world_m(), cuboids).tolist()
