"""The official Python client 2.18.4 against us. Facts of api.md 3.1, 9 and 10."""

import uuid

import pytest
import scaleapi
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)
from scaleapi.tasks import TaskStatus, TaskType

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAMES = ["https://data.example/frame-0.json", "https://data.example/frame-1.json"]
REQUIRED: dict[str, object] = {"attachments": FRAMES, "labels": ["Car", "Truck"]}


def create(client: scaleapi.ScaleClient, **more: object) -> scaleapi.tasks.Task:
    return client.create_task(TaskType.LidarAnnotation, **{**REQUIRED, **more})


def test_a_created_task_is_the_task_that_is_read(client: scaleapi.ScaleClient) -> None:
    created = create(
        client,
        instruction="Label every vehicle.",
        callback_url="http://hooks.example/cb",
        metadata={"run": "scene7", "large": 2**53 + 1},
        priority=20,
        tags=["b", "a"],
        unique_id="scene7-v1",
        attachment_type="json",
        meters_per_unit=2.0,
        task_id=None,
        anything={"of": "mine"},
    )
    read = client.get_task(created.id)
    assert read.as_dict() == created.as_dict()
    shown = read.as_dict()
    assert shown.pop("created_at") == shown.pop("updated_at")
    assert shown == {
        "task_id": created.id,
        "type": "lidarannotation",
        "status": "pending",
        "instruction": "Label every vehicle.",
        "is_test": False,
        "urgency": "standard",
        "priority": 20,
        "params": {
            "attachments": FRAMES,
            "labels": ["Car", "Truck"],
            "attachment_type": "json",
            "meters_per_unit": 2,
            "task_id": None,
            "anything": {"of": "mine"},
            "annotation_attributes": {},
            "labeling_sample_rate": 1,
            "polygons_enabled": False,
            "pitch_and_roll_enabled": False,
        },
        "metadata": {"run": "scene7", "large": 2**53 + 1},
        "callback_url": "http://hooks.example/cb",
        "work_started": False,
        "processed_attachments": [],
        "tags": ["b", "a"],
        "unique_id": "scene7-v1",
    }


def test_what_was_not_given_has_no_key_and_metadata_is_empty(
    client: scaleapi.ScaleClient,
) -> None:
    task = create(client, priority=None)
    absent = ("tags", "unique_id", "instruction", "callback_url", "response", "completed_at")
    assert [name for name in (*absent, "project", "projectId") if hasattr(task, name)] == []
    assert task.metadata == {}
    assert task.as_dict()["priority"] == 0


def test_two_hundred_and_thirty_tasks_are_paged_without_loss(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    made = [create(client, metadata={"n": n}).id for n in range(230)]
    first = client.tasks()
    assert (first.total, first.limit, first.offset, first.has_more) == (230, 100, 0, True)
    second = client.tasks(next_token=first.next_token)
    third = client.tasks(next_token=second.next_token)
    listed = [task.id for page in (first, second, third) for task in page]
    assert listed == made[::-1]
    assert (third.has_more, third.next_token) == (False, None)
    server.execute(
        "WITH p AS (INSERT INTO project (account_id, mode, project_id, name, type) SELECT"
        " account_id, mode, %s, 'lidar', type FROM task LIMIT 1 RETURNING project_id)"
        " UPDATE task SET project_id = p.project_id FROM p",
        "c" * 24,
    )
    assert [task.id for task in client.get_tasks("lidar")] == made[::-1]
    assert client.get_tasks_count("lidar") == 230
    assert [task.id for task in client.get_tasks("lidar", limit=7)] == made[::-1]


def test_pages_do_not_mix_tasks_of_the_same_moment(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    made = {create(client).id for _ in range(7)}
    server.execute("UPDATE task SET created_at = '2024-01-01T00:00:00.123456Z'")
    listed: list[str] = []
    token = None
    while True:
        page = client.tasks(limit=2, next_token=token)
        listed += [task.id for task in page]
        if not page.has_more:
            break
        token = page.next_token
    assert sorted(listed) == sorted(made)


def test_canceling_twice_is_fine_and_can_free_the_unique_id(
    client: scaleapi.ScaleClient,
) -> None:
    task = create(client, unique_id="u")
    task.cancel()
    assert client.get_task(task.id).status == TaskStatus.Canceled.value
    again = client.cancel_task(task.id)
    assert (again.status, again.unique_id) == ("canceled", "u")
    with pytest.raises(ScaleDuplicateResource):
        create(client, unique_id="u")
    freed = client.cancel_task(task.id, clear_unique_id=True)
    assert not hasattr(freed, "unique_id")
    assert create(client, unique_id="u").unique_id == "u"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("completed", "Task has already been completed and cannot be canceled."),
        ("in_progress", "Task has already been started and cannot be canceled."),
        ("in_review", "Task has already been started and cannot be canceled."),
    ],
)
def test_what_is_started_or_done_is_not_canceled(
    client: scaleapi.ScaleClient, server: LiveServer, state: str, sentence: str
) -> None:
    task = create(client)
    server.execute("UPDATE task SET state = %s", state)
    with pytest.raises(ScaleInvalidRequest) as refused:
        task.cancel()
    assert sentence in str(refused.value)


