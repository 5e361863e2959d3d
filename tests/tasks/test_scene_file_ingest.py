"""Scene files (.sfs) as attachments: fetched once, then read frame by frame."""

import dataclasses
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import obstore
import pytest
from obstore.store import MemoryStore, ObjectStore
from PIL import Image
from test_task_ingest import count, ended, order, working

from groundplane.jobs.context import Context
from groundplane.scenes.formats.json_binary_writer import write_container
from groundplane.scenes.model import Scene
from groundplane.scenes.originals import decode_originals
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Tenant
from groundplane.tasks import arrivals, ingest_queries, operations
from groundplane.tasks.jobs import ingest_file
from groundplane.tasks.model import Common
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.tasks.types.scene_files import MULTISTAGE
from loopback import reply, running_site

STEP_US = 100_000
FRAMES, POINTS = 3, 40
AT_REST = [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 1.0]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAUSES_S", (0.01, 0.01))


def positions(frame: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    quarters = np.arange(3 * POINTS).reshape(-1, 3) + 4 * frame
    return (quarters / 4).astype(np.float32)


def picture(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 40), (shade, 120, 200)).save(file, "JPEG")
    return file.getvalue()


def scene_file(
    pictures: Sequence[Any], *, video: dict[str, Any] | None = None, **lidar: Any
) -> bytes:
    poses = {"timestamps": [k * STEP_US for k in range(FRAMES)], "values": [AT_REST] * FRAMES}
    frames = [
        {"timestamp": k * STEP_US, "points": {"positions": positions(k)}} for k in range(FRAMES)
    ]
    lens = {"fx": 50.0, "fy": 51.0, "cx": 32.0, "cy": 20.0, "width": 64, "height": 40}
    images = [{"timestamp": k * STEP_US, "content": one} for k, one in enumerate(pictures)]
    seen = {"images": images} if video is None else {"video": video}
    sensors = [
        {"id": "top", "type": "lidar", "poses": poses, "frames": frames, **lidar},
        {"id": "front", "type": "camera", "poses": poses, "intrinsics": lens, **seen},
    ]
    file = io.BytesIO()
    root = {"version": "1.0", "time_unit": "microseconds", "sensors": sensors}
    write_container(root, file)
    return file.getvalue()


