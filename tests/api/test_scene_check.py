"""What the doctor found in a task's scene, or in one of which there is no task yet."""

import asyncio
import io
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from groundplane.scenes.formats.conversion import convert, write_folder
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
from groundplane.simulator.drive import scenario
from groundplane.simulator.scene import write_scene
from groundplane.storage.database import Mode
from groundplane.tasks.check_jobs import check_scene
from groundplane.tasks.checking import examined
from groundplane.tasks.jobs import ingest_frame, plan, settle
from groundplane.tasks.trial_jobs import given_up, sweep_trials, try_scene
from groundplane.wire.people import Role
from job_contexts import context_for
from live_server import LiveServer
from scene_faults import FAULTS

FRAMES = 3
OTHER = "c" * 24


def test_of_a_long_scene_neighbours_are_opened() -> None:
    assert examined(24) == frozenset(range(24))
    chosen = examined(500)
    assert len(chosen) == 24
    assert {0, 1, 2, 497, 498, 499} <= chosen


@pytest.fixture(scope="module")
def scenes(shared_server: LiveServer) -> tuple[Path, Path]:
    """A good one, and the same with its camera turned."""
    good, bad = shared_server.folder / "good", shared_server.folder / "bad"
    write_scene(
        good,
        scenario(
            seed=3, frames=FRAMES, points=24_000, cameras=("front",), image_size_px=(360, 240)
        ),
        image_base=good.as_uri(),
        with_truth_files=False,
    )
    scene = [read_scene_frame(path, good) for path in frame_files(good)]
    write_folder(FAULTS["camera turned by 3°"].plant(scene), bad, "json", bad.as_uri())
    return good, bad


@pytest.fixture(scope="module")
def people(shared_server: LiveServer) -> Generator[dict[Role, httpx.Client]]:
    """A link signs in once."""
    with (
        signed_in(shared_server, Role.MANAGER) as manager,
        signed_in(shared_server, Role.LABELER) as labeler,
    ):
        yield {Role.MANAGER: manager, Role.LABELER: labeler}


@pytest.fixture
def page(people: dict[Role, httpx.Client]) -> httpx.Client:
    """A manager's."""
    return people[Role.MANAGER]


def test_a_turned_camera_is_shown_with_its_picture(
    shared_server: LiveServer, scenes: tuple[Path, Path], people: dict[Role, httpx.Client]
) -> None:
    server = shared_server
    good, bad = scenes
    with server.http() as api:
        made = {folder.name: create(api, folder) for folder in (good, bad)}
    page = people[Role.LABELER]
    path = f"/app/tasks/{made['bad']}/check"
    assert page.get(path).json()["checked_at"] is None
    for task_id in made.values():
        asyncio.run(read_and_checked(server, task_id))
    fine = page.get(f"/app/tasks/{made['good']}/check").json()
    assert (fine["findings"], fine["frames"], fine["frames_examined"]) == ([], FRAMES, FRAMES)
    (found,) = page.get(path).json()["findings"]
    assert (found["rule"], found["sensor"]) == ("camera_shifted", "front")
    assert found["frames"] == [0, 1, 2]
    picture = page.get(found["picture_url"])
    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(picture.content)).size == (360, 240)
    assert page.get(f"{path}/pictures/{'0' * 64}").status_code == 404
    assert page.get(f"/app/tasks/{'f' * 24}/check").status_code == 404


async def read_and_checked(server: LiveServer, task_id: str) -> None:
    """All the jobs of a task, here; the last one twice, as any may run."""
    ids = {
        "account_id": server.tenant.account_id,
        "mode": Mode.LIVE.value,
        "task_id": task_id,
    }
    async with context_for(server.urls.app, server.folder) as context:
        await plan(context, **ids)
        for index in range(FRAMES):
            await ingest_frame(context, **ids, frame_index=index)
        await settle(context, **ids)
        await check_scene(context, **ids)
        await check_scene(context, **ids)


