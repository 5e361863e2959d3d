"""What managers do in the browser: people, projects and batches, and what is refused them."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, LiteralString
from urllib.parse import quote

import httpx
import psycopg
import pytest

from groundplane.storage.database import Mode
from groundplane.wire.people import Role
from live_server import LiveServer

Json = Mapping[str, Any]
ODD = "Straße 100% / Nacht?#"
WAITING: LiteralString = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
ONLY_MANAGER = (
    "manager@example.com is the only manager who has ever signed in, and an account needs one."
    " Make somebody else a manager, and let them sign in, first."
)


def signed_in(server: LiveServer, token: str) -> httpx.Client:
    client = httpx.Client(base_url=server.url)
    assert client.post("/app/sign-in", json={"token": token}).status_code == 200
    return client


@pytest.fixture(scope="module")
def manager(shared_server: LiveServer) -> Iterator[httpx.Client]:
    with closing(signed_in(shared_server, shared_server.links[Role.MANAGER])) as client:
        yield client


def invited(server: LiveServer, manager: httpx.Client, email: str, role: str) -> httpx.Client:
    url = asked(manager, "POST", "/app/people", {"email": email, "role": role})["url"]
    return signed_in(server, str(url).partition("token=")[2])


def asked(client: httpx.Client, method: str, path: str, body: Json | None = None) -> Json:
    reply = client.request(method, path, json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def refused(client: httpx.Client, method: str, path: str, body: Json) -> tuple[int, str]:
    reply = client.request(method, path, json=body)
    return reply.status_code, reply.json()["error"]


def people(manager: httpx.Client) -> dict[str, dict[str, str]]:
    return {one["email"]: one for one in manager.get("/app/people").json()["people"]}


def test_an_account_keeps_a_manager_who_can_come_in(
    shared_server: LiveServer, manager: httpx.Client
) -> None:
    me = people(manager)["manager@example.com"]["person_id"]
    asked(manager, "POST", "/app/people", {"email": "link@example.com", "role": "manager"})
    losing: list[tuple[str, str, Json]] = [
        ("PUT", "role", {"role": "reviewer"}),
        ("PUT", "disabled", {"disabled": True}),
        ("POST", "remove", {}),
    ]
    for method, verb, body in losing:
        # Who only has a link to come in by may have lost it.
        assert refused(manager, method, f"/app/people/{me}/{verb}", body) == (409, ONLY_MANAGER)
    with closing(invited(shared_server, manager, "second@example.com", "manager")) as second:
        for method, verb, body in losing:
            status, sentence = refused(second, method, f"/app/people/{me}/{verb}", body)
            assert (status, "only they can change" in sentence) == (403, True)
        asked(manager, "PUT", f"/app/people/{me}/role", {"role": "labeler"})
        assert manager.get("/app/people").status_code == 403
        assert people(second)["second@example.com"]["is_admin"]
        asked(second, "PUT", f"/app/people/{me}/role", {"role": "manager"})
        other = people(second)["second@example.com"]["person_id"]
        asked(second, "POST", f"/app/people/{other}/remove", {})
        assert second.get("/app/me").status_code == 401
    assert "second@example.com" not in people(manager)
    assert people(manager)["manager@example.com"]["is_admin"]


def test_of_two_managers_who_give_up_at_once_one_stays(
    shared_server: LiveServer, manager: httpx.Client
) -> None:
    me = people(manager)["manager@example.com"]["person_id"]
    with (
        closing(invited(shared_server, manager, "third@example.com", "manager")) as third,
        ThreadPoolExecutor(2) as pool,
    ):
        other = people(manager)["third@example.com"]["person_id"]
        with psycopg.connect(shared_server.urls.owner) as held:
            held.execute("SELECT FROM person WHERE role = 'manager' FOR UPDATE")
            body = {"role": "labeler"}
            asks = [
                pool.submit(client.put, f"/app/people/{person_id}/role", json=body)
                for client, person_id in ((manager, me), (third, other))
            ]
            deadline = time.monotonic() + 20
            while shared_server.rows(WAITING) != [(2,)]:
                assert time.monotonic() < deadline, "both wait for the managers"
        assert sorted(ask.result().status_code for ask in asks) == [200, 409]
        left = third if manager.get("/app/people").status_code == 403 else manager
        asked(left, "PUT", f"/app/people/{me}/role", {"role": "manager"})
        if left is third:
            asked(third, "PUT", f"/app/people/{other}/role", {"role": "labeler"})


def test_who_goes_leaves_their_tasks_to_others(
    shared_server: LiveServer, manager: httpx.Client
) -> None:
    with closing(shared_server.http()) as http:
        asked(http, "POST", "/v1/projects", {"name": "leaving", "type": "lidarannotation"})
        body = {"attachments": ["https://data.example/0.json"], "labels": ["Car"]}
        task = {**body, "project": "leaving"}
        ids = [asked(http, "POST", "/v1/task/lidarannotation", task)["task_id"] for _ in "ab"]
    labeler = people(manager)["labeler@example.com"]["person_id"]
    for task_id, state in zip(ids, ("claimed", "submitted"), strict=True):
        shared_server.execute(
            """INSERT INTO stage (account_id, mode, stage_id, task_id, name, position, state,
                   config, lease_person_id, lease_expires_at, submitted_by, submitted_at)
               SELECT account_id, mode, task_id, task_id, 'label', 0, %s::stage_state, '{}',
                   CASE WHEN %s THEN %s END, now() + interval '1 minute',
                   CASE WHEN NOT %s THEN %s END, now() FROM task WHERE task_id = %s""",
            *(state, state == "claimed", labeler, state == "claimed", labeler, task_id),
        )
        shared_server.execute(
            "UPDATE task SET state = %s::task_state WHERE task_id = %s",
            *("in_progress" if state == "claimed" else "completed", task_id),
        )
    shown = asked(manager, "GET", "/app/team-work")
    (mine,) = (one for one in shown["people"] if one["person_id"] == labeler)
    assert (mine["in_hand"], mine["done"], mine["active_at"] is None) == (1, 1, False)
    change = {"emails": ["labeler@example.com"], "projects": ["leaving"]}
    asked(manager, "POST", "/app/assignments", change)
    group = {"name": "night", "emails": ["labeler@example.com"]}
    asked(manager, "POST", "/app/projects/leaving/groups", group)
    with closing(signed_in(shared_server, shared_server.links[Role.LABELER])) as theirs:
        path = f"/app/people/{labeler}/disabled"
        assert asked(manager, "PUT", path, {"disabled": True}) == {"given_back": 1}
        assert theirs.get("/app/me").status_code == 401
        asked(manager, "PUT", path, {"disabled": False})
        assert theirs.get("/app/me").status_code == 401  # by a new link only
    assert shared_server.rows("SELECT lease_person_id FROM stage WHERE state = 'ready'") == [
        (None,)
    ]
    (group,) = manager.get("/app/groups?project=leaving").json()["groups"]
    assert group["emails"] == ["labeler@example.com"]
    asked(manager, "POST", f"/app/people/{labeler}/remove", {})
    assert "labeler@example.com" not in people(manager)
    (group,) = manager.get("/app/groups?project=leaving").json()["groups"]
    assert group["emails"] == []
    again = asked(
        manager, "POST", "/app/people", {"email": "Labeler@example.com", "role": "labeler"}
    )
    assert again["person"]["person_id"] == labeler


def test_an_odd_name_is_found_and_its_versions_say_who_made_them(
    shared_server: LiveServer, manager: httpx.Client
) -> None:
    new = {"name": ODD, "type": "lidarannotation", "params": {"labels": ["Car"]}, "studio": True}
    asked(manager, "POST", "/app/projects", new)
    path = f"/app/projects/{quote(ODD, safe='')}"
    change: Json = {"params": {"labels": ["Car", "Van"], "patch": True}, "after_version": 0}
    asked(manager, "POST", f"{path}/params", change)
    assert refused(manager, "POST", f"{path}/params", change) == (
        *(409, "There is a version 1 by now. Look at it, then save what you want again."),
    )
    with closing(shared_server.http()) as http:
        asked(http, "POST", f"/v1/projects/{quote(ODD, safe='')}/setParams", {"labels": ["Bus"]})
    shown = manager.get(path).json()
    key = shared_server.keys[Mode.LIVE]
    assert [(one["version"], one["made_by"], one["params"]) for one in shown["versions"]] == [
        (2, f"API key live_…{key[-4:]}", {"labels": ["Bus"]}),
        (1, "manager@example.com", {"labels": ["Car", "Van"]}),
        (0, "manager@example.com", {"labels": ["Car"]}),
    ]
    batch: Json = {"name": f"{ODD}/1", "project": ODD, "metadata": {"drive": 7}}
    asked(manager, "POST", "/app/batches", batch)
    at = f"/app/batches/{quote(ODD + '/1', safe='')}"
    assert asked(manager, "GET", at)["status"] == "staging"
    assert asked(manager, "POST", f"{at}/finalize", {})["status"] == "in_progress"
    assert manager.get(f"{path}/batches").json()["total"] == 1
    for other in ("b", "c"):
        asked(manager, "POST", "/app/batches", {"name": other, "project": ODD})
    place = asked(manager, "PUT", "/app/batches/c/place", {"place": 1})
    assert place["place"] == 1
    order = [
        asked(manager, "GET", path)["place"] for path in (f"{at}/place", "/app/batches/b/place")
    ]
    assert 1 not in order
    with closing(shared_server.http()) as http:
        body: Json = {"attachments": ["https://data.example/0.json"], "batch": "b"}
        task_id = asked(http, "POST", "/v1/task/lidarannotation", body)["task_id"]
    listed = manager.get("/app/tasks", params={"batch": "b"}).json()["tasks"]
    assert [(one["task_id"], one["project"], one["batch"]) for one in listed] == [
        (task_id, ODD, "b")
    ]
    lines = {one["name"]: one for one in manager.get("/app/project-overview").json()["projects"]}
    assert lines[ODD]["tasks"] == {"pending": 1, "completed": 0, "error": 0, "canceled": 0}
    assert lines[ODD]["open_batches"] == 3


def test_a_group_is_renamed_and_given_up_with_what_was_kept_for_it(manager: httpx.Client) -> None:
    asked(manager, "POST", "/app/projects", {"name": "grouped", "type": "lidarannotation"})
    asked(manager, "POST", "/app/batches", {"name": "kept", "project": "grouped"})
    who: Json = {"emails": ["reviewer@example.com"], "projects": ["grouped"]}
    asked(manager, "POST", "/app/assignments", who)
    for name in ("day", "night"):
        asked(manager, "POST", "/app/projects/grouped/groups", {"name": name, "emails": []})
    groups = manager.get("/app/groups?project=grouped").json()["groups"]
    day = f"/app/groups/{groups[0]['group_id']}"
    night: Json = {"name": "night", "emails": []}
    assert refused(manager, "PUT", day, night) == (
        *(409, "A group with the name night already exists."),
    )
    outside: Json = {"name": "day", "emails": ["manager@example.com"]}
    assert refused(manager, "PUT", day, outside)[0] == 400
    asked(manager, "PUT", day, {"name": "dawn", "emails": ["reviewer@example.com"]})
    place = asked(manager, "PUT", "/app/batches/kept/groups", {"groups": ["dawn"]})
    assert place["groups"] == [{"name": "dawn", "people": 1}]
    (dawn, _) = manager.get("/app/groups?project=grouped").json()["groups"]
    assert (dawn["name"], dawn["emails"], dawn["batches"]) == (
        *("dawn", ["reviewer@example.com"], ["kept"]),
    )
    asked(manager, "POST", f"{day}/delete", {})
    assert asked(manager, "GET", "/app/batches/kept/place")["groups"] == []
    assert [one["name"] for one in manager.get("/app/groups?project=grouped").json()["groups"]] == [
        "night"
    ]


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("/app/projects", {"name": " ", "type": "lidarannotation"}, '"name" is not allowed'),
        ("/app/projects", {"name": "x", "type": "odd"}, '"type" must be a task type'),
        (
            "/app/projects",
            {"name": "x", "type": "lidarannotation", "params": {"instruction": 1}},
            '"params.instruction" must be a string',
        ),
        ("/app/batches", {"name": "x", "project": "grouped", "callback": "a"}, '"callback" must'),
        ("/app/people", {"email": "nobody", "role": "labeler"}, '"email" must be a valid email'),
        ("/app/people", {"email": "a@b.example", "role": "owner"}, '"role"'),
    ],
)
def test_what_cannot_be_is_blamed_on_its_field(
    manager: httpx.Client, path: str, body: Json, complaint: str
) -> None:
    status, sentence = refused(manager, "POST", path, body)
    assert (status, complaint in sentence) == (400, True), sentence


def test_nobody_reaches_into_another_account_and_labelers_reach_nothing(
    shared_server: LiveServer, manager: httpx.Client
) -> None:
    b = "0b" * 12
    shared_server.execute("INSERT INTO account (account_id, name) VALUES (%s, 'B')", b)
    shared_server.execute(
        "INSERT INTO person (account_id, person_id, email, role) VALUES (%s, %s, 'b@b.example',"
        " 'labeler')",
        *(b, "9" * 24),
    )
    shared_server.execute(
        "INSERT INTO project (account_id, mode, project_id, name, type)"
        " VALUES (%s, 'live', %s, 'theirs', 'lidarannotation')",
        *(b, "7" * 24),
    )
    shared_server.execute(
        "INSERT INTO batch (account_id, mode, batch_id, project_id, name)"
        " VALUES (%s, 'live', %s, %s, 'theirs')",
        *(b, "5" * 24, "7" * 24),
    )
    shared_server.execute(
        "INSERT INTO project_group (account_id, mode, group_id, project_id, name)"
        " VALUES (%s, 'live', %s, %s, 'theirs')",
        *(b, "3" * 24, "7" * 24),
    )
    asks: list[tuple[str, str, Json]] = [
        ("GET", "/app/projects/theirs", {}),
        ("GET", "/app/projects/theirs/batches", {}),
        ("POST", "/app/projects/theirs/params", {"params": {}, "after_version": 0}),
        ("POST", "/app/projects/theirs/ontology", {"ontology": ["Car"]}),
        ("PUT", "/app/projects/theirs/archived", {"archived": True}),
        ("POST", "/app/projects/theirs/groups", {"name": "g", "emails": []}),
        ("POST", "/app/batches", {"name": "mine", "project": "theirs"}),
        ("GET", "/app/batches/theirs", {}),
        ("POST", "/app/batches/theirs/finalize", {}),
        ("PUT", "/app/batches/theirs/metadata", {"metadata": {}}),
        ("GET", "/app/batches/theirs/place", {}),
        ("PUT", "/app/batches/theirs/place", {"place": 1}),
        ("PUT", "/app/batches/theirs/groups", {"groups": []}),
        ("PUT", f"/app/groups/{'3' * 24}", {"name": "g", "emails": []}),
        ("POST", f"/app/groups/{'3' * 24}/delete", {}),
        ("POST", "/app/assignments", {"emails": ["b@b.example"], "projects": ["grouped"]}),
        ("PUT", f"/app/people/{'9' * 24}/role", {"role": "manager"}),
        ("PUT", f"/app/people/{'9' * 24}/disabled", {"disabled": True}),
        ("POST", f"/app/people/{'9' * 24}/remove", {}),
    ]
    assert {(path, refused(manager, method, path, body)[0]) for method, path, body in asks} == {
        (path, 404) for _, path, _ in asks
    }
    lists = ("/app/people", "/app/team-work", "/app/project-overview", "/app/groups")
    assert not [path for path in lists if "theirs" in manager.get(path).text]
    asks += [("GET", path, {}) for path in (*lists, "/app/assignments", "/app/task-types")]
    asks += [
        ("POST", "/app/projects", {"name": "x", "type": "lidarannotation"}),
        ("POST", "/app/people", {"email": "x@b.example", "role": "manager"}),
    ]
    with closing(invited(shared_server, manager, "reader@example.com", "reviewer")) as reviewer:
        assert {refused(reviewer, method, path, body)[0] for method, path, body in asks} == {403}
