"""Ingest against a real database, real jobs and a real server of files."""

import asyncio
import contextlib
import dataclasses
import io
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import LiteralString

import msgspec
import pytest
from PIL import Image

from groundplane.annotations.document import from_parts
from groundplane.fetch.fetcher import FetchLimits
from groundplane.jobs.child import ChildCrashed, ChildOutOfMemory
from groundplane.jobs.context import Context
from groundplane.jobs.queue import Job
from groundplane.jobs.running import Timing, run_worker
from groundplane.labeling import documents
from groundplane.labeling import queries as labeling_queries
from groundplane.scenes.model import Scene
from groundplane.storage.database import Connection, Database, Tenant, scalar
from groundplane.tasks import arrivals, ingest, ingest_queries, operations, queries
from groundplane.tasks.jobs import JOBS, ingest_frame, plan, settle
from groundplane.tasks.lifecycle import State
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types import task_type
from groundplane.tasks.types.kind import AnyTaskType
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from groundplane.tasks.types.lidarsegmentation import LIDAR_SEGMENTATION
from loopback import Answer, Site, hang, reply, reset, running_site

QUICK = Timing(heartbeat_s=0.2, stalled_after_s=5, reap_every_s=1, poll_every_s=0.05, grace_s=0.2)


def frame_json(site: Site, *, camera: str | None = "front.png", x: float = 1.5) -> bytes:
    images = (
        []
        if camera is None
        else [
            {
                "image_url": site.url(f"/{camera}"),
                "position": {"x": 0.5, "y": 0, "z": 1.5},
                "heading": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
                "fx": 900,
                "fy": 910,
                "cx": 320,
                "cy": 200,
                "camera_index": 0,
            }
        ]
    )
    return msgspec.json.encode(
        {
            "device_position": {"x": 2, "y": 4, "z": 6},
            "points": [{"x": x, "y": 2, "z": 0.25, "i": 0.5}, {"x": 8, "y": -2, "z": 1, "i": 1}],
            "images": images,
        }
    )


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 40), (10, 120, 200)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAUSES_S", (0.01, 0.01))


@asynccontextmanager
async def working(context: Context) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(context, JOBS, queues=["ingest"], concurrency=2, stop=stop, timing=QUICK)
    )
    try:
        yield
    finally:
        stop.set()
        await worker


async def order(
    context: Context,
    tenant: Tenant,
    urls: Sequence[str],
    *,
    kind: AnyTaskType = LIDAR_ANNOTATION,
    **more: object,
) -> str:
    given = {"attachments": list(urls), "labels": ["Car"], **more}
    async with context.database.transaction(tenant) as db:
        row = await operations.create_and_ingest(
            db,
            context.queue,
            tenant,
            operations.read_order(kind, given),  # pyright: ignore[reportArgumentType]  # JSON values by the callers
        )
    return row.task_id


async def task_of(database: Database, tenant: Tenant, task_id: str) -> TaskRow:
    async with database.transaction(tenant) as db:
        return await operations.get(db, tenant, task_id)


async def ended(database: Database, tenant: Tenant, task_id: str) -> TaskRow:
    """The task once ingest is over."""
    async with asyncio.timeout(60):
        while True:
            task = await task_of(database, tenant, task_id)
            if task.state not in (State.CREATED, State.INGESTING):
                return task
            await asyncio.sleep(0.05)


async def count(database: Database, tenant: Tenant, table: LiteralString) -> int:
    async with database.transaction(tenant) as db:
        return await scalar(db, "SELECT count(*) FROM " + table)  # noqa: S608  # names of this file


async def asked_for(site: Site, requests: int) -> None:
    async with asyncio.timeout(30):
        while len(site.seen) < requests:  # noqa: ASYNC110  # the site has no event for it
            await asyncio.sleep(0.02)


