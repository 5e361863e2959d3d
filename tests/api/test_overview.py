"""/app/tasks: what the people of an account see of its tasks."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
import msgspec
import pytest

from groundplane.wire.people import Role
from live_server import LiveServer

BODY = {
    "attachments": ["https://data.example/0.json", "https://data.example/1.json"],
    "labels": ["Car"],
    "instruction": "Label every car. " * 20,
    "callback_url": "https://hooks.example/cb",
    "metadata": {"secret": "of managers"},
}


def create(server: LiveServer, **more: object) -> str:
    with server.http() as http:
        return http.post("/v1/task/lidarannotation", json=BODY | more).json()["task_id"]


@contextmanager
def signed_in(server: LiveServer, role: Role) -> Generator[httpx.Client]:
    with httpx.Client(base_url=server.url) as http:
        reply = http.post("/app/sign-in", json={"token": server.links[role]})
        assert reply.status_code == 200, reply.text
        yield http


def test_the_list_is_paged_and_short(server: LiveServer) -> None:
    ids = [create(server, unique_id=str(n)) for n in range(5)]
    with signed_in(server, Role.LABELER) as http:
        first = http.get("/app/tasks?limit=3").json()
        second = http.get("/app/tasks", params={"next_token": first["next_token"]}).json()
    assert (first["total"], second["next_token"]) == (5, None)
    assert [t["task_id"] for t in first["tasks"] + second["tasks"]] == ids[::-1]
    head = first["tasks"][0]
    assert len(head["instruction"]) == 120
    assert (head["status"], head["state"], head["is_test"]) == ("pending", "created", False)
    assert "callback_url" not in head


def test_the_list_is_filtered_by_our_words_and_the_wires(server: LiveServer) -> None:
    ready, waiting = create(server), create(server)
    server.execute("UPDATE task SET state = 'ready' WHERE task_id = %s", ready)
    with signed_in(server, Role.LABELER) as http:

        def listed(query: str) -> list[str]:
            page = http.get(f"/app/tasks?{query}").json()
            assert page["total"] == len(page["tasks"])
            return [task["task_id"] for task in page["tasks"]]

        assert listed("status=ready") == [ready]
        assert listed("status=pending") == [waiting, ready]
        assert listed("status=completed") == []
        assert listed("type=lidarannotation&status=") == [waiting, ready]
        assert listed("type=lidarlinking") == []
        assert listed("project=none") == []
        assert http.get("/app/tasks?status=odd").status_code == 400


def test_frames_on_their_way_and_the_person_at_work_are_shown(server: LiveServer) -> None:
    task_id = create(server)
    server.execute(
        "INSERT INTO scene_frame (account_id, mode, task_id, frame_index, attachment_url, error,"
        " settled_at) SELECT account_id, mode, task_id, 1, 'https://data.example/1.json',"
        """ '{"message": "Not JSON.", "url": "https://data.example/1.json", "status_code": 200,"""
        """ "is_download": false}', now() FROM task"""
    )
    server.execute(
        "INSERT INTO scene_frame (account_id, mode, task_id, frame_index, attachment_url)"
        " SELECT account_id, mode, task_id, 0, 'x' FROM task"
    )
    server.execute(
        "INSERT INTO stage (account_id, mode, stage_id, task_id, name, position, state, config,"
        " lease_person_id, lease_expires_at)"
        " SELECT t.account_id, mode, 's', task_id, 'label', 0, 'claimed', '{}', person_id,"
        " now() + interval '1 minute' FROM task t JOIN person p ON role = 'reviewer'"
    )
    with signed_in(server, Role.LABELER) as http:
        (head,) = http.get("/app/tasks").json()["tasks"]
        detail = http.get(f"/app/tasks/{task_id}").json()
        server.execute("UPDATE stage SET lease_expires_at = now() - interval '1 second'")
        (later,) = http.get("/app/tasks").json()["tasks"]
    assert (head["frames_total"], head["frames_settled"], head["frames_failed"]) == (2, 1, 1)
    assert (head["lease_holder"], later["lease_holder"]) == ("reviewer@example.com", None)
    assert detail["bad_frames"] == [
        {
            "frame": 1,
            "message": "Not JSON.",
            "url": "https://data.example/1.json",
            "status_code": 200,
        }
    ]


def test_managers_see_all_of_a_task_and_others_only_the_work(server: LiveServer) -> None:
    task_id = create(server, tags=["a"])
    server.execute(
        """UPDATE task SET state = 'completed', completed_at = now(),
           response = '{"annotations": {"url": "https://results.example/1"}}'"""
    )
    with signed_in(server, Role.MANAGER) as http:
        seen = http.get(f"/app/tasks/{task_id}").json()
    assert seen["instruction"] == BODY["instruction"]
    assert (seen["callback_url"], seen["response_url"]) == (
        "https://hooks.example/cb",
        "https://results.example/1",
    )
    assert (seen["metadata"], seen["params"]["labels"]) == ({"secret": "of managers"}, ["Car"])
    assert [event["event"] for event in seen["events"]] == ["created"]
    for role in (Role.LABELER, Role.REVIEWER):
        with signed_in(server, role) as http:
            seen = http.get(f"/app/tasks/{task_id}").json()
        hidden = ("callback_url", "response_url", "metadata", "params")
        assert [seen[name] for name in hidden] == [None] * 4
        assert seen["tags"] == ["a"]


URL = "https://data.example/1.json"


@pytest.mark.parametrize(
    ("details", "bad_frame"),
    [
        (
            {
                "frames": [
                    {"frame": 1, "message": "m", "attachment": {"statusCode": 404, "url": "u"}}
                ]
            },
            {"frame": 1, "message": "m", "url": "u", "status_code": 404},
        ),
        (
            {"attachments": [{"statusCode": 403, "url": URL}]},
            {
                "frame": 1,
                "message": "The server answered 403.",
                "url": URL,
                "status_code": 403,
            },
        ),
    ],
)
def test_a_task_in_error_names_its_bad_frames(
    server: LiveServer, details: dict[str, object], bad_frame: dict[str, object]
) -> None:
    task_id = create(server)
    server.execute(
        "UPDATE task SET state = 'error', response = %s::jsonb",
        msgspec.json.encode({"error": "e"} | details).decode(),
    )
    with signed_in(server, Role.LABELER) as http:
        detail = http.get(f"/app/tasks/{task_id}").json()
    assert (detail["error"], detail["status"]) == ("e", "error")
    assert detail["bad_frames"] == [bad_frame]


def test_the_test_world_is_shown_to_managers_who_ask_for_it(server: LiveServer) -> None:
    create(server)
    with signed_in(server, Role.MANAGER) as http:
        assert http.get("/app/tasks?mode=test").json()["tasks"] == []
        assert http.get("/app/tasks").json()["total"] == 1
    with signed_in(server, Role.LABELER) as http:
        assert http.get("/app/tasks?mode=test").status_code == 403


def test_an_unknown_task_and_a_stranger_get_nothing(server: LiveServer) -> None:
    task_id = create(server)
    with signed_in(server, Role.MANAGER) as http:
        assert http.get(f"/app/tasks/{'f' * 24}").status_code == 404
        assert http.get("/app/tasks/x").status_code == 404
    with httpx.Client(base_url=server.url) as http:
        assert http.get(f"/app/tasks/{task_id}").status_code == 401
