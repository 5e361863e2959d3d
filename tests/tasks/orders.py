"""Tasks for tests: the least that makes one, and the rows that ingest leaves."""

from collections.abc import Sequence

from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import operations
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION


async def new_task(
    db: Connection,
    tenant: Tenant,
    attachments: Sequence[str] = ("https://data.example/0.json",),
    **more: object,
) -> TaskRow:
    given = {"attachments": list(attachments), "labels": ["Car"], **more}
    return await operations.create(db, tenant, operations.read_order(LIDAR_ANNOTATION, given))  # pyright: ignore[reportArgumentType]  # JSON values by the callers
