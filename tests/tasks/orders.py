"""Tasks for tests: the least that makes one, and the rows that ingest leaves."""

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from groundplane.scenes.model import BlobRef, Frame, PointChunk, Scene
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types.kind import Answer, ResultFile
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION


async def new_task(
    db: Connection,
    tenant: Tenant,
    attachments: Sequence[str] = ("https://data.example/0.json",),
    **more: object,
) -> TaskRow:
    given = {"attachments": list(attachments), "labels": ["Car"], **more}
    return await operations.create(db, tenant, operations.read_order(LIDAR_ANNOTATION, given))  # pyright: ignore[reportArgumentType]  # JSON values by the callers


def answered(answer: Answer, *path: str) -> Any:
    """What is at this place of a made-up answer, read if it is a file."""
    found = cast("Any", answer)
    for name in path:
        found = found[name]
    return msgspec.json.decode(found.content) if isinstance(found, ResultFile) else found


def ingested(
    devices_m: Sequence[tuple[float, float, float]],
    *,
    step_ns: int = 100,
    meters_per_unit: float = 1.0,
) -> Scene:
    """A scene without cameras, of a frame for each place of the sensor."""
    blob = BlobRef("0" * 64, 1, "application/octet-stream", "zstd")
    zero = (0.0, 0.0, 0.0)
    chunk = PointChunk(blob, blob, 1, zero, zero, zero, zero, 0, has_intensity=False)
    frames = [
        Frame(index, index * step_ns, device_m, None, chunk, [])
        for index, device_m in enumerate(devices_m)
    ]
    return Scene("0", "rate", zero, meters_per_unit, [], frames)
