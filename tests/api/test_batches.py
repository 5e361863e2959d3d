"""/v1/batches with the official client (Scale's docs, "Batches")."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
import scaleapi
from scaleapi.batches import BatchStatus
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.tasks import Task, TaskType

from groundplane.storage.database import Mode
from groundplane.wire.people import Role
from live_server import LiveServer

FRAMES = ["https://data.example/0.json"]
NAMES = ["b 1/2", "50%", "%2F", "a/../b", "ünï/😀", "?x=1&y#z", "+", "status", "finalize"]


@pytest.fixture
def client(server: LiveServer) -> scaleapi.ScaleClient:
    """With a project `roads`."""
    client = server.client()
    client.create_project("roads", TaskType.LidarAnnotation, params={"labels": ["Car"]})
    return client


def create(client: scaleapi.ScaleClient, **more: Any) -> Task:
    return client.create_task(TaskType.LidarAnnotation, **{"attachments": FRAMES, **more})


def test_a_batch_as_the_client_makes_and_reads_it(client: scaleapi.ScaleClient) -> None:
    made = client.create_batch("roads", "week 1", metadata={"n": 1})
    shown = made.as_dict()
    assert (made.name, made.project, made.status) == ("week 1", "roads", "in_progress")
    assert (made.metadata, shown["calibration_batch"], "callback" in shown) == (
        {"n": 1},
        False,
        False,
    )
    assert client.get_batch("week 1").as_dict() == shown
    assert client.batch_status("week 1") == {"status": "in_progress"}
    assert client.set_batch_metadata("week 1", {"m": 2}).metadata == {"m": 2}
    assert client.set_batch_metadata("week 1", {}).metadata == {}
    assert made.finalize().as_dict() == client.get_batch("week 1").as_dict()
    assert made.status == "in_progress"


@pytest.mark.parametrize("name", NAMES)
def test_any_text_is_a_name(client: scaleapi.ScaleClient, name: str) -> None:
    for other in NAMES:
        client.create_batch("roads", other)
    assert client.get_batch(name).name == name
    assert client.finalize_batch(name).name == name
    assert client.set_batch_metadata(name, {"a": 1}).name == name
    task = create(client, batch=name)
    assert [found.id for found in client.get_tasks(batch_name=name)] == [task.id]
    assert client.batch_status(name) == {"status": "in_progress", "pending": 1}


def test_a_name_is_used_once_in_all_projects(client: scaleapi.ScaleClient) -> None:
    client.create_project("tracks", TaskType.LidarAnnotation)
    client.create_batch("roads", "b")
    with pytest.raises(ScaleDuplicateResource):
        client.create_batch("tracks", "b")
    with pytest.raises(ScaleResourceNotFound, match="Project with that name not found"):
        client.create_batch("nowhere", "b")


def test_a_batch_implies_its_project(client: scaleapi.ScaleClient) -> None:
    client.create_project("tracks", TaskType.LidarAnnotation, params={"labels": ["Tram"]})
    client.create_project("pictures", TaskType.ImageAnnotation)
    client.create_batch("roads", "b")
    client.create_batch("pictures", "p")
    task = create(client, batch="b")
    shown = task.as_dict()
    assert (shown["batch"], shown["project"], shown["params"]["labels"]) == ("b", "roads", ["Car"])
    assert shown["project_param_version"] == 0
    assert client.get_task(task.id).as_dict() == shown
    assert create(client, batch="b", project="roads").as_dict()["batch"] == "b"
    with pytest.raises(ScaleInvalidRequest, match="must be a batch of the project"):
        create(client, batch="b", project="tracks")
    with pytest.raises(ScaleInvalidRequest, match="Project pictures only accepts tasks of type"):
        create(client, batch="p")
    with pytest.raises(ScaleResourceNotFound, match="Batch with that name not found"):
        create(client, batch="nothing")


def test_the_other_worlds_batch_is_as_unknown_as_none(server: LiveServer) -> None:
    test = server.client(Mode.TEST)
    test.create_project("roads", TaskType.LidarAnnotation)
    test.create_batch("roads", "theirs")
    with closing(server.http()) as http:
        for name in ("theirs", "nobody's"):
            body = {"attachments": FRAMES, "labels": ["Car"], "batch": name}
            for answer in (
                http.get(f"/v1/batches/{name}"),
                http.get(f"/v1/batches/{name}/status"),
                http.post(f"/v1/batches/{name}/finalize"),
                http.post(f"/v1/batches/{name}/setMetadata", json={"a": 1}),
                http.post("/v1/task/lidarannotation", json=body),
            ):
                assert answer.json() == {
                    "status_code": 404,
                    "error": "Batch with that name not found.",
                }
            assert http.get("/v1/tasks", params={"batch": name}).json()["total"] == 0
        assert http.get("/v1/batches").json()["docs"] == []


def test_a_batch_is_complete_while_it_has_tasks_and_none_is_pending(
    client: scaleapi.ScaleClient,
) -> None:
    batch = client.create_batch("roads", "b")
    tasks = [create(client, batch="b") for _ in range(3)]
    assert batch.get_status() == {"status": "in_progress", "pending": 3}
    for task in tasks[:2]:
        task.cancel()
    assert client.get_batch("b").status == "in_progress"
    tasks[2].cancel()
    assert batch.get_status() == {"status": "completed", "canceled": 3}
    assert client.get_batch("b").as_dict()["completed_at"]
    more = create(client, batch="b")
    assert batch.get_status() == {"status": "in_progress", "pending": 1, "canceled": 3}
    assert "completed_at" not in client.get_batch("b").as_dict()
    more.cancel()
    more.cancel()
    assert client.get_batch("b").status == "completed"


def test_a_task_that_is_refused_reopens_nothing(client: scaleapi.ScaleClient) -> None:
    client.create_batch("roads", "b")
    create(client, batch="b", unique_id="u").cancel()
    with pytest.raises(ScaleDuplicateResource):
        create(client, batch="b", unique_id="u")
    assert client.get_batch("b").status == "completed"


def test_two_last_tasks_that_end_at_once_complete_the_batch_once(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    client.create_batch("roads", "b")
    for _ in range(8):
        create(client, batch="b")
    threads = [threading.Thread(target=task.cancel) for task in client.get_tasks(batch_name="b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get_batch("b").status == "completed"
    assert server.rows("SELECT seq, event FROM batch_event") == [(1, "completed")]


def test_a_task_that_is_being_added_keeps_the_batch_open(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    """The last task waits for whoever holds the batch, and then sees what was added."""
    client.create_batch("roads", "b")
    task = create(client, batch="b")
    with psycopg.connect(server.urls.owner) as adding:
        adding.execute("SELECT FROM batch FOR NO KEY UPDATE")
        canceling = threading.Thread(target=task.cancel)
        canceling.start()
        canceling.join(0.5)
        assert canceling.is_alive()
        adding.execute(
            """INSERT INTO task (account_id, mode, task_id, type, state, created_at, updated_at,
                                 batch_id)
               SELECT account_id, mode, repeat('f', 24), type, 'ready', now(), now(), batch_id
               FROM task"""
        )
    canceling.join(10)
    assert client.batch_status("b") == {"status": "in_progress", "pending": 1, "canceled": 1}


@pytest.mark.parametrize("kind", ["rapid", "studio"])
def test_batches_of_rapid_and_studio_projects_wait_to_be_finalized(
    server: LiveServer, kind: str
) -> None:
    client = server.client()
    params = {"labels": ["Car"]}
    rapid, studio = kind == "rapid", kind == "studio"
    client.create_project("r", TaskType.LidarAnnotation, params, rapid=rapid, studio=studio)
    batch = client.create_batch("r", "b", calibration_batch=True)
    assert batch.status == "staging"
    create(client, batch="b").cancel()
    assert client.get_batch("b").status == "staging"
    create(client, batch="b")
    batch.finalize()
    assert batch.status == "in_progress"
    assert client.finalize_batch("b").status == "in_progress"
    with pytest.raises(ScaleInvalidRequest, match="has been finalized and takes no more tasks"):
        create(client, batch="b")
    next(client.get_tasks(batch_name="b")).cancel()
    assert client.get_batch("b").status == "completed"


def test_finalizing_what_is_done_completes_it(server: LiveServer) -> None:
    client = server.client(Mode.TEST)
    client.create_project("r", TaskType.LidarAnnotation, {"labels": ["Car"]}, studio=True)
    client.create_batch("r", "b")
    assert create(client, batch="b").status == "completed"
    assert client.finalize_batch("b").status == "completed"
    assert client.batch_status("b") == {"status": "completed", "completed": 1}


def test_batches_are_paged_newest_first_and_counted(client: scaleapi.ScaleClient) -> None:
    made = [client.create_batch("roads", f"b{n}").name for n in range(107)]
    first = client.batches()
    assert (first.total, first.limit, first.offset, first.has_more) == (107, 100, 0, True)
    assert [batch.name for batch in client.get_batches()] == made[::-1]
    assert client.batches(limit=1).total == 107
    last = client.batches(limit=50, offset=100)
    assert ([batch.name for batch in last.docs], last.has_more) == (made[6::-1], False)
    beyond = client.batches(offset=200)
    assert (beyond.docs, beyond.has_more, beyond.offset) == ([], False, 200)
    assert [b.name for b in client.get_batches(project_name="roads")] == made[::-1]
    assert list(client.get_batches(project_name="nowhere")) == []


def test_batches_are_filtered(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    client.create_project("tracks", TaskType.LidarAnnotation)
    for project, name in (("roads", "one"), ("roads", "two"), ("tracks", "three")):
        client.create_batch(project, name)
    create(client, batch="two").cancel()
    server.execute("UPDATE batch SET created_at = '2024-01-01T10:00:00.5Z' WHERE name = 'one'")
    server.execute("UPDATE batch SET last_audited_at = '2024-02-01' WHERE name = 'three'")

    def names(**query: Any) -> set[str]:
        with closing(server.http()) as http:
            page = http.get("/v1/batches", params=query).raise_for_status().json()
        assert page["total"] == page["totalDocs"] == len(page["docs"])
        return {batch["name"] for batch in page["docs"]}

    assert names(project="roads") == {"one", "two"}
    assert names(status="completed") == {"two"}
    assert names(status="in_progress", project="roads") == {"one"}
    assert names(status="staging") == set()
    assert names(end_time="2024-01-01 10:00:00.500000") == {"one"}
    assert names(start_time="2024-01-01T10:00:00.500001") == {"two", "three"}
    assert names(completed_after="2024-01-01") == {"two"}
    assert names(completed_before="2024-01-01") == set()
    assert names(audited_after="2024-02-01", audited_before="2024-02-01") == {"three"}
    assert names(status="", project="", colour="red") == {"one", "two", "three"}
    completed = client.get_batches(batch_status=BatchStatus.Completed)
    assert [batch.name for batch in completed] == ["two"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert list(client.get_batches(created_after=tomorrow)) == []


def test_archived_batches_can_be_left_out(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    for name in ("old/one", "new"):
        client.create_batch("roads", name)
    with closing(httpx.Client(base_url=server.url)) as manager:
        manager.post("/app/sign-in", json={"token": server.links[Role.MANAGER]})
        body = {"archived": True}
        assert manager.put("/app/batches/old%2Fone/archived", json=body).status_code == 200
    assert [batch.name for batch in client.get_batches(exclude_archived=True)] == ["new"]
    assert [batch.name for batch in client.get_batches()] == ["new", "old/one"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"name": "b"}, '"project" is required'),
        ({"project": "r"}, '"name" is required'),
        ({"project": "r", "name": " "}, '"name" is not allowed to be empty'),
        ({"project": "r", "name": "b", "callback": "hooks.example"}, '"callback" must include'),
        ({"project": "r", "name": "b", "metadata": []}, '"metadata" must be an object'),
        (
            {"project": "r", "name": "b", "metadata": {"a": "x" * 10_233}},
            '"metadata" must not be larger than 10240 bytes',
        ),
        ({"project": "r", "name": "b", "self_label_batch": 3}, '"self_label_batch" must be'),
    ],
)
def test_what_is_no_batch_is_refused(
    shared_server: LiveServer, body: dict[str, object], complaint: str
) -> None:
    with closing(shared_server.http()) as http:
        refused = http.post("/v1/batches", json=body)
        assert refused.status_code == 400
        assert complaint in refused.json()["error"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "offset=-1", "status=done", "exclude_archived=maybe"]
)
def test_a_wrong_query_is_refused(shared_server: LiveServer, query: str) -> None:
    with closing(shared_server.http()) as http:
        assert http.get(f"/v1/batches?{query}").status_code == 400


def test_metadata_of_10240_bytes_is_kept(client: scaleapi.ScaleClient) -> None:
    client.create_batch("roads", "b")
    metadata = {"a": "x" * (10_240 - len('{"a":""}'))}
    assert client.set_batch_metadata("b", metadata).metadata == metadata
    with pytest.raises(ScaleInvalidRequest, match="must not be larger than 10240 bytes"):
        client.set_batch_metadata("b", {"a": metadata["a"] + "x"})
