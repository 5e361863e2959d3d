"""The official client makes a task of each type that it knows, with a live and with a test key."""

import io
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
import scaleapi
from PIL import Image
from scaleapi.exceptions import ScaleInvalidRequest, ScaleResourceNotFound
from scaleapi.tasks import Task, TaskType

from groundplane.storage.database import Mode
from groundplane.wire.people import Role
from live_server import PUBLIC_URL, LiveServer
from type_orders import ORDERS

BUILDS_ON_ANOTHER = (TaskType.LidarLinking,)
FETCHED = (
    *("lidarannotation", "lidarsegmentation", "lidartopdown"),
    *("sensorfusion", "multistage"),
)


def made_projects(server: LiveServer) -> None:
    for client in map(server.client, Mode):
        there = {project.name for project in client.projects()}
        for name, order in ORDERS.items():
            if "project" in order and order["project"] not in there:
                client.create_project(str(order["project"]), TaskType(name))


def create(client: scaleapi.ScaleClient, kind: str, **more: object) -> Task:
    return client.create_task(TaskType(kind), **{**ORDERS[kind], **more})


def addresses(tree: object) -> Iterator[str]:
    if isinstance(tree, str) and tree.startswith(f"{PUBLIC_URL}/blobs/"):
        yield tree
    if isinstance(tree, dict):
        for one in cast("dict[str, object]", tree).values():
            yield from addresses(one)


def fetched(server: LiveServer, url: str) -> httpx.Response:
    with httpx.Client(base_url=server.url) as http:
        reply = http.get(url.removeprefix(PUBLIC_URL))
    assert reply.status_code == 200, reply.text
    return reply


@pytest.mark.parametrize("kind", [t for t in TaskType if t not in BUILDS_ON_ANOTHER])
def test_a_live_task_of_any_type_is_pending(shared_server: LiveServer, kind: TaskType) -> None:
    made_projects(shared_server)
    client = shared_server.client()
    task = create(client, kind.value)
    shown = client.get_task(task.id).as_dict()
    assert shown == task.as_dict()
    assert (shown["type"], shown["status"], shown["is_test"]) == (kind.value, "pending", False)
    assert "response" not in shown
    jobs = shared_server.rows("SELECT args->>'task_id' FROM procrastinate_jobs")
    assert ((task.id,) in jobs) == (kind.value in FETCHED)
    assert client.cancel_task(task.id).status == "canceled"


@pytest.mark.parametrize("kind", [t for t in TaskType if t not in BUILDS_ON_ANOTHER])
def test_a_test_task_of_any_type_is_answered_at_once(
    shared_server: LiveServer, kind: TaskType
) -> None:
    made_projects(shared_server)
    client = shared_server.client(Mode.TEST)
    task = create(client, kind.value)
    shown = task.as_dict()
    assert client.get_task(task.id).as_dict() == shown
    words = ("status", "is_test", "callback_succeeded")
    assert [shown[word] for word in words] == ["completed", True, True]
    assert shown["completed_at"] >= shown["created_at"]
    assert shown["response"]
    for url in addresses(shown["response"]):
        reply = fetched(shared_server, url)
        if reply.headers["content-type"] == "image/png":
            assert Image.open(io.BytesIO(reply.content)).getpixel((0, 0)) == 0
        else:
            assert reply.json() is not None
    with pytest.raises(ScaleInvalidRequest, match="already been completed"):
        task.cancel()


def test_words_that_are_no_type_are_not_found(client: scaleapi.ScaleClient) -> None:
    with pytest.raises(ScaleResourceNotFound):
        client.api.post_request("task/phonecall", body=dict(ORDERS["lidarannotation"]))


def test_a_linking_task_builds_on_a_completed_lidar_task(server: LiveServer) -> None:
    client = server.client()
    lidar = create(client, "lidarannotation")
    with pytest.raises(ScaleInvalidRequest) as refused:
        create(client, "lidarlinking", lidar_task=lidar.id)
    assert str(refused.value).endswith(
        'Parameter is invalid, reason: "lidar_task" must be a completed task of type '
        "lidarannotation or lidarsegmentation"
    )
    server.execute("UPDATE task SET state = 'completed'")
    task = create(client, "lidarlinking", lidar_task=lidar.id, skip_labels=["Car"])
    assert task.as_dict()["params"]["task_id"] == lidar.id
    assert task.as_dict()["params"]["lidar_task"] == lidar.id
    with pytest.raises(ScaleInvalidRequest, match=r'"skip_labels\.0" must be one of its labels'):
        create(client, "lidarlinking", lidar_task=lidar.id, skip_labels=["Truck"])