def create(api: httpx.Client, folder: Path) -> str:
    attachments = uris(folder)
    reply = api.post(
        "/v1/task/lidarannotation", json={"attachments": attachments, "labels": ["Car"]}
    )
    assert reply.status_code == 200, reply.text
    return reply.json()["task_id"]


def test_a_scene_is_checked_before_there_is_a_task(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    good, bad = (start(page, uris(folder)) for folder in scenes)
    seen = page.get(f"/app/checks/{good}").json()
    assert (seen["is_finished"], seen["frames"], seen["frames_read"]) == (False, None, 0)
    asyncio.run(tried(shared_server, good, bad))
    assert page.get(f"/app/checks/{good}").json() == {
        "is_finished": True,
        "frames": FRAMES,
        "frames_read": FRAMES,
        "frames_examined": FRAMES,
        "failures": [],
        "findings": [],
    }
    path = f"/app/checks/{bad}"
    (found,) = page.get(path).json()["findings"]
    assert (found["rule"], found["frames"]) == ("camera_shifted", [0, 1, 2])
    picture = page.get(found["picture_url"])
    assert Image.open(io.BytesIO(picture.content)).size == (360, 240)
    assert page.get(f"{path}/pictures/{'0' * 64}").status_code == 404
    # Of what was read only the pictures are kept, and they for a day.
    sha256 = found["picture_url"].rpartition("/")[2]
    assert shared_server.rows("SELECT sha256 FROM scene_trial_blob") == [(sha256,)]
    asyncio.run(forgotten(shared_server))
    assert page.get(path).status_code == 404
    assert shared_server.rows("SELECT sha256 FROM scene_trial_blob") == []


def test_what_does_not_come_is_said_with_frame_and_place(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    none = shared_server.folder / "none.json"
    none.write_text('{"device_position": {"x": 0, "y": 0, "z": 1}, "points": [{"x": 1, "y": "a"}]}')
    gone = f"scaledata://{shared_server.tenant.account_id}/6fc9e9a1-3f0c-4c63-9c57-4f3fb4a9c111"
    urls = [uris(scenes[0])[0], gone, none.as_uri()]
    some, all_gone = start(page, urls), start(page, [gone] * 25)
    asyncio.run(tried(shared_server, some, all_gone))
    shown = page.get(f"/app/checks/{some}").json()
    missing, unreadable = shown["failures"]
    assert (missing["frame"], missing["url"], missing["status_code"]) == (1, gone, 404)
    assert (unreadable["frame"], unreadable["url"]) == (2, none.as_uri())
    assert "points[0].y" in unreadable["message"]
    assert (shown["frames_read"], shown["frames_examined"]) == (3, 1)
    stopped = page.get(f"/app/checks/{all_gone}").json()
    assert (stopped["frames_read"], len(stopped["failures"]), stopped["findings"]) == (10, 10, [])


def test_a_check_that_nobody_waits_for_ends(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    check = start(page, uris(scenes[0]))
    path = f"/app/checks/{check}"

    async def stopped_at_a_frame() -> None:
        ids = {"account_id": shared_server.tenant.account_id, "mode": Mode.LIVE.value}
        async with context_for(shared_server.urls.app, shared_server.folder) as context:
            trying = asyncio.create_task(try_scene(context, **ids, trial_id=check))
            while (await asyncio.to_thread(page.get, path)).json()["frames_read"] == 0:
                assert not trying.done()
            assert (await asyncio.to_thread(page.post, f"{path}/stop", json={})).is_success
            await trying

    asyncio.run(stopped_at_a_frame())
    assert page.get(path).status_code == 404
    assert (check,) not in shared_server.rows("SELECT trial_id FROM scene_trial_blob")


def test_a_check_that_is_given_up_says_so(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    check = start(page, uris(scenes[0]))

    async def give_up() -> None:
        tenant = shared_server.tenant
        ids = {"account_id": tenant.account_id, "mode": tenant.mode.value, "trial_id": check}
        async with context_for(shared_server.urls.app, shared_server.folder) as context:
            async with context.database.transaction(tenant) as db:
                await given_up(db, context.queue, **ids)
            await try_scene(context, **ids)

    asyncio.run(give_up())
    shown = page.get(f"/app/checks/{check}").json()
    assert (shown["is_finished"], shown["frames_read"]) == (True, 0)
    assert [one["message"] for one in shown["failures"]] == ["The scene could not be checked."]


def test_a_scene_file_is_checked_as_a_whole(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    whole, cut = (shared_server.folder / f"{name}.sfs" for name in ("whole", "cut"))
    convert(scenes[0], whole)
    cut.write_bytes(whole.read_bytes()[:5000])
    checks = [
        start(page, [file.as_uri()], attachment_type="sensor_fusion") for file in (whole, cut)
    ]
    asyncio.run(tried(shared_server, *checks))
    fine, bad = (page.get(f"/app/checks/{check}").json() for check in checks)
    assert (fine["findings"], fine["failures"], fine["frames_examined"]) == ([], [], FRAMES)
    assert (bad["is_finished"], bad["frames"]) == (True, None)
    assert [(one["frame"], one["url"]) for one in bad["failures"]] == [(None, cut.as_uri())]


def test_an_uploaded_file_that_was_only_looked_at_is_no_used_one(
    shared_server: LiveServer, scenes: tuple[Path, Path], page: httpx.Client
) -> None:
    content = frame_files(scenes[0])[0].read_bytes()
    headers = {"content-type": "application/octet-stream"}
    sent = page.post("/app/files", params={"name": "0.json"}, content=content, headers=headers)
    check = start(page, [sent.json()["attachment_url"]])
    asyncio.run(tried(shared_server, check))
    assert page.get(f"/app/checks/{check}").json()["frames_examined"] == 1
    assert shared_server.rows("SELECT used_at FROM file") == [(None,)]


def test_a_check_is_for_managers_of_its_account(
    shared_server: LiveServer, scenes: tuple[Path, Path], people: dict[Role, httpx.Client]
) -> None:
    manager, labeler = people[Role.MANAGER], people[Role.LABELER]
    for wrong in ({"attachments": []}, {"attachments": ["ftp://x/y"]}, {"attachment": "file:///a"}):
        assert manager.post("/app/checks", json=wrong).status_code == 400
    check = start(manager, uris(scenes[0]))
    path = f"/app/checks/{check}"
    asked = labeler.post("/app/checks", json={"attachments": uris(scenes[0])})
    assert asked.status_code == 403
    assert labeler.get(path).status_code == 403
    assert labeler.get(f"{path}/pictures/{'0' * 64}").status_code == 403
    assert labeler.post(f"{path}/stop", json={}).status_code == 403
    shared_server.execute("INSERT INTO account (account_id, name) VALUES (%s, 'Other')", OTHER)
    shared_server.execute(
        "UPDATE scene_trial SET account_id = %s WHERE trial_id = %s", OTHER, check
    )
    assert manager.get(path).status_code == 404
    assert manager.post(f"{path}/stop", json={}).is_success
    kept = shared_server.rows("SELECT trial_id, account_id FROM scene_trial")
    assert (check, OTHER) in kept


@contextmanager
def signed_in(server: LiveServer, role: Role) -> Generator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as page:
        page.post("/app/sign-in", json={"token": server.links[role]}).raise_for_status()
        yield page


def uris(folder: Path) -> list[str]:
    return [path.as_uri() for path in frame_files(folder)]


def start(page: httpx.Client, urls: list[str], **more: Any) -> str:
    reply = page.post("/app/checks", json={"attachments": urls, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()["check_id"]


async def tried(server: LiveServer, *checks: str) -> None:
    """The job of each; twice, as any may run."""
    ids = {"account_id": server.tenant.account_id, "mode": Mode.LIVE.value}
    async with context_for(server.urls.app, server.folder) as context:
        for check in (*checks, *checks):
            await try_scene(context, **ids, trial_id=check)


async def forgotten(server: LiveServer) -> None:
    async with context_for(server.urls.app, server.folder) as context:
        await sweep_trials(context, older_than_s=0)
