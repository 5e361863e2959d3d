"""The requests of Scale's two Node clients, sent by hand.

`scaleapi` 2.3.2 on npm has its address built in and stands on a package that is no longer kept up,
so it is no dependency of ours; the client generated from Scale's definition (the head of
scaleapi-node, which takes another `environment`) is not published. What either sends is in its
source: the first Basic and JSON, the second Bearer, URLSearchParams and camelCase only in names
that the wire has so.
"""

import uuid
from collections.abc import Iterator

import httpx
import pytest

from groundplane.storage.database import Mode
from live_server import LiveServer

ORDER = {
    "callback_url": "http://hooks.example/cb",
    "instruction": "Draw a box around every car.",
    "attachment": "http://pictures.example/1.jpg",
    "objects_to_annotate": ["Car"],
}
# axios says this of a POST that has no body at all.
NO_BODY = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "0"}


def fresh() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def bearer(server: LiveServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.keys[Mode.LIVE]}", "User-Agent": "axios/0.27.2"}
    with httpx.Client(base_url=f"{server.url}/v1", headers=headers) as http:
        yield http


def ok(reply: httpx.Response) -> dict[str, object]:
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_client_of_npm_creates_fetches_lists_and_cancels(server: LiveServer) -> None:
    with server.http() as http:
        made = ok(http.post("/v1/task/annotation", json=ORDER))
        path = f"/v1/task/{made['task_id']}"
        assert ok(http.get(path, headers={"Accept": "application/json"})) == made
        query = {"type": "annotation", "status": "pending", "limit": "1", "offset": "0"}
        query["start_time"] = str(made["created_at"])
        assert ok(http.get("/v1/tasks", params=query))["docs"] == [made]
        assert ok(http.post(f"{path}/cancel", json={}))["status"] == "canceled"
        assert ok(http.get("/v1/tasks", params=query))["docs"] == []
        refused = http.post("/v1/task/annotation", json={})
        assert (refused.status_code, bool(refused.json()["error"])) == (400, True)


def test_tasks_of_the_generated_client(bearer: httpx.Client) -> None:
    shapes = {"box": {"objects_to_annotate": ["Car"]}}
    for kind, more in (
        ("videoplaybackannotation", {"attachment": "http://videos.example/1.mp4"}),
        ("videoannotation", {"attachments": ["http://videos.example/1.jpg"]}),
    ):
        order = {"instruction": "Look.", "geometries": shapes, "frame_rate": 1, **more}
        assert ok(bearer.post(f"/task/{kind}", json=order))["type"] == kind
    project = fresh()
    ok(bearer.post("/projects", json={"name": project, "type": "annotation"}))
    order = {**ORDER, "project": project, "unique_id": fresh()}
    tasks = [ok(bearer.post("/task/annotation", json=order))]
    tasks += [ok(bearer.post("/task/annotation", json={**ORDER, "project": project}))]
    query = {"project": project, "limit": "1", "include_attachment_url": "true"}
    page = ok(bearer.get("/tasks", params=query))
    assert (page["total"], page["has_more"]) == (2, True)
    rest = ok(bearer.get("/tasks", params={**query, "next_token": str(page["next_token"])}))
    assert [doc["task_id"] for doc in rest["docs"]] == [tasks[0]["task_id"]]  # pyright: ignore[reportGeneralTypeIssues]  # a list of objects

    path = f"/task/{tasks[0]['task_id']}"
    assert ok(bearer.get(path)) == tasks[0]
    # It wraps what is to be set, and so that is what is set.
    changed = ok(bearer.post(f"{path}/setMetadata", json={"docs": {"a": 1}}))
    assert changed["metadata"] == {"docs": {"a": 1}}
    canceled = ok(
        bearer.post(f"{path}/cancel", params={"clear_unique_id": "true"}, headers=NO_BODY)
    )
    assert (canceled["status"], "unique_id" in canceled) == ("canceled", False)


def test_projects_and_batches_of_the_generated_client(bearer: httpx.Client) -> None:
    name = fresh()
    request = {"name": name, "type": "annotation", "rapid": True, "params": {"padding": 1}}
    made = ok(bearer.post("/projects", json=request))
    assert ok(bearer.get(f"/projects/{name}")) == made
    for archived, is_there in (("false", True), ("true", False)):
        listed = bearer.get("/projects", params={"archived": archived}).json()
        assert (made in listed) is is_there
    ok(bearer.post(f"/projects/{name}/setParams", json={"patch": True, "padding": 2}))
    ontology = [{"choice": "Vehicle", "subchoices": ["Car", {"choice": "Van"}]}]
    ok(bearer.post(f"/projects/{name}/setOntology", json={"ontology": ontology}))

    batch = ok(bearer.post("/batches", json={"project": name, "name": fresh()}))
    path = f"/batches/{batch['name']}"
    assert (ok(bearer.get(path)), batch["status"]) == (batch, "staging")
    assert ok(bearer.post(f"{path}/finalize", headers=NO_BODY))["status"] == "in_progress"
    assert ok(bearer.get(f"{path}/status"))["status"] == "in_progress"
    query = {"project": name, "status": "in_progress", "limit": "1", "offset": "0"}
    query |= {"start_time": "2020-01-01", "audited_before": "2199-01-01", "completed_after": ""}
    page = ok(bearer.get("/batches", params=query))
    assert page["total"] == page["totalDocs"]
    assert ok(bearer.get("/batches", params={"project": name}))["total"] == 1


def test_teams_and_studio_of_the_generated_client(bearer: httpx.Client) -> None:
    project, batch, email = fresh(), fresh(), f"{fresh()}@example.com"
    ok(bearer.post("/projects", json={"name": project, "type": "annotation", "studio": True}))
    ok(bearer.post("/batches", json={"project": project, "name": batch}))
    team = bearer.post("/teams/invite", json={"emails": [email], "team_role": "labeler"}).json()
    assert team == bearer.get("/teams").json()
    changed = bearer.post("/teams/set_role", json={"emails": [email], "team_role": "member"})
    assert {mate["email"]: mate["role"] for mate in changed.json()}[email] == "member"

    people = {"emails": [email], "projects": [project]}
    assert ok(bearer.post("/studio/assignments/add", json=people))[email] == [project]
    group = ok(bearer.post(f"/studio/projects/{project}/groups", json={"emails": [], "name": "g"}))
    path = f"/studio/projects/{project}/groups"
    changes = {"add_emails": [email], "remove_emails": []}
    assert ok(bearer.put(f"{path}/g", json=changes))["numWorkers"] == 1
    assert [one["id"] for one in bearer.get(path).json()] == [group["id"]]
    shown = ok(bearer.put(f"/studio/batches/{batch}", json={"groups": ["g"]}))
    assert (shown["groups"], shown["projectName"]) == (["g"], project)
    pending = [{"name": one["name"]} for one in bearer.get("/studio/batches").json()]
    turned = bearer.post("/studio/batches/set_priorities", json={"batches": pending[::-1]})
    assert [{"name": one["name"]} for one in turned.json()] == pending[::-1]
    # The generated client says "groups" where "batches" is asked for.
    wrong = bearer.post("/studio/batches/set_priorities", json={"groups": pending})
    assert wrong.status_code == 400
    back = bearer.post("/studio/batches/reset_priorities", headers=NO_BODY)
    assert [{"name": one["name"]} for one in back.json()] == pending
    assert ok(bearer.post("/studio/assignments/remove", json=people))[email] == []
