"""Roots with dependents, and the rows that are written on the way to their tasks."""

from dataclasses import dataclass
from typing import Any

import msgspec

from groundplane.jobs.context import Context
from groundplane.storage.database import Mode, Tenant, many
from groundplane.tasks import amendment_queries, dependent_jobs, operations
from groundplane.tasks.amendment_queries import NewAudit
from groundplane.tasks.dependents import MAKE_JOB
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION

LINKING: dict[str, object] = {
    "type": "lidarlinking",
    "annotation_type": "imageannotation",
    "instruction": "Tighten the boxes.",
    "geometries": {"box": {"objects_to_annotate": ["Car"]}},
    "default_geometry": "box",
    "callback_url": "https://hooks.example/linked",
}
SEGMENTATION: dict[str, object] = {"type": "lidarsegmentation", "labels": ["Road", "Car"]}
FRAMES = [f"https://data.example/{index}.json" for index in range(3)]


@dataclass(frozen=True, slots=True)
class Child:
    task_id: str
    type: str
    lidar_task: str


async def new_root(
    context: Context, tenant: Tenant, *defs: dict[str, object], require_audit: bool = False
) -> str:
    given: Any = {
        "attachments": FRAMES,
        "labels": ["Car"],
        "dependents": {"defs": list(defs), "require_audit": require_audit},
    }
    async with context.database.transaction(tenant) as db:
        order = operations.read_order(LIDAR_ANNOTATION, given)
        return (await operations.create(db, tenant, order)).task_id


async def complete(context: Context, tenant: Tenant, task_id: str) -> None:
    async with context.database.transaction(tenant) as db:
        await operations.move(
            db, tenant, task_id, State.CREATED, Event.ANSWERED, response={"annotations": {}}
        )


async def completed_root(
    context: Context, tenant: Tenant, *defs: dict[str, object], require_audit: bool = False
) -> str:
    task_id = await new_root(context, tenant, *defs, require_audit=require_audit)
    await complete(context, tenant, task_id)
    return task_id


async def audit(context: Context, tenant: Tenant, task_id: str, result: str) -> None:
    async with context.database.transaction(tenant) as db:
        audit = NewAudit(result, "qa@customer.example", comment=None)
        await amendment_queries.add_audit(db, tenant, task_id, audit)


async def ordered(context: Context) -> list[tuple[Tenant, str, int]]:
    """The jobs that are enqueued to make tasks: whose, of which root, by which definition."""
    async with context.database.transaction() as db:
        found = await many(
            db,
            _Args,
            """SELECT args::text AS args FROM procrastinate_jobs
               WHERE task_name = %(name)s AND status = 'todo' ORDER BY id""",
            name=MAKE_JOB,
        )
    jobs = [msgspec.json.decode(one.args) for one in found]
    return [
        (Tenant(job["account_id"], Mode(job["mode"])), job["root_task_id"], job["position"])
        for job in jobs
    ]


async def make_all(context: Context) -> int:
    """Read the events and run every job that was ever enqueued, here and now."""
    await dependent_jobs.read_events(context)
    jobs = await ordered(context)
    for tenant, root, position in jobs:
        await dependent_jobs.make_dependent(
            context,
            account_id=tenant.account_id,
            mode=tenant.mode.value,
            root_task_id=root,
            position=position,
        )
    return len(jobs)


async def children(context: Context, tenant: Tenant) -> list[Child]:
    """Every task that builds on another, oldest first, as the API shows it."""
    async with context.database.transaction(tenant) as db:
        rows = await many(
            db,
            _Id,
            """SELECT task_id FROM task WHERE type <> 'lidarannotation'
               ORDER BY created_at, task_id""",
        )
        shown = [operations.public_task(await operations.get(db, tenant, r.task_id)) for r in rows]
    return [
        Child(one.task_id, one.type, msgspec.json.decode(one.params)["lidar_task"]) for one in shown
    ]


@dataclass(frozen=True, slots=True)
class _Args:
    args: str


@dataclass(frozen=True, slots=True)
class _Id:
    task_id: str
