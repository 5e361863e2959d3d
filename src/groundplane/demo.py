"""The scene that a new instance offers to label: made by the simulator, once."""

from pathlib import Path

from groundplane.accounts import operations as accounts
from groundplane.demo_files import Writing, begin_writing
from groundplane.jobs.queue import Queue
from groundplane.projects import operations as projects
from groundplane.projects import queries as project_queries
from groundplane.settings import Settings
from groundplane.storage.database import Database, Mode, Tenant
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


async def create_once(
    database: Database, settings: Settings, writing: Writing | None = None
) -> None:
    """The demo project with its task in the first account; nothing when they are there."""
    assert settings.database_url is not None
    async with database.transaction() as db:
        tenant = Tenant(await accounts.first_account(db), Mode.LIVE)
    async with database.transaction(tenant) as db:
        if await project_queries.by_name(db, tenant, PROJECT) is not None:
            return
    frames = await (writing or begin_writing(settings.data)).finished()
    order = tasks.read_order(LIDAR_ANNOTATION, _request(frames))
    async with database.transaction(tenant) as db:
        await projects.create(db, tenant, PROJECT, LIDAR_ANNOTATION.name)
        await tasks.create_and_ingest(db, Queue(settings.database_url), tenant, order)


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