@pytest.mark.parametrize("task_id", ["f" * 24, "not an id"])
@pytest.mark.parametrize("mode", Mode)
def test_a_lidar_task_that_is_not_there_is_not_found(
    shared_server: LiveServer, task_id: str, mode: Mode
) -> None:
    with pytest.raises(ScaleResourceNotFound, match=r"Task with that ID not found\."):
        create(shared_server.client(mode), "lidarlinking", lidar_task=task_id)


def test_a_lidar_task_of_another_type_or_world_is_refused(server: LiveServer) -> None:
    live, test = server.client(), server.client(Mode.TEST)
    picture = create(test, "imageannotation")
    cuboids = create(test, "lidarannotation", attachments=["https://data.example/0"] * 3)
    points = create(test, "lidarsegmentation")
    for wrong in (picture, points):
        with pytest.raises(ScaleInvalidRequest, match=r"completed task of type lidarannotation$"):
            create(test, "lidarsegmentation", lidar_task=wrong.id)
    with pytest.raises(ScaleResourceNotFound):
        create(live, "lidarsegmentation", lidar_task=cuboids.id)
    with pytest.raises(ScaleInvalidRequest, match=r'"lidar_task_frames\.1" must be less than 3'):
        create(test, "lidarsegmentation", lidar_task=cuboids.id, lidar_task_frames=[2, 3])


def test_test_tasks_are_made_of_one_another(server: LiveServer) -> None:
    client = server.client(Mode.TEST)
    cuboids = create(client, "lidarannotation", attachments=["https://data.example/0"] * 3)
    points = create(
        client, "lidarsegmentation", attachments=None, lidar_task=cuboids.id, lidar_task_frames=[2]
    )
    frames = fetched(server, points.as_dict()["response"]["annotations"]["url"]).json()
    assert [[one["label"] for one in frame["cuboids"]] for frame in frames] == [["Car"]]
    linked = create(client, "lidarlinking", lidar_task=points.id, camera_ids=[1])
    assert fetched(server, linked.as_dict()["response"]["annotations"]["url"]).json() == [
        {"camera_responses": [{"camera_used": 1, "annotations": []}]}
    ]


def test_the_page_of_a_task_says_whether_there_is_a_workstation(server: LiveServer) -> None:
    made = {kind: create(server.client(), kind) for kind in ("lidarannotation", "imageannotation")}
    answered = create(server.client(Mode.TEST), "imageannotation")
    with httpx.Client(base_url=server.url) as http:
        link = server.links[Role.MANAGER]
        signed_in = http.post("/app/sign-in", json={"token": link}, headers={"Origin": server.url})
        assert signed_in.status_code < 300, signed_in.text
        pages: dict[str, Any] = {
            kind: http.get(f"/app/tasks/{task.id}").json() for kind, task in made.items()
        }
        of_test = http.get(f"/app/tasks/{answered.id}?mode=test").json()
    assert pages["lidarannotation"]["has_workstation"] is True
    assert pages["imageannotation"]["has_workstation"] is False
    assert (of_test["status"], of_test["response_url"]) == ("completed", None)


def test_addresses_of_any_type_are_listed_with_the_task(server: LiveServer) -> None:
    client = server.client(Mode.TEST)
    create(client, "imageannotation")
    create(client, "textcollection", attachments=[{"type": "text", "content": "x"}])
    create(client, "categorization", attachment="Rain?", attachment_type="text")
    with server.http(Mode.TEST) as http:
        docs = http.get("/v1/tasks?include_attachment_url=true").json()["docs"]
    urls = [[one["s3URL"] for one in doc["attachmentS3Downloads"]] for doc in docs]
    assert urls == [[], [], ["https://data.example/0"]]
