"""/v1/studio with the official client (Scale's docs, "Studio")."""

from contextlib import closing
from typing import Any

import pytest
import scaleapi
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.studio import StudioProjectGroup
from scaleapi.tasks import TaskType
from scaleapi.teams import TeammateRole

from groundplane.storage.database import Mode
from live_server import LiveServer

LABELER, REVIEWER, MANAGER = (f"{role}@example.com" for role in ("labeler", "reviewer", "manager"))
ODD = "a b/c%2F?"


@pytest.fixture
def client(server: LiveServer) -> scaleapi.ScaleClient:
    """With two projects, one of an odd name."""
    client = server.client()
    for name in (ODD, "roads"):
        client.create_project(name, TaskType.LidarAnnotation, params={"labels": ["Car"]})
    return client


def assigned(client: scaleapi.ScaleClient) -> dict[str, list[str]]:
    found = client.list_studio_assignments()
    return {email: mine.assigned_projects for email, mine in found.items()}


def members(group: StudioProjectGroup) -> list[str]:
    workers: Any = group.as_dict()["workers"]
    assert group.numWorkers == len(workers)
    return [worker["email"] for worker in workers]


def test_people_are_assigned_to_projects(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    assert assigned(client) == {LABELER: [], REVIEWER: [], MANAGER: []}
    client.add_studio_assignments([LABELER, REVIEWER.upper()], ["roads", ODD])
    both = {LABELER: [ODD, "roads"], REVIEWER: [ODD, "roads"], MANAGER: []}
    assert assigned(client) == both
    client.add_studio_assignments([LABELER], ["roads"])
    assert assigned(client) == both
    left = client.remove_studio_assignments([LABELER, MANAGER], [ODD])
    assert left[LABELER].assigned_projects == ["roads"]
    client.invite_teammates(["new@example.com"], TeammateRole.Labeler)
    assert client.add_studio_assignments(["new@example.com"], ["roads"])["new@example.com"]
    assert "new@example.com" not in assigned(client)
    server.execute(
        "INSERT INTO session (account_id, person_id, token_hash, expires_at)"
        " SELECT account_id, person_id, 'x', now() FROM person WHERE email = 'new@example.com'"
    )
    assert assigned(client)["new@example.com"] == ["roads"]


def test_a_group_is_of_people_who_are_assigned(client: scaleapi.ScaleClient) -> None:
    client.add_studio_assignments([LABELER, REVIEWER], [ODD])
    group = client.create_project_group(ODD, [LABELER], "night / shift")
    assert (group.name, group.isSingleton, members(group)) == ("night / shift", False, [LABELER])
    changed = client.update_project_group(ODD, "night / shift", [REVIEWER], [LABELER])
    assert (changed.id, members(changed)) == (group.id, [REVIEWER])
    assert [members(one) for one in client.list_project_groups(ODD)] == [[REVIEWER]]
    assert client.list_project_groups("roads") == []
    with pytest.raises(ScaleDuplicateResource):
        client.create_project_group(ODD, [], "night / shift")
    client.add_studio_assignments([REVIEWER], ["roads"])
    assert members(client.create_project_group("roads", [], "night / shift")) == []
    for call in (
        lambda: client.create_project_group(ODD, [MANAGER], "g"),
        lambda: client.update_project_group(ODD, "night / shift", [MANAGER], []),
    ):
        with pytest.raises(ScaleInvalidRequest, match="must be assigned to the project"):
            call()
    client.remove_studio_assignments([REVIEWER], [ODD])
    assert [members(one) for one in client.list_project_groups(ODD)] == [[]]


def test_who_is_to_work_on_a_batch(client: scaleapi.ScaleClient) -> None:
    client.create_batch("roads", "b/1", calibration_batch=True)
    client.add_studio_assignments([LABELER, REVIEWER], ["roads"])
    client.create_project_group("roads", [LABELER], "day")
    client.create_project_group("roads", [LABELER], "night")
    for _ in range(2):
        client.create_task(
            TaskType.LidarAnnotation, attachments=["https://data.example/0.json"], batch="b/1"
        )
    batch = client.assign_studio_batches("b/1", ["day", REVIEWER])
    assert sorted(batch.groups) == ["day", REVIEWER]
    assert (batch.batch_type, batch.total, batch.completed) == ("Calibration", 2, 0)
    assert (batch.project_name, batch.studio_priority) == ("roads", None)
    assert batch.project_id == client.get_project("roads").as_dict()["id"]
    assert [one.as_dict() for one in client.list_studio_batches()] == [batch.as_dict()]
    singles = [one for one in client.list_project_groups("roads") if one.isSingleton]
    assert [(one.name, members(one)) for one in singles] == [(REVIEWER, [REVIEWER])]
    assert client.assign_studio_batches("b/1", ["night", REVIEWER]).groups == ["night", REVIEWER]
    assert client.assign_studio_batches("b/1", []).groups == []
    with pytest.raises(ScaleInvalidRequest, match="stands for one person"):
        client.update_project_group("roads", REVIEWER, [LABELER], [])
    with pytest.raises(ScaleInvalidRequest, match="must be assigned to the project"):
        client.assign_studio_batches("b/1", [MANAGER])
    with pytest.raises(ScaleResourceNotFound, match="Group with that name"):
        client.assign_studio_batches("b/1", ["nobody"])


def test_the_order_of_batches(client: scaleapi.ScaleClient) -> None:
    for name in ("old", "done", "calibration", "new"):
        client.create_batch("roads", name, calibration_batch=name == "calibration")
    client.create_task(
        TaskType.LidarAnnotation, attachments=["https://data.example/0.json"], batch="done"
    ).cancel()

    def order(batches: list[Any]) -> list[tuple[str, int | None]]:
        return [(batch.name, batch.studio_priority) for batch in batches]

    first = [("calibration", None), ("old", None), ("new", None)]
    assert order(client.list_studio_batches()) == first
    changed = client.set_studio_batches_priorities(["new", "calibration", "old"])
    assert order(changed) == [("new", 1), ("calibration", 2), ("old", 3)]
    client.create_batch("roads", "newest")
    assert order(client.list_studio_batches())[3] == ("newest", None)
    for names, complaint in (
        (["new", "calibration", "old"], "must list all pending batches, newest too"),
        (["new", "new", "calibration", "old"], "contains a duplicate value"),
        (["new", "calibration", "old", "newest", "done"], "must be a pending batch"),
    ):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            client.set_studio_batches_priorities(names)
    with pytest.raises(ScaleResourceNotFound, match="Batch with that name not found"):
        client.set_studio_batches_priorities(["nothing"])
    assert order(client.reset_studio_batches_priorities()) == [*first, ("newest", None)]


def test_what_is_not_there_is_not_found_and_changes_nothing(server: LiveServer) -> None:
    test = server.client(Mode.TEST)
    test.create_project("theirs", TaskType.LidarAnnotation)
    test.create_batch("theirs", "theirs")
    live = server.client()
    live.create_project("mine", TaskType.LidarAnnotation)
    for name in ("theirs", "nobody's"):
        for call in (
            lambda name=name: live.add_studio_assignments([LABELER], ["mine", name]),
            lambda name=name: live.remove_studio_assignments([LABELER], [name]),
            lambda name=name: live.list_project_groups(name),
            lambda name=name: live.create_project_group(name, [], "g"),
            lambda name=name: live.update_project_group(name, "g", [], []),
        ):
            with pytest.raises(ScaleResourceNotFound, match="Project with that name not found"):
                call()
        with pytest.raises(ScaleResourceNotFound, match="Batch with that name not found"):
            live.assign_studio_batches(name, [])
    with pytest.raises(ScaleResourceNotFound, match="Teammate with that email not found"):
        live.add_studio_assignments(["nobody@example.com"], ["mine"])
    with pytest.raises(ScaleResourceNotFound, match="Group with that name not found"):
        live.update_project_group("mine", "g", [], [])
    assert assigned(live)[LABELER] == []
    test.add_studio_assignments([LABELER], ["theirs"])
    assert assigned(live)[LABELER] == []
    assert live.list_studio_batches() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "assignments/add", {"emails": [LABELER]}),
        ("POST", "assignments/add", {"emails": [LABELER], "projects": []}),
        ("POST", "assignments/remove", {"emails": "x", "projects": ["p"]}),
        ("POST", "projects/roads/groups", {"emails": []}),
        ("POST", "projects/roads/groups", {"emails": [], "name": " "}),
        ("PUT", "batches/b", {}),
        ("PUT", "batches/b", {"groups": [""]}),
        ("POST", "batches/set_priorities", {"batches": ["b"]}),
        ("POST", "batches/set_priorities", {}),
    ],
)
def test_wrong_bodies_are_refused(
    shared_server: LiveServer, method: str, path: str, body: dict[str, object]
) -> None:
    with closing(shared_server.http()) as http:
        refused = http.request(method, f"/v1/studio/{path}", json=body)
    assert refused.status_code == 400
    assert refused.json()["error"].startswith('Parameter is invalid, reason: "')
