"""The scene that a new instance offers to label: made by the simulator, once."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from groundplane.errors import StartRefused
from groundplane.jobs.queue import Queue
from groundplane.projects import operations as projects
from groundplane.projects import queries as project_queries
from groundplane.settings import Settings
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.storage.process import Way, shim_command
from groundplane.tasks import operations as tasks
from groundplane.tasks.model import DEMO_UNIQUE_ID
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.wire.values import JSON

PROJECT = "Demo"
INSTRUCTION = """\
# Street scene

Draw a cuboid around every **car**, **truck**, **pedestrian** and **cyclist** with at least five
points.

1. Fit the cuboid to the points, its front towards where the object moves.
2. Parked vehicles are *stationary*: one cuboid serves all frames.
3. For everything that moves set keyframes; between them the cuboid is interpolated.
4. A cyclist's cuboid holds the person and the bicycle; mirrors belong to a vehicle.

Say how much is hidden in each frame, and once for each vehicle whether it is parked.
"""
LABELS: list[JSON] = ["Car", "Truck", "Pedestrian", "Cyclist"]
ATTRIBUTES: dict[str, JSON] = {
    "occlusion": {
        "description": "How much of it is hidden?",
        "type": "category",
        "choices": ["none", "partly", "mostly"],
    },
    "parked": {
        "description": "Does it stand at the kerb?",
        "type": "category",
        "choices": ["yes", "no"],
        "global": True,
        "conditions": {"label_condition": {"label": ["Car", "Truck"]}},
    },
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


@dataclass(slots=True)
class Writing:
    """The process that writes the scene's files; None when they are there."""

    folder: Path
    process: subprocess.Popen[bytes] | None

    async def finished(self) -> list[Path]:
        """The frames, in order.

        Raises:
            StartRefused: the process failed.
        """
        if self.process is not None:
            code = await asyncio.to_thread(self.process.wait)
            if code != 0:
                raise StartRefused(f"The demo scene could not be written to {self.folder}.")
            _half_made(self.folder).rename(_scene(self.folder))
        return sorted((_scene(self.folder) / "frames").glob("*.json"))


def begin_writing(data: Path) -> Writing:
    """Start to write the scene, unless it is there; to be awaited by `create_once`.

    Whole or not at all: a start that was killed in the middle begins anew. The process ends with
    the thread that calls this.
    """
    folder = folder_of(data)
    if _scene(folder).exists():
        return Writing(folder, None)
    shutil.rmtree(_half_made(folder), ignore_errors=True)
    _half_made(folder).mkdir(parents=True)
    way = Way("plain", os.geteuid(), os.getegid())
    command = [
        *(sys.executable, "-m", "groundplane.simulator.first_scene"),
        *(_half_made(folder).absolute(), _scene(folder).absolute().as_uri()),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own module
        shim_command(way, Path.cwd(), command, death_signal=signal.SIGKILL),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # as the others: a Ctrl-C in the terminal is for `serve`
    )
    return Writing(folder, process)


def _scene(folder: Path) -> Path:
    return folder / "street"


def _half_made(folder: Path) -> Path:
    return folder / "half_made"


async def create_once(
    database: Database, queue: Queue, data: Path, account_id: str, writing: Writing | None = None
) -> None:
    """The demo project with its task; nothing when they are there."""
    tenant = Tenant(account_id, Mode.LIVE)
    async with database.transaction(tenant) as db:
        if await project_queries.by_name(db, tenant, PROJECT) is not None:
            return
    frames = await (writing or begin_writing(data)).finished()
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
        "unique_id": DEMO_UNIQUE_ID,
    }