async def test_a_scene_comes_in_whole(context: Context, tenant: Tenant) -> None:
    async with running_site() as site:
        for index in range(3):
            site.page(f"/{index}.json", reply(200, frame_json(site, x=1.5 + index)))
        site.page("/front.png", reply(200, png(), {"Content-Type": "text/html"}))
        urls = [site.url(f"/{index}.json") for index in range(3)]
        task_id = await order(context, tenant, urls, meters_per_unit=2, labeling_sample_rate=2)
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "ready"
    async with context.database.transaction(tenant) as db:
        manifest = await scalar(db, "SELECT manifest::text FROM scene")
        stage = await scalar(db, "SELECT config::text FROM stage")
        state = await scalar(db, "SELECT state FROM stage")
        events = await queries.events(db, tenant, task_id)
    scene = msgspec.json.decode(manifest, type=Scene)
    assert [frame.index for frame in scene.frames] == [0, 1, 2]
    assert scene.frames[0].device_position_m == (4.0, 8.0, 12.0)
    assert scene.frames[1].images[0].image.content_type == "image/png"
    assert (scene.frames[1].images[0].lens.width_px, scene.meters_per_unit) == (64, 2.0)
    blob = await context.blobs.get(tenant.account_id, scene.frames[2].points.blob.sha256)
    assert len(blob) == scene.frames[2].points.blob.size_bytes
    assert msgspec.json.decode(stage)["frames"] == [0, 2]
    assert state == "ready"
    assert [event.event for event in events] == ["created", "planned", "ingested"]
    # Three frames of two blobs each, and one picture that all of them share.
    assert await count(context.database, tenant, "blob") == 7
    assert await count(context.database, tenant, "document") == 1


async def test_work_begins_with_the_pre_labels_of_the_task(
    context: Context, tenant: Tenant
) -> None:
    cuboid = {
        "uuid": "7f5d1c9e-9a55-4a4e-8c46-1f0e1f7b2a11",
        "label": "Car",
        "position": {"x": 1, "y": 2, "z": 3},
        "dimensions": {"x": 2, "y": 4, "z": 1.5},
        "yaw": 0,
    }
    async with running_site() as site:
        site.page("/0.json", reply(200, frame_json(site, camera=None)))
        site.page("/labels.json", reply(200, msgspec.json.encode([{"cuboids": [cuboid]}])))
        site.page("/buses.json", reply(200, b'[{"cuboids": 7}]'))
        given = [{"url": site.url(f"/{name}.json")} for name in ("labels", "buses", "gone")]
        ids = [
            await order(
                context, tenant, [site.url("/0.json")], hypothesis={"annotations": annotations}
            )
            for annotations in ([{"cuboids": [cuboid]}], *given)
        ]
        async with working(context):
            tasks = [await ended(context.database, tenant, task_id) for task_id in ids]
    assert [task.state for task in tasks] == ["ready", "ready", "error", "error"]
    for task_id in ids[:2]:
        async with context.database.transaction(tenant) as db:
            row = await labeling_queries.document(db, tenant, task_id)
            assert row is not None
            now = from_parts(await documents.parts_of(db, tenant, row.document_id))
            first = await documents.read_revision(db, tenant, row.document_id, row.seq)
        assert now == first
        assert now.ids() == [cuboid["uuid"]]
    wrong, gone = (msgspec.json.decode(task.response or "") for task in tasks[2:])
    assert "hypothesis.annotations.0.cuboids" in wrong["error"]
    assert wrong["attachments"] == [{"statusCode": 200, "url": given[1]["url"]}]
    assert gone["attachments"][0] == {"statusCode": 404, "url": given[2]["url"]} | {
        "message": gone["attachments"][0]["message"]
    }
    assert await count(context.database, tenant, "document") == 2