@pytest.mark.parametrize("state", ["created", "ingesting", "ready", "error"])
def test_what_nobody_started_is_canceled(
    client: scaleapi.ScaleClient, server: LiveServer, state: str
) -> None:
    task = create(client)
    server.execute("UPDATE task SET state = %s", state)
    assert client.cancel_task(task.id).status == "canceled"
    assert server.rows("SELECT event FROM task_event ORDER BY seq")[-1] == ("canceled",)


def test_a_unique_id_is_used_once_and_the_refusal_names_the_holder(
    client: scaleapi.ScaleClient,
) -> None:
    task = create(client, unique_id="scene 7, v1")
    with pytest.raises(ScaleDuplicateResource) as refused:
        create(client, unique_id="scene 7, v1")
    assert str(refused.value) == (
        '<Response [409]> The unique_id ("scene 7, v1") is already used for a different task '
        f"({task.id})."
    )
    assert [found.id for found in client.tasks(unique_id="scene 7, v1")] == [task.id]


def test_a_number_as_unique_id_becomes_a_string(client: scaleapi.ScaleClient) -> None:
    assert create(client, unique_id=7001).unique_id == "7001"


def test_an_unknown_key_is_unauthorized(server: LiveServer) -> None:
    stranger = scaleapi.ScaleClient("live_nobody", api_instance_url=f"{server.url}/v1")
    with pytest.raises(ScaleUnauthorized) as refused:
        stranger.tasks()
    assert "Unauthorized: no valid API key provided." in str(refused.value)


@pytest.mark.parametrize("task_id", ["fake_id_qwertyuiop", "f" * 24, "F" * 24, "%2e%2e"])
def test_an_unknown_task_is_not_found_in_the_documented_words(
    client: scaleapi.ScaleClient, task_id: str
) -> None:
    for ask in (client.get_task, client.cancel_task):
        with pytest.raises(ScaleResourceNotFound) as refused:
            ask(task_id)
        assert str(refused.value) == "<Response [404]> Task with that ID not found."


def test_live_and_test_worlds_do_not_see_each_other(server: LiveServer) -> None:
    live, test = server.client(), server.client(Mode.TEST)
    in_live = create(live, unique_id="same")
    in_test = create(test, unique_id="same")
    assert [task.id for task in live.tasks()] == [in_live.id]
    assert [task.id for task in test.tasks()] == [in_test.id]
    for client, foreign in ((live, in_test), (test, in_live)):
        with pytest.raises(ScaleResourceNotFound):
            client.get_task(foreign.id)
        with pytest.raises(ScaleResourceNotFound):
            client.cancel_task(foreign.id)


def test_a_test_key_is_answered_at_once(server: LiveServer) -> None:
    client = server.client(Mode.TEST)
    task = create(client, labels=[{"choice": "Vehicle", "subchoices": ["Van", "Bus"]}])
    assert task.status == "completed"
    assert task.as_dict()["is_test"] is True
    assert task.as_dict()["completed_at"] >= task.as_dict()["created_at"]
    assert task.as_dict()["response"]["annotations"]["url"].startswith(
        "http://groundplane.test/blobs/"
    )
    with pytest.raises(ScaleInvalidRequest):
        task.cancel()


def test_a_project_is_found_by_name_in_its_own_world_and_takes_one_type(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    client.create_project("roads", TaskType.LidarAnnotation)
    client.create_project("pictures", TaskType.ImageAnnotation)
    server.client(Mode.TEST).create_project("tests", TaskType.LidarAnnotation)
    task = create(client, project="roads").as_dict()
    assert task["project"] == "roads"
    assert task["projectId"] == client.get_project("roads").as_dict()["id"]
    with pytest.raises(ScaleResourceNotFound, match="Project with that name not found"):
        create(client, project="tests")
    with pytest.raises(
        ScaleInvalidRequest, match="Project pictures only accepts tasks of type imageannotation"
    ):
        create(client, project="pictures")
    with pytest.raises(ScaleResourceNotFound, match="Batch with that name not found"):
        create(client, batch="week 1")


def test_creation_leaves_a_job_only_if_it_leaves_a_task(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    task = create(client, unique_id="one")
    with pytest.raises(ScaleDuplicateResource):
        create(client, unique_id="one")
    jobs = server.rows("SELECT task_name, queue_name, args->>'task_id' FROM procrastinate_jobs")
    assert jobs == [("tasks.ingest", "ingest", task.id)]
    assert server.rows("SELECT event, from_state, to_state, seq FROM task_event") == [
        ("created", None, "created", 1)
    ]


def test_a_long_unique_id_is_kept_and_a_longer_one_refused(client: scaleapi.ScaleClient) -> None:
    longest = "".join(str(uuid.uuid4()) for _ in range(15))[:512]
    assert create(client, unique_id=longest).unique_id == longest
    with pytest.raises(ScaleInvalidRequest, match="unique_id"):
        create(client, unique_id=f"{longest}x")