def encoded(content: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(content, np.uint8)


def usual() -> bytes:
    return scene_file([encoded(picture(k)) for k in range(FRAMES)])


async def scene_of(context: Context, tenant: Tenant, task_id: str) -> Scene:
    async with context.database.transaction(tenant) as db:
        rows = await db.execute("SELECT manifest::text FROM scene WHERE task_id = %s", [task_id])
        row = await rows.fetchone()
    assert row is not None
    return msgspec.json.decode(row[0], type=Scene)


async def test_a_scene_file_is_fetched_once_and_becomes_all_its_frames(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/drive.sfs", reply(200, usual()))
        url = site.url("/drive.sfs")
        task_id = await order(context, tenant, [url], attachment_type="sensor_fusion")
        async with working(context):
            task = await ended(context.database, tenant, task_id)
        assert len(site.seen) == 1
    assert task.state == "ready"
    scene = await scene_of(context, tenant, task_id)
    assert [frame.points.count for frame in scene.frames] == [POINTS] * FRAMES
    assert [frame.time_ns for frame in scene.frames] == [k * STEP_US * 1000 for k in range(FRAMES)]
    for k, frame in enumerate(scene.frames):
        assert frame.device_position_m == tuple(AT_REST[:3])
        original = await context.blobs.get(tenant.account_id, frame.points.original.sha256)
        np.testing.assert_allclose(decode_originals(original).world_m(), positions(k), atol=1e-4)
        (image,) = frame.images
        assert (image.lens.width_px, image.lens.height_px, image.name) == (64, 40, "front")
        assert await context.blobs.get(tenant.account_id, image.image.sha256) == picture(k)


async def test_a_video_is_decoded_once_and_its_file_is_not_kept(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    path = tmp_path / "made.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 40))
    for k in range(FRAMES):
        writer.write(np.full((40, 64, 3), 80 * k, np.uint8))
    writer.release()
    film = {
        "timestamps": [k * STEP_US for k in range(FRAMES)],
        "content": encoded(path.read_bytes()),
        "fps": 10.0,
    }
    given = scene_file([], video=film)
    async with running_site() as site:
        site.page("/drive.sfs", reply(200, given))
        url = site.url("/drive.sfs")
        task_id = await order(context, tenant, [url], attachment_type="sensor_fusion")
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "ready"
    scene = await scene_of(context, tenant, task_id)
    assert len(scene.frames) == FRAMES
    for k, frame in enumerate(scene.frames):
        (image,) = frame.images
        shown = await context.blobs.get(tenant.account_id, image.image.sha256)
        assert image.image.content_type == "image/jpeg"
        assert abs(np.asarray(Image.open(io.BytesIO(shown))).mean() - 80 * k) < 4
    async with context.database.transaction(tenant) as db:
        rows = await db.execute(
            "SELECT (SELECT count(*) FROM blob WHERE sha256 = %(sha256)s),"
            " (SELECT count(*) FROM blob_use WHERE sha256 = %(sha256)s)",
            {"sha256": hashlib.sha256(given).hexdigest()},
        )
        assert await rows.fetchone() == (0, 0)


async def test_raw_pixels_become_a_picture_without_loss(
    context: Context, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an object store, which the file is copied from once for all of its frames."""
    copied, get = Counter[str](), obstore.get_async

    async def counted(store: ObjectStore, key: str) -> object:
        copied[key] += 1
        return await get(store, key)

    monkeypatch.setattr(obstore, "get_async", counted)
    context = dataclasses.replace(context, blobs=Blobs(MemoryStore()))
    pixels = np.arange(40 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(40, 64, 3)
    async with running_site() as site:
        file = scene_file([pixels] * FRAMES)
        site.page("/raw.sfs", reply(200, file))
        given = operations.read_order(
            MULTISTAGE,
            {
                "attachments": [site.url("/raw.sfs")],
                "scene_format": "sensor_fusion",
                "batch": "b",
            },
        )
        given = msgspec.structs.replace(given, common=Common())
        async with context.database.transaction(tenant) as db:
            row = await operations.create_and_ingest(db, context.queue, tenant, given)
        task_id = row.task_id
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state != "error"
    scene = await scene_of(context, tenant, task_id)
    shown = {frame.images[0].image.sha256 for frame in scene.frames}
    assert len(shown) == 1  # identical bytes are stored once
    stored = await context.blobs.get(tenant.account_id, shown.pop())
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stored))), pixels)
    assert copied[f"{tenant.account_id}/{hashlib.sha256(file).hexdigest()}"] == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no scene at all", "No zero byte ends the header"),
        (usual()[:-POINTS], "reach beyond the file"),
        (scene_file([encoded(b"no picture")] * FRAMES), "not a PNG, JPEG or WebP"),
        (scene_file([], frames=[]), "frames"),
        (
            scene_file([], video={"timestamps": [0], "content": encoded(b"film"), "fps": 1}),
            "sensors.1.video: The video of front is no MP4 file.",
        ),
    ],
)
async def test_a_bad_file_is_an_error_that_names_the_place(
    context: Context, tenant: Tenant, content: bytes, told: str
) -> None:
    async with running_site() as site:
        site.page("/bad.sfs", reply(200, content))
        url = site.url("/bad.sfs")
        task_id = await order(context, tenant, [url], attachment_type="sensor_fusion")
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "error"
    assert task.response is not None
    assert told in task.response
    assert "bad.sfs" in task.response
    assert await count(context.database, tenant, "scene_frame") == 0


async def test_a_file_that_is_not_there_is_told_by_its_status(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/gone.sfs", reply(404, b""))
        url = site.url("/gone.sfs")
        task_id = await order(context, tenant, [url], attachment_type="sensor_fusion")
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "error"
    assert '"statusCode":404' in (task.response or "").replace(" ", "")


async def test_the_file_is_brought_in_once_however_often_its_job_runs(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/drive.sfs", reply(200, usual()))
        url = site.url("/drive.sfs")
        task_id = await order(context, tenant, [url], attachment_type="sensor_fusion")
        ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
        async with context.database.transaction(tenant) as db:
            await operations.move(
                db, tenant, task_id, operations.State.CREATED, operations.Event.PLANNED
            )
        for _ in range(2):
            await ingest_file(context, **ids)
        async with context.database.transaction(tenant) as db:
            frames = await ingest_queries.frames(db, tenant, task_id)
        assert [frame.frame_index for frame in frames] == list(range(FRAMES))
        assert len({frame.file_sha256 for frame in frames}) == 1
        assert len(site.seen) == 1


def test_a_scene_file_comes_alone() -> None:
    given = {
        "attachments": ["https://data.example/a.sfs", "https://data.example/b.sfs"],
        "labels": ["Car"],
        "attachment_type": "sensor_fusion",
    }
    with pytest.raises(Exception, match="attachments"):
        operations.read_order(LIDAR_ANNOTATION, given)  # pyright: ignore[reportArgumentType]  # JSON values