async def test_every_bad_frame_is_named_and_nothing_half_made_stays(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/good.json", reply(200, frame_json(site, camera=None)))
        site.page("/cut.json", reply(200, b'{"device_position": {"x": 1'))
        site.page("/nan.json", reply(200, frame_json(site, camera=None).replace(b"1.5", b"NaN")))
        site.page("/empty.json", reply(200, b'{"device_position":{"x":1,"y":2,"z":3},"points":[]}'))
        site.page("/nowhere.json", reply(200, b'{"points":[{"x":1,"y":2,"z":3}]}'))
        site.page("/noimage.json", reply(200, frame_json(site, camera="gone.png")))
        site.page("/notimage.json", reply(200, frame_json(site, camera="text.png")))
        site.page("/text.png", reply(200, b"<svg onload=alert(1)>"))
        names = ["good", "cut", "nan", "empty", "nowhere", "noimage", "notimage", "missing"]
        urls = [site.url(f"/{name}.json") for name in names]
        task_id = await order(context, tenant, urls, unique_id="u", clear_unique_id_on_error=True)
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert (task.state, task.unique_id) == ("error", None)
    response = msgspec.json.decode(task.response or "")
    assert response["error"] == "One or more attachments could not be downloaded."
    frames = response["frames"]
    assert [frame["frame"] for frame in frames] == [1, 2, 3, 4, 5, 6, 7]
    statuses = [frame["attachment"]["statusCode"] for frame in frames]
    assert statuses == [200, 200, 200, 200, 404, 200, 404]
    blamed = [frame["attachment"]["url"].rpartition("/")[2] for frame in frames]
    bad = ["cut.json", "nan.json", "empty.json", "nowhere.json"]
    assert blamed == [*bad, "gone.png", "text.png", "missing.json"]
    assert frames[0]["message"].startswith("Invalid JSON Format")
    assert "device_position" in frames[3]["message"]
    assert frames[4]["message"].startswith("images[0]")
    tables: tuple[LiteralString, ...] = ("scene", "scene_frame", "stage", "document")
    for table in tables:
        assert await count(context.database, tenant, table) == 0


async def test_when_only_downloads_failed_the_addresses_are_listed(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/403.json", reply(403))
        site.page("/reset.json", reset)
        urls = [site.url("/403.json"), site.url("/reset.json"), "http://10.0.0.1/private.json"]
        task_id = await order(context, tenant, urls, unique_id="kept")
        async with working(context):
            task = await ended(context.database, tenant, task_id)
        asked = [seen.path for seen in site.seen]
    response = msgspec.json.decode(task.response or "")
    assert set(response) == {"error", "attachments"}
    first, second, third = response["attachments"]
    assert first == {"statusCode": 403, "url": urls[0]}
    assert (second["statusCode"], second["url"]) == (None, urls[1])
    assert (third["statusCode"], third["url"]) == (None, urls[2])
    assert second["message"]
    assert third["message"]
    assert task.unique_id == "kept"
    # What was refused for good is asked for once, what may pass three times.
    assert asked.count("/403.json") == 1
    assert asked.count("/reset.json") == 3


async def test_a_server_that_stumbles_twice_costs_nothing(context: Context, tenant: Tenant) -> None:
    async with running_site() as site:
        good = reply(200, frame_json(site, camera=None))
        site.page("/0.json", reply(503), reply(429), good)
        task_id = await order(context, tenant, [site.url("/0.json")])
        async with working(context):
            assert (await ended(context.database, tenant, task_id)).state == "ready"


async def endless(writer: asyncio.StreamWriter) -> None:
    """A success without a length, whose body comes byte by byte."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("answer", [hang, endless])
async def test_an_attachment_that_never_ends_is_given_up(
    context: Context, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(ingest, "FRAME_LIMITS", FetchLimits(total_timeout_s=0.3))
    async with running_site() as site:
        site.page("/0.json", answer)
        task_id = await order(context, tenant, [site.url("/0.json")])
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "error"
    assert "0.3 seconds" in (task.response or "")


async def test_canceling_in_the_middle_stops_the_frames(context: Context, tenant: Tenant) -> None:
    async with running_site() as site:
        site.page("/0.json", hang)
        site.page("/1.json", reply(200, frame_json(site, camera=None)))
        task_id = await order(context, tenant, [site.url("/0.json"), site.url("/1.json")])
        async with working(context):
            await asked_for(site, 2)
            async with context.database.transaction(tenant) as db:
                await operations.cancel(db, tenant, task_id, clear_unique_id=False)
    task = await task_of(context.database, tenant, task_id)
    assert task.state == "canceled"
    assert await count(context.database, tenant, "scene") == 0


async def test_each_job_may_run_twice(context: Context, tenant: Tenant) -> None:
    async with running_site() as site:
        site.page("/0.json", reply(200, frame_json(site, camera=None)))
        task_id = await order(context, tenant, [site.url("/0.json")])
        ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
        for _ in range(2):
            await plan(context, **ids)
        await asyncio.gather(*(ingest_frame(context, **ids, frame_index=0) for _ in range(2)))
        await ingest_frame(context, **ids, frame_index=0)
        await asyncio.gather(*(settle(context, **ids) for _ in range(2)))
        await settle(context, **ids)
    task = await task_of(context.database, tenant, task_id)
    assert task.state == "ready"
    async with context.database.transaction(tenant) as db:
        names = [event.event for event in await queries.events(db, tenant, task_id)]
        progress = await ingest_queries.progress(db, tenant, task_id)
        settles = await scalar(
            db, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tasks.settle_ingest'"
        )
    assert names == ["created", "planned", "ingested"]
    assert (progress.total, progress.settled, progress.failed) == (1, 1, 0)
    assert settles == 1


async def test_of_two_frames_that_settle_at_once_one_is_the_last(
    context: Context, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_unsettled = ingest_queries.count_unsettled
    counted = 0
    both_counted = asyncio.Event()

    async def count_and_linger(db: Connection, tenant: Tenant, task_id: str) -> int:
        """Nobody commits before both have counted, if both can count at the same time."""
        nonlocal counted
        unsettled = await count_unsettled(db, tenant, task_id)
        counted += 1
        if counted == 2:
            both_counted.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both_counted.wait(), 1)
        return unsettled

    monkeypatch.setattr(ingest_queries, "count_unsettled", count_and_linger)
    async with running_site() as site:
        task_id = await order(context, tenant, [site.url("/missing.json")] * 2)
        ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
        await plan(context, **ids)
        await asyncio.gather(*(ingest_frame(context, **ids, frame_index=n) for n in range(2)))
    async with context.database.transaction(tenant) as db:
        settles = await scalar(
            db, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tasks.settle_ingest'"
        )
    assert settles == 1


async def test_a_frame_that_comes_after_the_cancellation_is_not_kept(
    context: Context, tenant: Tenant
) -> None:
    task_id = ""

    async def cancel_then_answer(writer: asyncio.StreamWriter) -> None:
        async with context.database.transaction(tenant) as db:
            await operations.cancel(db, tenant, task_id, clear_unique_id=False)
        await reply(200, content)(writer)

    async with running_site() as site:
        content = frame_json(site, camera=None)
        site.page("/0.json", cancel_then_answer)
        task_id = await order(context, tenant, [site.url("/0.json")])
        ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}
        await plan(context, **ids)
        await ingest_frame(context, **ids, frame_index=0)
    async with context.database.transaction(tenant) as db:
        progress = await ingest_queries.progress(db, tenant, task_id)
    assert progress.settled == 0
    assert await count(context.database, tenant, "blob_use") == 0


async def test_frames_on_disk_are_read_when_they_are_under_the_files_root(
    context: Context, tenant: Tenant, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "0.json"
    outside.write_text("{}")
    task_id = await order(context, tenant, [f"file://{outside}"])
    async with working(context):
        task = await ended(context.database, tenant, task_id)
    assert msgspec.json.decode(task.response or "")["attachments"][0]["statusCode"] is None


async def test_a_frame_that_takes_too_long_to_read_is_given_up(
    context: Context, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "FRAME_TIMEOUT_S", 0.001)
    async with running_site() as site:
        site.page("/0.json", reply(200, frame_json(site, camera=None)))
        task_id = await order(context, tenant, [site.url("/0.json")])
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    (frame,) = msgspec.json.decode(task.response or "")["frames"]
    assert frame["message"] == "The file takes too long to read."
    assert frame["attachment"] == {"statusCode": 200, "url": site.url("/0.json")}


def test_a_child_that_dies_is_trouble_of_ours_until_the_third_time(context: Context) -> None:
    crash = ChildCrashed("The work's process died (SIGKILL).")
    for attempt in (0, 2):
        again = dataclasses.replace(context, job=Job(1, attempt))
        with pytest.raises(ChildCrashed):
            ingest.sentence_for(again, crash)
    given_up = dataclasses.replace(context, job=Job(1, 3))
    assert ingest.sentence_for(given_up, crash) == "The file cannot be read."
    too_much = ingest.sentence_for(context, ChildOutOfMemory("x"))
    assert too_much == "The file takes too much memory to read."


async def test_frames_come_in_for_a_type_without_a_workstation(
    context: Context, tenant: Tenant
) -> None:
    async with running_site() as site:
        site.page("/0.json", reply(200, frame_json(site, camera=None)))
        task_id = await order(
            context, tenant, [site.url("/0.json")], kind=LIDAR_SEGMENTATION, meters_per_unit=2
        )
        async with working(context):
            task = await ended(context.database, tenant, task_id)
    assert task.state == "ready"
    async with context.database.transaction(tenant) as db:
        manifest = await scalar(db, "SELECT manifest::text FROM scene")
    assert msgspec.json.decode(manifest, type=Scene).frames[0].device_position_m == (4.0, 8.0, 12.0)
    assert await count(context.database, tenant, "stage") == 0


async def test_what_ingest_cannot_read_waits_untouched(context: Context, tenant: Tenant) -> None:
    async with context.database.transaction(tenant) as db:
        given = operations.read_order(
            task_type("imageannotation"),
            {"attachment": "https://data.example/1.jpg", "geometries": {"box": {}}},
        )
        row = await operations.create_and_ingest(db, context.queue, tenant, given)
    assert await count(context.database, tenant, "procrastinate_jobs") == 0
    ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": row.task_id}
    await plan(context, **ids)
    assert (await task_of(context.database, tenant, row.task_id)).state == "created"
