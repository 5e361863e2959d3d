"""Dependents over HTTP, with keys of both modes; the worker's part is run by hand."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from scaleapi.tasks import TaskType

from groundplane.storage.database import Mode
from groundplane.tasks import dependent_jobs
from groundplane.wire.people import Role
from job_contexts import context_for
from live_server import LiveServer
from type_orders import ORDERS

LINKING: dict[str, Any] = {
    "type": "lidarlinking",
    **{name: value for name, value in ORDERS["lidarlinking"].items() if name != "lidar_task"},
    "camera_ids": [2],
    "labeling_sample_rate": 2,
}
SEGMENTATION: dict[str, Any] = {"type": "lidarsegmentation", "labels": ["Road"]}
NOBODY = "0123456789abcdef01234567"


@pytest.fixture
def live(server: LiveServer) -> Iterator[httpx.Client]:
    with server.http() as http:
        yield http


def root_of(http: httpx.Client, *defs: dict[str, Any], **more: object) -> str:
    body = {**ORDERS["lidarannotation"], **more}
    if defs:
        body["dependents"] = {"defs": list(defs)}
    reply = http.post("/v1/task/lidarannotation", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()["task_id"]


def completed(server: LiveServer, task_id: str) -> None:
    """By whatever route: here nobody works on it."""
    server.execute(
        "UPDATE task SET state = 'completed', completed_at = now() WHERE task_id = %s", task_id
    )


def options(http: httpx.Client, task_id: str, body: object) -> httpx.Response:
    return http.post(f"/v1/task/{task_id}/dependents/options", json=body)


def force(http: httpx.Client, task_id: str) -> httpx.Response:
    return http.post(f"/v1/task/{task_id}/dependents/force_creation")


def error(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]


def test_a_root_shows_what_is_ordered_and_a_task_without_has_no_such_key(
    live: httpx.Client,
) -> None:
    alone = live.get(f"/v1/task/{root_of(live)}").json()
    assert "dependents" not in alone
    root = live.get(f"/v1/task/{root_of(live, LINKING)}").json()
    ordered = {"defs": [LINKING], "require_audit": False, "task_ids": []}
    assert root["dependents"] == ordered
    assert root["params"]["dependents"] == {"defs": [LINKING]}
    listed = {task["task_id"]: task for task in live.get("/v1/tasks").json()["docs"]}
    assert listed[root["task_id"]]["dependents"] == ordered


@pytest.mark.parametrize("wrapped", [False, True])
def test_options_are_merged_by_key_and_taken_in_either_spelling(
    wrapped: bool,  # noqa: FBT001  # a case of the test
    live: httpx.Client,
) -> None:
    def spelled(**fields: object) -> object:
        return {"dependents": fields} if wrapped else fields

    root = root_of(live)
    reply = options(live, root, spelled(defs=[LINKING]))
    assert reply.json()["dependents"]["defs"] == [LINKING]
    reply = options(live, root, spelled(require_audit=True))
    now = {"defs": [LINKING], "require_audit": True}
    assert reply.json()["dependents"] == {**now, "task_ids": []}
    reply = options(live, root, spelled(defs=[SEGMENTATION]))
    now = {"defs": [SEGMENTATION], "require_audit": True}
    assert reply.json()["dependents"] == {**now, "task_ids": []}
    assert live.get(f"/v1/task/{root}").json() == reply.json()
    assert reply.json()["params"]["dependents"] == now


def test_options_that_cannot_be_are_refused_and_change_nothing(
    live: httpx.Client, server: LiveServer
) -> None:
    root = root_of(live, LINKING)
    before = live.get(f"/v1/task/{root}").json()
    invalid = "Parameter is invalid, reason: "
    types = "lidarlinking, lidarsegmentation, lidartopdown"
    assert error(options(live, root, {"defs": [{"type": "annotation"}]})) == (
        400,
        f'{invalid}"dependents.defs.0.type" must be one of [{types}]',
    )
    wrong = {**SEGMENTATION, "lidar_task_frames": [2]}
    assert error(options(live, root, {"defs": [LINKING, wrong]})) == (
        400,
        f'{invalid}"dependents.defs.1.lidar_task_frames.0" must be less than 2',
    )
    assert error(options(live, root, {"require_audit": "often"}))[0] == 400
    assert live.get(f"/v1/task/{root}").json() == before
    assert error(options(live, root_of(live), {})) == (
        400,
        f'{invalid}"dependents.defs" is required',
    )
    picture = live.post("/v1/task/categorization", json=ORDERS["categorization"]).json()["task_id"]
    assert error(options(live, picture, {"defs": []})) == (
        400,
        "Tasks of type categorization have no dependents.",
    )
    completed(server, root)
    assert error(options(live, root, {"defs": [SEGMENTATION]})) == (
        400,
        "Task has already been completed: its dependents cannot be changed.",
    )


def test_creation_is_forced_once_without_the_audit(live: httpx.Client, server: LiveServer) -> None:
    root = root_of(live, LINKING, SEGMENTATION)
    options(live, root, {"require_audit": True})
    assert error(force(live, root)) == (
        400,
        "Task has not been completed: its dependents cannot be created.",
    )
    completed(server, root)
    reply = force(live, root)
    assert reply.status_code == 200, reply.text
    children = [
        live.get(f"/v1/task/{task_id}").json() for task_id in reply.json()["dependents"]["task_ids"]
    ]
    assert [child["type"] for child in children] == ["lidarlinking", "lidarsegmentation"]
    assert [child["params"]["lidar_task"] for child in children] == [root, root]
    assert {child["status"] for child in children} == {"pending"}
    assert error(force(live, root)) == (400, "The dependents of this task exist already.")
    assert live.get(f"/v1/task/{root}").json() == reply.json()


def test_forcing_is_never_a_conflict(live: httpx.Client, server: LiveServer) -> None:
    root = root_of(live, {**SEGMENTATION, "unique_id": "taken"}, unique_id="taken")
    completed(server, root)
    status, sentence = error(force(live, root))
    assert status == 400
    assert sentence.startswith('dependents.defs.0: The unique_id ("taken") is already used')
    nothing = root_of(live)
    completed(server, nothing)
    assert error(force(live, nothing)) == (400, "Task has no dependents defined.")


@pytest.mark.parametrize("path", ["options", "force_creation"])
@pytest.mark.parametrize("task_id", [NOBODY, "fake_id_qwertyuiop"])
def test_a_task_that_is_not_there_or_not_this_keys_is_not_found(
    path: str, task_id: str, live: httpx.Client, server: LiveServer
) -> None:
    own = root_of(live, LINKING)
    with server.http(Mode.TEST) as test:
        for http, wanted in ((live, task_id), (test, own)):
            reply = http.post(f"/v1/task/{wanted}/dependents/{path}", json={"defs": []})
            assert error(reply) == (404, "Task with that ID not found.")


def test_the_official_clients_root_in_test_mode_is_followed_by_answered_tasks(
    server: LiveServer,
) -> None:
    """20 frames at rate 4 leave 1, 5, 9, 13, 17, 20, and rate 2 of those 1, 9, 17, 20."""
    client = server.client(Mode.TEST)
    frames = [f"https://data.example/{index}.json" for index in range(20)]
    root = client.create_task(
        TaskType.LidarAnnotation,
        attachments=frames,
        labels=["Car"],
        labeling_sample_rate=4,
        dependents={"defs": [LINKING]},
    )
    assert root.as_dict()["status"] == "completed"

    async def work() -> None:
        async with context_for(server.urls.app, server.folder) as context:
            await dependent_jobs.read_events(context)
            for (args,) in server.rows(
                "SELECT args FROM procrastinate_jobs WHERE task_name = 'tasks.make_dependent'"
            ):
                assert isinstance(args, dict)
                await dependent_jobs.make_dependent(context, **args)

    asyncio.run(work())
    root.refresh()
    (child_id,) = root.as_dict()["dependents"]["task_ids"]
    child = client.get_task(child_id).as_dict()
    assert (child["type"], child["status"]) == ("lidarlinking", "completed")
    assert child["params"]["lidar_task"] == root.id
    assert child["params"]["task_id"] == root.id
    token = child["response"]["annotations"]["url"].rpartition("/")[2]
    with httpx.Client(base_url=server.url) as http:
        answer = http.get(f"/blobs/{token}").json()
    adjusted = [place for place, frame in enumerate(answer, start=1) if frame["camera_responses"]]
    assert (len(answer), adjusted) == (20, [1, 9, 17, 20])


def test_the_page_of_a_task_tells_its_root_and_its_dependents(
    live: httpx.Client, server: LiveServer
) -> None:
    root = root_of(live, LINKING, SEGMENTATION)
    completed(server, root)
    children = force(live, root).json()["dependents"]["task_ids"]
    with httpx.Client(base_url=server.url) as http:
        http.post("/app/sign-in", json={"token": server.links[Role.LABELER]})
        of_root = http.get(f"/app/tasks/{root}").json()["dependence"]
        of_child = http.get(f"/app/tasks/{children[0]}").json()["dependence"]
    assert of_root == {
        "source_task_id": None,
        "ordered": 2,
        "require_audit": False,
        "made": [
            {"task_id": child, "type": one["type"], "state": "created", "problem": None}
            for child, one in zip(children, (LINKING, SEGMENTATION), strict=True)
        ],
    }
    nothing: dict[str, object] = {"ordered": 0, "require_audit": False, "made": []}
    assert of_child == {"source_task_id": root, **nothing}
