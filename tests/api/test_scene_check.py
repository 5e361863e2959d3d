"""What the doctor found in a task's scene, from the frames to the page's data."""

import asyncio
import io
from pathlib import Path

import httpx
from PIL import Image

from groundplane.scenes.formats.conversion import write_folder
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
from groundplane.simulator.drive import scenario
from groundplane.simulator.scene import write_scene
from groundplane.storage.database import Mode
from groundplane.tasks.check_jobs import check_scene, examined
from groundplane.tasks.jobs import ingest_frame, plan, settle
from groundplane.wire.people import Role
from job_contexts import context_for
from live_server import LiveServer
from scene_faults import FAULTS

FRAMES = 3


def test_of_a_long_scene_neighbours_are_opened() -> None:
    assert examined(24) == frozenset(range(24))
    chosen = examined(500)
    assert len(chosen) == 24
    assert {0, 1, 2, 497, 498, 499} <= chosen


def test_a_turned_camera_is_shown_with_its_picture(shared_server: LiveServer) -> None:
    server = shared_server
    good, bad = server.folder / "good", server.folder / "bad"
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
    with server.http() as api:
        made = {folder.name: create(api, folder) for folder in (good, bad)}
    with httpx.Client(base_url=server.url) as page:
        page.post("/app/sign-in", json={"token": server.links[Role.LABELER]})
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
    attachments = [path.as_uri() for path in frame_files(folder)]
    reply = api.post(
        "/v1/task/lidarannotation", json={"attachments": attachments, "labels": ["Car"]}
    )
    assert reply.status_code == 200, reply.text
    return reply.json()["task_id"]
