"""Whatever is sent to /v1: no fault of ours, and no status that /openapi.json does not declare.

The document makes the requests (schemathesis). Most of what it invents names nothing that is
there, so half of the names, and of the bodies, are ones that are; bodies with a value changed.
"""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from groundplane.storage.database import Mode
from live_server import LiveServer
from type_orders import ORDERS

SHORT_EXAMPLES = 5
SOAK_CASES, SLICES = 10_000, 4
SCENE = {**ORDERS["lidarannotation"], "project": "streets", "batch": "week 1"}
DEPENDENT = {"type": "lidarsegmentation", "labels": ["Road"], "project": "ground"}
BODIES: dict[str, list[Any]] = {
    "/v1/task/{type_name}": [
        *ORDERS.values(),
        {**SCENE, "dependents": {"defs": [DEPENDENT], "require_audit": True}},
        {**SCENE, "project_param_version": 0, "unique_id": "u", "tags": ["t"], "priority": 10},
    ],
    "/v1/task/{task_id}/dependents/options": [{"defs": [DEPENDENT]}, {"require_audit": True}],
    "/v1/task/{task_id}/audit": [{"accepted": True, "comments": "Good."}],
    "/v1/task/{task_id}/unique_id": [{"unique_id": "u"}],
    "/v1/task/{task_id}/tags": [["a", "b"]],
    "/v1/projects": [{"type": "lidarannotation", "name": "new", "params": {"labels": ["Car"]}}],
    "/v1/projects/{name}/setParams": [{"patch": True, "labels": ["Car"], "instruction": "More."}],
    "/v1/projects/{name}/setOntology": [
        {"ontology": ["Car", {"choice": "Road", "subchoices": ["Kerb"]}], "name": "o"}
    ],
    "/v1/batches": [{"project": "streets", "name": "w", "callback": "https://hooks.example/"}],
    "/v1/files/import": [{"file_url": "http://127.0.0.1:9/none.png", "project_name": "streets"}],
    "/v1/teams/invite": [{"emails": ["a@b.example"], "team_role": "labeler"}],
    "/v1/teams/set_role": [{"emails": ["labeler@example.com"], "team_role": "member"}],
    "/v1/studio/assignments/add": [
        {"emails": ["labeler@example.com"], "projects": ["streets"]},
    ],
    "/v1/studio/projects/{project}/groups": [{"name": "g", "emails": ["labeler@example.com"]}],
    "/v1/studio/projects/{project}/groups/{group}": [
        {"add_emails": ["labeler@example.com"], "remove_emails": []}
    ],
    "/v1/studio/batches/{batch}": [{"groups": ["g"]}],
    "/v1/studio/batches/set_priorities": [{"batches": [{"name": "week 1"}]}],
    "/v1/evaluation_tasks/{type_name}": [
        {**ORDERS["categorization"], "project": "fast", "expected_response": {"a": 1}}
    ],
}
BODIES["/v1/studio/assignments/remove"] = BODIES["/v1/studio/assignments/add"]
BODIES["/v1/training_tasks/{type_name}"] = BODIES["/v1/evaluation_tasks/{type_name}"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)

SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)

Names = dict[str, list[str]]


@pytest.fixture(scope="module")
def names(shared_server: LiveServer) -> Names:
    """What is there: a project, a batch, and tasks in several states."""
    with shared_server.http() as http:
        for name, kind, rapid in (
            ("streets", "lidarannotation", False),
            ("ground", "lidarsegmentation", False),
            ("fast", "categorization", True),
        ):
            body = {"name": name, "type": kind, "rapid": rapid}
            assert http.post("/v1/projects", json=body).status_code == 200
        body = {"project": "streets", "name": "week 1"}
        assert http.post("/v1/batches", json=body).status_code == 200
        ids: list[str] = []
        for _ in range(4):
            order = {**SCENE, "dependents": {"defs": [DEPENDENT]}}
            ids.append(http.post("/v1/task/lidarannotation", json=order).json()["task_id"])
    shared_server.execute(
        "UPDATE task SET state = 'completed', completed_at = now() WHERE task_id = ANY(%s)", ids[:2]
    )
    return {
        "task_id": ids,
        "type_name": sorted(ORDERS),
        "name": ["streets", "ground", "week 1", "a b/1"],
        "project": ["streets"],
        "batch": ["week 1"],
        "group": ["g"],
    }


def operations(server: LiveServer) -> list[Any]:
    document: Any = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    found = [one.ok() for one in document.get_all_operations()]
    return [one for one in found if one.path.startswith("/v1/")]


def ask(
    server: LiveServer, names: Names, operation: Any, *, seed: int | None, examples: int
) -> Counter[int]:
    """How often which status was answered. With a seed the cases are others each time."""
    statuses: Counter[int] = Counter()

    @hypothesis.settings(
        max_examples=examples,
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=SLOW,
    )
    @hypothesis.given(case=operation.as_strategy(), data=st.data())
    def one(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            if data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(names[name]))
        if data.draw(st.booleans()) and operation.path in BODIES and case.body is not None:
            case.body = data.draw(changed(BODIES[operation.path]))
            case.media_type = "application/json"
        reply = case.call(base_url=server.url, auth=(server.keys[Mode.LIVE], ""))
        statuses[reply.status_code] += 1
        case.validate_response(reply, checks=[not_a_server_error, status_code_conformance])

    (one if seed is None else hypothesis.seed(seed)(one))()
    return statuses


@st.composite
def changed(draw: st.DrawFn, bodies: list[Any]) -> Any:
    """One of them, as it is or with a value put in or replaced."""
    body = draw(st.sampled_from(bodies))
    if draw(st.integers(0, 2)) == 0:
        return body
    if isinstance(body, list):
        return [*body, draw(VALUES)]
    return {
        **body,
        draw(st.sampled_from([*sorted(body), "project"]) | st.text(max_size=8)): draw(VALUES),
    }


def test_any_request_is_answered_as_the_document_says(
    shared_server: LiveServer, names: Names
) -> None:
    statuses: Counter[int] = Counter()
    for operation in operations(shared_server):
        statuses += ask(shared_server, names, operation, seed=None, examples=SHORT_EXAMPLES)
    assert statuses[200] > 20
    assert statuses[400] > 20
    assert statuses[404] > 20


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SLICES))
def test_ten_thousand_requests_are_answered_as_the_document_says(
    part: int,
    shared_server: LiveServer,
    names: Names,
    record_property: Callable[[str, object], None],
) -> None:
    wanted = math.ceil(SOAK_CASES / SLICES)
    of_part = operations(shared_server)[part::SLICES]
    statuses: Counter[int] = Counter()
    turn = 0
    while statuses.total() < wanted:  # some have few requests that differ: the others make more
        for operation in of_part:
            statuses += ask(shared_server, names, operation, seed=SLICES * turn + part, examples=60)
        turn += 1
    for status, times in statuses.items():
        record_property(str(status), times)
