"""How the official clients spell their requests, and that each spelling is understood.

The Python client is watched while it speaks; what no client can be seen to send is sent by hand.
"""

import base64
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import scaleapi
from scaleapi.exceptions import ScaleDuplicateResource, ScaleException
from scaleapi.tasks import TaskType

from groundplane.storage.database import Mode
from live_server import LiveServer

FRAMES = [f"https://data.example/{n}.json" for n in range(3)]
ORDER: dict[str, object] = {"attachments": FRAMES, "labels": ["Car"]}
LIDAR = TaskType.LidarAnnotation


def fresh() -> str:
    return str(uuid.uuid4())


@contextmanager
def overheard(monkeypatch: pytest.MonkeyPatch) -> Generator[list[requests.PreparedRequest]]:
    """What the client sends, in order."""
    sent: list[requests.PreparedRequest] = []
    send = requests.Session.send

    def listen(
        session: requests.Session, request: requests.PreparedRequest, **more: object
    ) -> requests.Response:
        sent.append(request)
        return send(session, request, **more)  # pyright: ignore[reportArgumentType]  # handed on

    with monkeypatch.context() as patched:
        patched.setattr(requests.Session, "send", listen)
        yield sent


def test_an_empty_body_is_no_body_and_means_what_was_empty(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client()
    task = client.create_task(LIDAR, **ORDER, tags=["a"], metadata={"a": 1})
    with overheard(monkeypatch) as sent:
        assert client.set_task_metadata(task.id, {}).metadata == {}
        assert not hasattr(client.set_task_tags(task.id, []), "tags")
        assert client.cancel_task(task.id).status == "canceled"
        with pytest.raises(ScaleException, match="attachment"):
            client.create_task(LIDAR)
    for request in sent:
        assert (request.body, request.headers["Content-Length"]) == (None, "0")
        assert request.headers["Content-Type"] == "application/json"


def test_none_is_dropped_from_a_query_and_is_null_in_a_body(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client()
    name = f"a project {fresh()}"
    with overheard(monkeypatch) as sent:
        made = client.create_project(name, LIDAR)
        task = client.create_task(LIDAR, **ORDER, project=name, priority=None, task_id=None)
        listed = client.tasks(project=name, limited_response=True, next_token=None)
        assert list(client.get_batches(name, exclude_archived=True)) == []
    assert b'"params": null' in sent[0].body  # pyright: ignore[reportOperatorIssue]  # bytes
    assert made.version == 0
    assert b'"priority": null' in sent[1].body  # pyright: ignore[reportOperatorIssue]  # bytes
    assert (task.priority, task.params["task_id"]) == (0, None)
    spelled = name.replace(" ", "+")
    assert urlsplit(str(sent[2].url)).query == f"project={spelled}&limited_response=True"
    assert [one.id for one in listed] == [task.id]
    assert urlsplit(str(sent[3].url)).query == f"project={spelled}&offset=0&exclude_archived=True"


def test_every_success_is_200_and_every_refusal_an_object_with_its_code(
    server: LiveServer,
) -> None:
    with server.http(Mode.TEST) as http:
        made = http.post("/v1/task/lidarannotation", json=ORDER)
        assert made.status_code == 200
        path = f"/v1/task/{made.json()['task_id']}"
        for method, where, body in (
            *(("PUT", f"{path}/tags", ["a"]), ("DELETE", f"{path}/tags", ["a"])),
            *(("DELETE", f"{path}/unique_id", None), ("POST", f"{path}/setMetadata", {})),
            ("POST", "/v1/projects", {"name": fresh(), "type": "lidarannotation"}),
        ):
            assert http.request(method, where, json=body).status_code == 200, where
        for method, where, body, code in (
            ("POST", "/v1/task/lidarannotation", {}, 400),
            ("POST", f"{path}/cancel", None, 400),
            ("PUT", "/v1/tasks", None, 404),
            ("GET", "/v1/task/nothing", None, 404),
            ("GET", "/v1/nothing", None, 404),
            ("GET", "/v1/batches/nothing/status", None, 404),
        ):
            refused = http.request(method, where, json=body)
            shown = refused.json()
            assert (refused.status_code, shown["status_code"]) == (code, code), where
            assert set(shown) == {"status_code", "error"}
            assert shown["error"]


def test_a_key_is_a_user_name_or_a_bearer_token(server: LiveServer) -> None:
    with httpx.Client(base_url=server.url) as http:
        for key in server.keys.values():
            name = base64.b64encode(f"{key}:".encode()).decode()
            for credentials in (f"Basic {name}", f"Bearer {key}", f"bearer {key}"):
                reply = http.get("/v1/tasks", headers={"Authorization": credentials})
                assert reply.status_code == 200, credentials
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Token x"}):
            reply = http.get("/v1/tasks", headers=headers)
            assert (reply.status_code, reply.json()["status_code"]) == (401, 401)
            assert reply.headers["www-authenticate"].startswith("Basic")


def test_a_page_has_all_its_keys_and_an_empty_or_unknown_one_is_no_question(
    server: LiveServer,
) -> None:
    name = fresh()
    with server.http() as http:
        http.post("/v1/projects", json={"name": name, "type": "lidarannotation"})
        made = [
            http.post("/v1/task/lidarannotation", json={**ORDER, "project": name}).json()
            for _ in range(3)
        ]
        odd = "status&type=&start_time&nothing=1&unique_id=&tags="
        first = http.get(f"/v1/tasks?project={name}&limit=2&{odd}").json()
        assert set(first) == {"docs", "total", "limit", "offset", "has_more", "next_token"}
        assert (first["total"], first["limit"], first["offset"]) == (3, 2, 0)
        query = {"project": name, "limit": "2", "next_token": first["next_token"]}
        second = http.get("/v1/tasks", params=query).json()
        assert set(second) == {"docs", "total", "limit", "offset", "has_more"}
        listed = [task["task_id"] for page in (first, second) for task in page["docs"]]
        assert listed == [task["task_id"] for task in made[::-1]]
        batches = http.get("/v1/batches", params={"project": name}).json()
        assert set(batches) == {"docs", "total", "totalDocs", "limit", "offset", "has_more"}


def test_a_unique_id_that_is_taken_is_told_with_its_task_but_never_to_a_call_without_a_body(
    server: LiveServer,
) -> None:
    """The client looks into the body of any refused call on a task for its unique_id."""
    client, name = server.client(), fresh()
    task = client.create_task(LIDAR, **ORDER, unique_id=name)
    sentence = f'The unique_id ("{name}") is already used for a different task ({task.id}).'
    other = client.create_task(LIDAR, **ORDER)
    for take in (
        lambda: client.create_task(LIDAR, **ORDER, unique_id=name),
        lambda: client.update_task_unique_id(other.id, name),
    ):
        with pytest.raises(ScaleDuplicateResource) as refused:
            take()
        assert refused.value.message == sentence
    server.execute("UPDATE task SET state = 'completed' WHERE task_id = %s", task.id)
    with server.http() as http:
        for where in ("cancel", "dependents/force_creation"):
            assert http.post(f"/v1/task/{task.id}/{where}").status_code == 400


def test_a_creation_with_an_idempotency_key_is_done_once(server: LiveServer) -> None:
    with server.http() as http:
        headers = {"Idempotency-Key": fresh()}

        def send(**more: object) -> httpx.Response:
            body = {**ORDER, **more}
            return http.post("/v1/task/lidarannotation", json=body, headers=headers)

        first, again = send(metadata={"a": 1}), send(metadata={"a": 1})
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.content == first.content
        assert send(metadata={"a": 2}).status_code == 409


def test_a_form_is_a_body_too(server: LiveServer) -> None:
    """As the samples for curl of 2017: repeated keys are a list."""
    fields = {"attachments": FRAMES, "labels": ["Car", "Van"], "instruction": "Look."}
    with server.http(Mode.TEST) as http:
        made = http.post("/v1/task/lidarannotation", data=fields).json()
    assert (made["instruction"], made["params"]["labels"]) == ("Look.", ["Car", "Van"])


def test_an_answer_has_one_element_for_each_frame(server: LiveServer) -> None:
    task = server.client(Mode.TEST).create_task(LIDAR, **ORDER)
    path = urlsplit(task.response["annotations"]["url"]).path
    with server.http() as http:
        frames = http.get(path).raise_for_status().json()
    assert [set(frame) for frame in frames] == [{"cuboids"}] * len(FRAMES)


def test_the_client_survives_a_name_of_any_characters_in_a_path(server: LiveServer) -> None:
    client = server.client()
    for odd in ("b 1/2", "%2F..%2f", "a?b#c&d=e", "ä\u202e\U0001f4a5", "'; --", "+", "..."):
        name = f"{odd} {fresh()}"
        client.create_project(name, LIDAR)
        assert client.get_project(name).name == name
        assert client.update_project(name, labels=["Car"]).version == 1
        batch = client.create_batch(name, name)
        assert client.get_batch(name).as_dict() == batch.as_dict()
        assert client.get_tasks_count(name, name) == 0


def test_a_client_that_is_told_another_address_uses_it_whole(server: LiveServer) -> None:
    key = server.keys[Mode.LIVE]
    with pytest.raises(ScaleException) as refused:
        scaleapi.ScaleClient(key, api_instance_url=server.url).tasks()
    assert refused.value.code != 200
    assert scaleapi.ScaleClient(key, api_instance_url=f"{server.url}/v1").tasks().limit == 100
