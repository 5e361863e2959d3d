"""Blobs that no task uses go, row and file; what is used, or stored again meanwhile, stays."""

import asyncio
import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from groundplane.errors import Unavailable
from groundplane.jobs.context import Context
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Mode, Tenant, execute, many, scalar
from groundplane.tasks import answers, arrivals, blob_keeping, blob_queries, operations
from groundplane.tasks.jobs import ingest_frame, plan, settle
from groundplane.tasks.sweep_jobs import delete_if_unused, sweep_blobs
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION
from loopback import Site, reply, running_site

CONTENT = b"seven points of a kerb"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SIZES = {SHA256: len(CONTENT)}


@dataclasses.dataclass
class Use:
    sha256: str
    task_id: str


class SlowBlobs(Blobs):
    """A folder that stops in the middle of each deletion until it is let go."""

    def __init__(self, inner: Blobs, *, after_the_file: bool = False) -> None:
        super().__init__(inner._store, inner._folder)
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        self._after_the_file = after_the_file

    async def delete(self, account_id: str, sha256: str) -> None:
        if self._after_the_file:
            await super().delete(account_id, sha256)
        self.reached.set()
        await self.go_on.wait()
        if not self._after_the_file:
            await super().delete(account_id, sha256)


class KilledError(Exception):
    """To the database, a process that was killed is a connection that ended: it rolls back."""


class DyingBlobs(Blobs):
    def __init__(self, inner: Blobs, *, after_the_file: bool) -> None:
        super().__init__(inner._store, inner._folder)
        self._after_the_file = after_the_file

    async def delete(self, account_id: str, sha256: str) -> None:
        if self._after_the_file:
            await super().delete(account_id, sha256)
        raise KilledError


def frame(x: float, **more: object) -> bytes:
    points = [{"x": x, "y": 2, "z": 0.25, "i": 0.5}, {"x": 8, "y": -2, "z": 1, "i": 1}]
    return msgspec.json.encode(
        {"device_position": {"x": 2, "y": 4, "z": 6}, "points": points, **more}
    )


async def make(context: Context, tenant: Tenant, urls: Sequence[str]) -> str:
    """A task with its frames planned."""
    given = {"attachments": list(urls), "labels": ["Car"]}
    async with context.database.transaction(tenant) as db:
        row = await operations.create_and_ingest(
            db,
            context.queue,
            tenant,
            operations.read_order(LIDAR_ANNOTATION, given),  # pyright: ignore[reportArgumentType]  # JSON values
        )
    await plan(context, **ids(tenant, row.task_id))
    return row.task_id


async def ingest_all(context: Context, tenant: Tenant, urls: Sequence[str]) -> str:
    task_id = await make(context, tenant, urls)
    for index in range(len(urls)):
        await ingest_frame(context, **ids(tenant, task_id), frame_index=index)
    await settle(context, **ids(tenant, task_id))
    return task_id


def ids(tenant: Tenant, task_id: str) -> dict[str, str]:
    return {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}


def files(folder: Path, tenant: Tenant) -> set[str]:
    return {file.name for file in (folder / "blobs" / tenant.account_id).iterdir()}


async def rows(context: Context, tenant: Tenant) -> set[str]:
    async with context.database.transaction(tenant) as db:
        found = await many(db, blob_queries.BlobName, "SELECT account_id, sha256 FROM blob")
    return {row.sha256 for row in found}


async def uses(context: Context, tenant: Tenant) -> Mapping[str, set[str]]:
    """task_id → what it uses."""
    async with context.database.transaction(tenant) as db:
        found = await many(db, Use, "SELECT sha256, task_id FROM blob_use")
    return {
        one.task_id: {two.sha256 for two in found if two.task_id == one.task_id} for one in found
    }


async def state(context: Context, tenant: Tenant, task_id: str) -> str:
    async with context.database.transaction(tenant) as db:
        return (await operations.get(db, tenant, task_id)).state


async def living_task(context: Context, tenant: Tenant) -> str:
    return await make(context, tenant, ["https://data.example/0.json"])


async def store_without_use(context: Context, tenant: Tenant) -> None:
    await context.blobs.put(tenant.account_id, CONTENT)
    async with context.database.transaction(tenant) as db:
        await blob_keeping.leave_to_the_sweep(db, tenant, SIZES)


