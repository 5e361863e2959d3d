"""A task made in the browser: files first, then the task of them, by the rules of the API."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from groundplane.wire.people import Role
from live_server import MOST_UPLOAD_BYTES, LiveServer

FRAME = b'{"device_position":{"x":0,"y":0,"z":1},"points":[{"x":1,"y":2,"z":0}]}'
BYTES = {"content-type": "application/octet-stream"}


def person(server: LiveServer, role: Role) -> httpx.Client:
    client = httpx.Client(base_url=server.url, timeout=20)
    client.post("/app/sign-in", json={"token": server.links[role]}).raise_for_status()
    return client


@pytest.fixture
def manager(server: LiveServer) -> Iterator[httpx.Client]:
    with closing(person(server, Role.MANAGER)) as client:
        yield client


def upload(client: httpx.Client, content: bytes = FRAME, **query: str) -> httpx.Response:
    return client.post(
        "/app/files", params={"name": "frames/0.json", **query}, content=content, headers=BYTES
    )


def order(*urls: str, **more: Any) -> dict[str, Any]:
    params = {"attachments": list(urls), "labels": ["Car"], "attachment_type": "json"}
    return {"type": "lidarannotation", "params": params | more}


def test_a_file_becomes_an_attachment(server: LiveServer, manager: httpx.Client) -> None:
    file = upload(manager, sha256=hashlib.sha256(FRAME).hexdigest()).json()
    assert (file["size"], file["mime_type"]) == (len(FRAME), "application/json")
    assert file["attachment_url"] == f"scaledata://{server.tenant.account_id}/{file['id']}"
    body = order(file["attachment_url"], project="Street 7") | {"makes_project": True}
    made = manager.post("/app/tasks", json=body).json()
    task = server.client().get_task(made["task_id"]).as_dict()
    assert task["params"]["attachments"] == [file["attachment_url"]]
    assert (task["project"], task["status"]) == ("Street 7", "pending")
    projects = manager.get("/app/projects").json()["projects"]
    assert projects == [{"name": "Street 7", "type": "lidarannotation"}]


def test_the_browsers_task_is_checked_as_the_apis_is(manager: httpx.Client) -> None:
    url = upload(manager).json()["attachment_url"]
    for body, sentence in (
        (order(), "Please include an attachment or attachments parameter."),
        (order(url, labels=[]), '"labels" is required'),
        (order("ftp://x/y"), "must be an http, https, s3, gs, file or scaledata URL"),
        (order(url, project="unheard of"), "Project with that name not found."),
        (order(url) | {"type": "sculpture"}, ""),
    ):
        refused = manager.post("/app/tasks", json=body)
        assert refused.status_code in (400, 404)
        assert sentence in refused.json()["error"]


def test_a_project_whose_task_is_refused_is_not_made(manager: httpx.Client) -> None:
    url = upload(manager).json()["attachment_url"]
    body = order(url, project="Half", batch="none of that name") | {"makes_project": True}
    assert manager.post("/app/tasks", json=body).status_code == 404
    assert manager.get("/app/projects").json()["projects"] == []


def test_a_file_over_the_limit_is_refused_by_its_length_and_by_its_bytes(
    manager: httpx.Client,
) -> None:
    assert manager.get("/app/files/limits").json() == {"most_bytes": MOST_UPLOAD_BYTES}
    too_many = bytes(MOST_UPLOAD_BYTES + 1)
    assert upload(manager, bytes(MOST_UPLOAD_BYTES)).status_code == 200
    declared = upload(manager, too_many)
    counted = manager.post(
        "/app/files?name=a", content=iter([too_many[:-5], too_many[-5:]]), headers=BYTES
    )
    for refused in (declared, counted):
        assert refused.status_code == 400
        assert refused.json()["error"] == "File exceeds the size limit of 12 MB."


@pytest.mark.parametrize(
    ("query", "headers", "sentence"),
    [
        ({"sha256": "5" * 64}, BYTES, "The file arrived damaged. Please send it again."),
        ({"sha256": "5"}, BYTES, '"sha256" must be 64 hexadecimal digits'),
        ({"name": ""}, BYTES, '"name" is required'),
        ({}, {"content-type": "text/plain"}, "must be application/octet-stream"),
        ({}, {"content-type": "application/json"}, "must be application/octet-stream"),
    ],
)
def test_a_wrong_upload_is_refused(
    manager: httpx.Client, query: dict[str, str], headers: dict[str, str], sentence: str
) -> None:
    params = {"name": "a.json", **query}
    refused = manager.post("/app/files", params=params, content=FRAME, headers=headers)
    assert refused.status_code == 400
    assert sentence in refused.json()["error"]


def test_another_site_cannot_upload_with_our_cookie(manager: httpx.Client) -> None:
    refused = manager.post(
        "/app/files?name=a",
        content=FRAME,
        headers=BYTES | {"origin": "https://elsewhere.example"},
    )
    assert refused.status_code == 403


def test_only_managers_upload_and_make_tasks(server: LiveServer) -> None:
    with closing(person(server, Role.REVIEWER)) as reviewer:
        assert upload(reviewer).status_code == 403
        assert reviewer.post("/app/tasks", json=order("https://a.example/0")).status_code == 403
        assert reviewer.get("/app/projects").status_code == 403
    with httpx.Client(base_url=server.url) as stranger:
        assert upload(stranger).status_code == 401


def test_the_demo_can_be_labeled_again_and_others_cannot(
    server: LiveServer, manager: httpx.Client
) -> None:
    client = server.client()
    url = upload(manager).json()["attachment_url"]
    body = order(url, unique_id="groundplane-demo", project="Demo", instruction="Look.")
    first = manager.post("/app/tasks", json=body | {"makes_project": True}).json()["task_id"]
    names = []
    for _ in range(2):
        again = manager.post(f"/app/tasks/{first}/again", json={}).json()["task_id"]
        task = client.get_task(again).as_dict()
        assert task["params"]["attachments"] == [url]
        assert (task["project"], task["instruction"]) == ("Demo", "Look.")
        names.append(task["unique_id"])
        assert manager.get(f"/app/tasks/{again}").json()["is_demo"]
    assert names == ["groundplane-demo-2", "groundplane-demo-3"]
    other = manager.post("/app/tasks", json=order(url)).json()["task_id"]
    assert not manager.get(f"/app/tasks/{other}").json()["is_demo"]
    refused = manager.post(f"/app/tasks/{other}/again", json={})
    assert refused.json() == {"status_code": 400, "error": "Only the demo can be labeled again."}


def test_frames_are_not_read_as_json_bodies_are(manager: httpx.Client) -> None:
    """Deeper than a body of JSON may be, and with the character that PostgreSQL cannot keep."""
    odd = json.dumps({"a": "\0"}).encode() + b"[" * 100
    assert upload(manager, odd).status_code == 200
