"""A task that is ready to label, brought in through the real ingest, and edits for it."""

import json
import uuid
from pathlib import Path

from groundplane.annotations.edits import SentChange, Transaction
from groundplane.jobs.context import Context
from groundplane.labeling import assignment
from groundplane.labeling.model import Claim, ClaimedLease, LeaseKey
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.tasks import jobs as ingest
from groundplane.tasks import operations as tasks
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.wire.people import Person, Role

TENANT = Tenant("a0a0a0a0a0a0a0a0a0a0a0a0", Mode.LIVE)
ANNA = Person(TENANT.account_id, "b1b1b1b1b1b1b1b1b1b1b1b1", "anna@example.com", Role.LABELER)
BEN = Person(TENANT.account_id, "b2b2b2b2b2b2b2b2b2b2b2b2", "ben@example.com", Role.LABELER)
PERSON = {"source": "person"}


def write_frames(folder: Path, count: int = 3) -> list[str]:
    """Frames of 8 points: four inside the box of `cuboid()` in every frame, four far from it."""
    urls: list[str] = []
    inside = [(9.0, 4.2, 0.5), (10.0, 5.0, 1.0), (11.0, 5.5, 1.4), (10.5, 4.6, 0.2)]
    outside = [(13.0, 5.0, 1.0), (10.0, 8.0, 1.0), (10.0, 5.0, 4.0), (-10.0, 5.0, 1.0)]
    for index in range(count):
        points = [{"x": x, "y": y, "z": z, "i": 0.5, "d": 0} for x, y, z in inside + outside]
        frame = {
            "device_position": {"x": 0.0, "y": 0.0, "z": 1.7},
            "timestamp": 1700000000.0 + index / 10,
            "points": points,
        }
        file = folder / f"frame-{index}.json"
        file.write_text(json.dumps(frame))
        urls.append(file.as_uri())
    return urls


async def ready_task(
    context: Context, tenant: Tenant, folder: Path, instruction: str | None = None
) -> str:
    order = tasks.read_order(
        LIDAR_ANNOTATION,
        {
            "attachments": [*write_frames(folder)],
            "labels": ["Car", "Truck"],
            "callback_url": "http://127.0.0.1:9/callback",
            **({} if instruction is None else {"instruction": instruction}),
        },
    )
    async with context.database.transaction(tenant) as db:
        task = await tasks.create_and_ingest(db, context.queue, tenant, order)
    ids = {
        "account_id": tenant.account_id,
        "mode": tenant.mode.value,
        "task_id": task.task_id,
    }
    await ingest.plan(context, **ids)
    for index in range(3):
        await ingest.ingest_frame(context, **ids, frame_index=index)
    await ingest.settle(context, **ids)
    return task.task_id


async def claimed(
    database: Database, tenant: Tenant, task_id: str, person: Person = ANNA
) -> ClaimedLease:
    async with database.transaction(tenant) as db:
        wanted = Claim(client_id=str(uuid.uuid4()), take_over=True)
        return await assignment.claim(db, tenant, person, task_id, wanted)


def key_of(lease: ClaimedLease) -> LeaseKey:
    return LeaseKey(lease.lease_id, lease.fence)


def cuboid(x: float = 10.0) -> dict[str, object]:
    return {
        "geometry": "cuboid",
        "centre_m": [x, 5.0, 1.0],
        "size_m": [4.0, 2.0, 2.0],
        "rotation_wxyz": [1.0, 0.0, 0.0, 0.0],
        "camera_used": None,
        "provenance": PERSON,
    }


def car(label: str = "Car", *, stationary: bool = True) -> dict[str, object]:
    return {
        "kind": "cuboid",
        "space": "world",
        "label": label,
        "stationary": stationary,
        "parent_id": None,
        "provenance": PERSON,
    }


def transaction(*changes: SentChange, op_id: str | None = None) -> Transaction:
    at = "2026-01-02T03:04:05.678Z"
    return Transaction(op_id or str(uuid.uuid4()), at, active_ms=1200, changes=list(changes))


def creating(object_id: str, label: str = "Car", x: float = 10.0) -> Transaction:
    return transaction(
        SentChange(object_id, "object", None, None, car(label)),
        SentChange(object_id, "key/0", None, None, cuboid(x)),
    )


def moving(object_id: str, base: str | None, before_x: float, after_x: float) -> Transaction:
    return transaction(SentChange(object_id, "key/0", base, cuboid(before_x), cuboid(after_x)))