async def keep(context: Context, tenant: Tenant, task_id: str) -> None:
    async with context.database.transaction(tenant) as db:
        await blob_keeping.keep(db, context.blobs, tenant, task_id, SIZES)


async def somebody_waits_for_a_lock(context: Context, tenant: Tenant) -> None:
    async with asyncio.timeout(20):
        waiting = 0
        while not waiting:
            async with context.database.transaction(tenant) as db:
                waiting = await scalar(
                    db,
                    """SELECT count(*) FROM pg_locks l
                       WHERE NOT l.granted
                         AND l.pid IN (SELECT pid FROM pg_stat_activity
                                       WHERE datname = current_database())""",
                )
            await asyncio.sleep(0.02)


def serve_frames(site: Site) -> tuple[str, str]:
    site.page("/own.json", reply(200, frame(1.5)))
    site.page("/shared.json", reply(200, frame(2.5)))
    return site.url("/own.json"), site.url("/shared.json")


async def test_what_only_a_failed_task_used_goes_and_what_a_living_one_shares_stays(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    async with running_site() as site:
        own, shared = serve_frames(site)
        living = await ingest_all(context, tenant, [shared])
        failed = await ingest_all(context, tenant, [own, shared, site.url("/missing.json")])
    assert await state(context, tenant, failed) == "error"
    used = await uses(context, tenant)
    assert set(used) == {living}
    assert len(files(tmp_path, tenant)) == 4
    await sweep_blobs(context)  # too young, all of them
    assert len(files(tmp_path, tenant)) == 4
    async with context.database.transaction(tenant) as db:
        await execute(db, "UPDATE blob SET created_at = now() - interval '61 minutes'")
    await sweep_blobs(context)
    assert files(tmp_path, tenant) == await rows(context, tenant) == used[living]


async def test_a_task_that_is_canceled_while_it_is_ingested_lets_go_of_its_blobs(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    async with running_site() as site:
        own, shared = serve_frames(site)
        task_id = await make(context, tenant, [own, shared])
        await ingest_frame(context, **ids(tenant, task_id), frame_index=0)
    assert len(files(tmp_path, tenant)) == 2
    await sweep_blobs(context, older_than_s=0)
    assert len(files(tmp_path, tenant)) == 2
    async with context.database.transaction(tenant) as db:
        await operations.cancel(db, tenant, task_id, clear_unique_id=False)
    await sweep_blobs(context, older_than_s=0)
    assert files(tmp_path, tenant) == await rows(context, tenant) == set()


async def test_the_points_of_a_frame_whose_image_is_missing_go_too(
    context: Context, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "PAUSES_S", ())
    async with running_site() as site:
        camera = {
            "image_url": site.url("/gone.png"),
            "position": {"x": 0.5, "y": 0, "z": 1.5},
            "heading": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
            "fx": 900,
            "fy": 910,
            "cx": 320,
            "cy": 200,
            "camera_index": 0,
        }
        site.page("/0.json", reply(200, frame(1.5, images=[camera])))
        task_id = await ingest_all(context, tenant, [site.url("/0.json")])
    assert await state(context, tenant, task_id) == "error"
    assert len(files(tmp_path, tenant)) == 2
    await sweep_blobs(context, older_than_s=0)
    assert files(tmp_path, tenant) == await rows(context, tenant) == set()


@pytest.mark.parametrize("mode", Mode)
async def test_a_use_that_was_committed_after_the_sweep_had_looked_counts(
    context: Context, tenant: Tenant, mode: Mode
) -> None:
    user = Tenant(tenant.account_id, mode)
    task_id = await living_task(context, user)
    await store_without_use(context, tenant)
    async with context.database.transaction() as db:
        (found,) = await blob_queries.unused_blobs(db, older_than_s=0, most=10)
    await keep(context, user, task_id)
    await delete_if_unused(context, found.account_id, found.sha256)
    assert await context.blobs.get(tenant.account_id, SHA256) == CONTENT
    assert await rows(context, tenant) == {SHA256}


async def test_the_sweep_passes_over_what_is_being_settled(
    context: Context, tenant: Tenant
) -> None:
    task_id = await living_task(context, tenant)
    await store_without_use(context, tenant)
    async with context.database.transaction(tenant) as db:
        await blob_keeping.keep(db, context.blobs, tenant, task_id, SIZES)
        async with asyncio.timeout(10):
            await sweep_blobs(context, older_than_s=0)
    assert await context.blobs.get(tenant.account_id, SHA256) == CONTENT
    assert await uses(context, tenant) == {task_id: {SHA256}}


async def test_who_put_nothing_because_it_was_there_and_settles_after_the_sweep_puts_again(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    async with running_site() as site:
        own, _ = serve_frames(site)
        await ingest_all(context, tenant, [own, site.url("/missing.json")])
        task_id = await make(context, tenant, [own])
        slow = SlowBlobs(context.blobs)
        sweep = asyncio.create_task(
            sweep_blobs(dataclasses.replace(context, blobs=slow), older_than_s=0)
        )
        await slow.reached.wait()
        run = asyncio.create_task(ingest_frame(context, **ids(tenant, task_id), frame_index=0))
        await somebody_waits_for_a_lock(context, tenant)
        slow.go_on.set()
        with pytest.raises(Unavailable, match="swept away"):
            await run
        await sweep
        assert await uses(context, tenant) == {}
        await ingest_frame(context, **ids(tenant, task_id), frame_index=0)
    used = await uses(context, tenant)
    assert len(used[task_id]) == 2
    assert files(tmp_path, tenant) == await rows(context, tenant) == used[task_id]


async def test_what_is_put_after_the_deletion_and_before_its_commit_stays(
    context: Context, tenant: Tenant
) -> None:
    task_id = await living_task(context, tenant)
    await store_without_use(context, tenant)
    slow = SlowBlobs(context.blobs, after_the_file=True)
    sweep = asyncio.create_task(
        sweep_blobs(dataclasses.replace(context, blobs=slow), older_than_s=0)
    )
    await slow.reached.wait()
    await context.blobs.put(tenant.account_id, CONTENT)
    settling = asyncio.create_task(keep(context, tenant, task_id))
    await somebody_waits_for_a_lock(context, tenant)
    slow.go_on.set()
    await asyncio.gather(sweep, settling)
    await sweep_blobs(context, older_than_s=0)
    assert await context.blobs.get(tenant.account_id, SHA256) == CONTENT
    assert await rows(context, tenant) == {SHA256}


@pytest.mark.parametrize("after_the_file", [False, True])
async def test_a_sweep_that_was_killed_in_the_middle_is_repeated(
    context: Context, tenant: Tenant, *, after_the_file: bool
) -> None:
    await store_without_use(context, tenant)
    dying = DyingBlobs(context.blobs, after_the_file=after_the_file)
    with pytest.raises(KilledError):
        await sweep_blobs(dataclasses.replace(context, blobs=dying), older_than_s=0)
    assert await rows(context, tenant) == {SHA256}
    assert await context.blobs.exists(tenant.account_id, SHA256) is not after_the_file
    await sweep_blobs(context, older_than_s=0)
    assert await rows(context, tenant) == set()
    assert not await context.blobs.exists(tenant.account_id, SHA256)


async def test_a_row_that_a_killed_sweep_left_without_file_is_no_file(
    context: Context, tenant: Tenant
) -> None:
    task_id = await living_task(context, tenant)
    await store_without_use(context, tenant)
    await context.blobs.delete(tenant.account_id, SHA256)
    with pytest.raises(Unavailable, match="swept away"):
        await keep(context, tenant, task_id)
    await context.blobs.put(tenant.account_id, CONTENT)
    await keep(context, tenant, task_id)
    await sweep_blobs(context, older_than_s=0)
    assert await context.blobs.get(tenant.account_id, SHA256) == CONTENT


async def test_another_accounts_same_content_is_its_own(context: Context, tenant: Tenant) -> None:
    await store_without_use(context, tenant)
    await delete_if_unused(context, "b" * 24, SHA256)
    assert await context.blobs.exists(tenant.account_id, SHA256)


async def test_a_test_tasks_answer_is_used_by_it(context: Context, tenant: Tenant) -> None:
    test = Tenant(tenant.account_id, Mode.TEST)
    order = operations.read_order(
        LIDAR_ANNOTATION, {"attachments": ["https://data.example/0.json"], "labels": ["Car"]}
    )
    answer = await answers.store(context.blobs, test, order, None)
    async with context.database.transaction(test) as db:
        row = await answers.create_answered(db, context.blobs, test, order, answer, "http://x")
    (file,) = msgspec.to_builtins(answer)["annotations"].values()
    assert await uses(context, test) == {row.task_id: {file["sha256"]}}
