"""The scene that a new instance offers to label: made by the simulator, once."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from groundplane.jobs.queue import Queue
from groundplane.projects import operations as projects
from groundplane.projects import queries as project_queries
from groundplane.settings import Settings
from groundplane.simulator.scene import write_scene
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.tasks import operations as tasks
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.wire.values import JSON

PROJECT = "Demo"
UNIQUE_ID = "groundplane-demo"
FRAMES = 10
INSTRUCTION = """\
# Street scene

Draw a cuboid around every **car** and every **truck** with at least five points.

1. Fit the cuboid to the points, front face towards where the vehicle drives.
2. Parked vehicles are *stationary*: one cuboid serves all frames.
3. For moving vehicles set keyframes; between them the cuboid is interpolated.
"""
LABELS: list[JSON] = ["Car", "Truck"]
ATTRIBUTES: dict[str, JSON] = {
    "occlusion": {
        "description": "How much of it is hidden?",
        "type": "category",
        "choices": ["none", "partly", "mostly"],
    }
}


def folder_of(data: Path) -> Path:
    return data / "demo"


def with_files_root(settings: Settings) -> Settings:
    """Lets the fetcher read the demo's files, unless the operator has named a folder."""
    if settings.files_root is not None:
        return settings
    folder = folder_of(settings.data)
    folder.mkdir(mode=0o700, exist_ok=True)
    return replace(settings, files_root=folder)


async def create_once(database: Database, queue: Queue, data: Path, account_id: str) -> None:
    """The demo project with its task; nothing when they are there."""
    tenant = Tenant(account_id, Mode.LIVE)
    async with database.transaction(tenant) as db:
        if await project_queries.by_name(db, tenant, PROJECT) is not None:
            return
    frames = await asyncio.to_thread(_write_frames, folder_of(data))
    order = tasks.read_order(LIDAR_ANNOTATION, _request(frames))
    async with database.transaction(tenant) as db:
        await projects.create(db, tenant, PROJECT, LIDAR_ANNOTATION.name)
        await tasks.create_and_ingest(db, queue, tenant, order)


def _request(frames: list[Path]) -> dict[str, JSON]:
    return {
        "project": PROJECT,
        "instruction": INSTRUCTION,
        "attachments": [frame.as_uri() for frame in frames],
        "attachment_type": "json",
        "labels": LABELS,
        "annotation_attributes": ATTRIBUTES,
        "unique_id": UNIQUE_ID,
    }


def _write_frames(folder: Path) -> list[Path]:
    """Whole or not at all: a start that was killed in the middle begins anew."""
    half_made = folder / "half_made"
    finished = folder / "street"
    shutil.rmtree(half_made, ignore_errors=True)
    if not finished.exists():
        half_made.mkdir(parents=True)
        write_scene(half_made, frames=FRAMES, image_base=finished.as_uri())
        half_made.rename(finished)
    return sorted((finished / "frames").glob("*.json"))
