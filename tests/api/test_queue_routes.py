"""The pages of queue and review over HTTP: who may see and do what."""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest
from scaleapi.tasks import TaskType

from groundplane.wire.people import Role
from live_server import LiveServer


@contextmanager
def signed_in(server: LiveServer, role: Role) -> Generator[httpx.Client]:
    with httpx.Client(base_url=server.url) as http:
        http.post("/app/sign-in", json={"token": server.links[role]}).raise_for_status()
        yield http


def test_roles_decide_and_an_empty_queue_says_so(server: LiveServer) -> None:
    nobody = "0" * 24
    with signed_in(server, Role.LABELER) as labeler, signed_in(server, Role.MANAGER) as manager:
        assert labeler.get("/app/queue").json() == {"waiting": [], "held": []}
        assert labeler.post("/app/queue/next", json={}).json() == {"task_id": None}
        for path in ("/app/review", "/app/review-rules"):
            assert labeler.get(path).status_code == 403
        assert labeler.post("/app/review/next", json={}).status_code == 403
        rule = {"project": None, "reviewed": True}
        assert labeler.put("/app/review-rules", json=rule).status_code == 403
        assert manager.put("/app/review-rules", json=rule).json() == rule
        assert manager.get("/app/review-rules").json() == {"rules": [rule]}
        unknown = manager.put("/app/review-rules", json={"project": "no/such", "reviewed": True})
        assert unknown.status_code == 404
        assert manager.get("/app/review").json() == {"waiting": [], "held": [], "in_review": []}
        for path, body in (
            ("give-back", {}),
            ("assignment", {"person_id": None}),
            ("verdict", {"lease_id": str(server.tenant.account_id), "fence": 1, "seq": 1}),
        ):
            reply = manager.post(f"/app/tasks/{nobody}/{path}", json=body)
            assert reply.status_code in (400, 404), (path, reply.text)


@pytest.mark.parametrize("name", ["a/b", "50 %", "ü?#"])
def test_a_project_of_any_name_can_be_reviewed(server: LiveServer, name: str) -> None:
    server.client().create_project(name, TaskType.LidarAnnotation)
    with signed_in(server, Role.MANAGER) as manager:
        rule = {"project": name, "reviewed": True}
        assert manager.put("/app/review-rules", json=rule).status_code == 200
        assert rule in manager.get("/app/review-rules").json()["rules"]
        manager.put("/app/review-rules", json={**rule, "reviewed": False})
        assert rule not in manager.get("/app/review-rules").json()["rules"]


def test_a_project_says_what_the_checks_mean(server: LiveServer) -> None:
    server.client().create_project("roads", TaskType.LidarAnnotation)
    with signed_in(server, Role.LABELER) as labeler, signed_in(server, Role.MANAGER) as manager:

        def rules() -> dict[str | None, dict[str, str]]:
            shown = manager.get("/app/work-checks").json()["rules"]
            return {rule["project"]: rule["checks"] for rule in shown}

        rule = {"project": "roads", "checks": {"no_points": "must_fix", "cut": "off"}}
        assert labeler.put("/app/work-checks", json=rule).status_code == 403
        assert labeler.get("/app/work-checks").status_code == 403
        said = manager.put("/app/work-checks", json=rule).json()["checks"]
        assert (said["no_points"], said["cut"], said["overlap"]) == ("must_fix", "off", "warning")
        assert rules() == {None: dict.fromkeys(said, "warning"), "roads": said}
        changed = {"project": "roads", "checks": {"no_points": "warning", "cut": "must_fix"}}
        assert manager.put("/app/work-checks", json=changed).status_code == 200
        assert rules()["roads"] == dict.fromkeys(said, "warning") | {"cut": "must_fix"}
        for checks, status in (
            ({"unlabeled": "must_fix"}, 400),
            ({"no_such": "off"}, 400),
            ({"cut": "sometimes"}, 400),
        ):
            refused = manager.put("/app/work-checks", json={"project": None, "checks": checks})
            assert refused.status_code == status, refused.text
        unknown = manager.put("/app/work-checks", json={"project": "no/such", "checks": {}})
        assert unknown.status_code == 404
