"""/v1/projects with the official client, and what tasks inherit (Scale's docs, "Projects")."""

from contextlib import closing
from typing import Any

import httpx
import pytest
import scaleapi
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.projects import Project
from scaleapi.tasks import Task, TaskType

from groundplane.storage.database import Mode
from groundplane.wire.people import Role
from live_server import LiveServer

FRAMES = ["https://data.example/0.json"]
NAMES = ["a b/c", "50%", "50%25", "%2F", "a/../b", "ünï/😀", "?x=1&y#z", " both ends ", "+", "..."]


def create(client: scaleapi.ScaleClient, **more: Any) -> Task:
    return client.create_task(TaskType.LidarAnnotation, **{"attachments": FRAMES, **more})


def params_of(project: Project) -> dict[str, Any]:
    """Of its newest version."""
    assert project.params is not None
    return project.params


def test_a_project_as_the_client_makes_and_reads_it(client: scaleapi.ScaleClient) -> None:
    made = client.create_project("roads", TaskType.LidarAnnotation)
    assert (made.name, made.type, made.version, made.instruction) == (
        *("roads", "lidarannotation"),
        *(0, None),
    )
    (only,) = made.as_dict()["param_history"]
    assert only == {"version": 0, "created_at": made.as_dict()["created_at"]}
    assert client.get_project("roads").as_dict() == made.as_dict()
    assert [project.name for project in client.projects()] == ["roads"]


def test_what_is_given_at_the_start_is_version_0(client: scaleapi.ScaleClient) -> None:
    params = {"instruction": "Label.", "labels": ["b", "a"], "none": None}
    made = client.create_project(
        "r", TaskType.LidarAnnotation, params=params, rapid=True, dataset_id="ds_1"
    ).as_dict()
    (only,) = made["param_history"]
    assert (only["version"], only["instruction"], only["labels"]) == (0, "Label.", ["b", "a"])
    assert "none" not in only
    assert (made["rapid"], made["studio"], made["datasetId"]) == (True, False, "ds_1")


def test_each_set_params_is_a_version_and_patch_keeps_the_rest(
    client: scaleapi.ScaleClient,
) -> None:
    client.create_project("r", TaskType.LidarAnnotation, params={"instruction": "0", "x": 1})
    patched = client.update_project("r", patch=True, instruction="1", y={"b": 1, "a": 2})
    assert (patched.version, patched.instruction) == (1, "1")
    assert params_of(patched)["x"] == 1
    assert list(params_of(patched)["y"]) == ["b", "a"]
    assert "x" not in params_of(client.update_project("r", patch=True, x=None))
    replaced = client.update_project("r", patch=False, instruction="2")
    history = replaced.as_dict()["param_history"]
    assert [entry["version"] for entry in history] == [0, 1, 2, 3]
    assert [entry["instruction"] for entry in history] == ["0", "1", "1", "2"]
    assert set(history[3]) == {"version", "created_at", "instruction"}


def test_a_version_may_be_sent_back_as_it_was_read(client: scaleapi.ScaleClient) -> None:
    client.create_project("r", TaskType.LidarAnnotation, params={"x": 1})
    again = client.update_project("r", **params_of(client.get_project("r")))
    assert (again.version, params_of(again)["x"]) == (1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_any_text_is_a_name(client: scaleapi.ScaleClient, name: str) -> None:
    for other in NAMES:
        client.create_project(other, TaskType.LidarAnnotation)
    assert client.get_project(name).name == name
    assert client.update_project(name, patch=True, instruction="i").name == name
    assert create(client, project=name, labels=["Car"]).as_dict()["project"] == name
    with pytest.raises(ScaleInvalidRequest, match="have no task template"):
        client.get_project_template(name)


def test_a_name_is_used_once_in_a_world(server: LiveServer) -> None:
    live, test = server.client(), server.client(Mode.TEST)
    live.create_project("r", TaskType.LidarAnnotation)
    with pytest.raises(ScaleDuplicateResource):
        live.create_project("r", TaskType.ImageAnnotation)
    test.create_project("r", TaskType.LidarAnnotation, params={"x": "of the test world"})
    assert "x" not in params_of(live.get_project("r"))


def test_the_other_worlds_project_is_as_unknown_as_none(server: LiveServer) -> None:
    server.client(Mode.TEST).create_project("theirs", TaskType.LidarAnnotation)
    with closing(server.http()) as http:
        for name in ("theirs", "nobody's"):
            body = {"attachments": FRAMES, "labels": ["Car"], "project": name}
            answers = [
                http.get(f"/v1/projects/{name}"),
                http.get(f"/v1/projects/{name}/taskTemplates"),
                http.post(f"/v1/projects/{name}/setParams", json={"instruction": "x"}),
                http.post(f"/v1/projects/{name}/setOntology", json={"ontology": ["a"]}),
                http.post("/v1/task/lidarannotation", json=body),
                http.post("/v1/batches", json={"project": name, "name": "b"}),
            ]
            for answer in answers:
                assert answer.json() == {
                    "status_code": 404,
                    "error": "Project with that name not found.",
                }
        assert http.get("/v1/projects").json() == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"type": "lidarannotation"}, '"name" is required'),
        ({"name": "r"}, '"type" is required'),
        ({"name": "r", "type": "sculpture"}, '"type" must be a task type'),
        ({"name": "  ", "type": "lidarannotation"}, '"name" is not allowed to be empty'),
        ({"name": "..", "type": "lidarannotation"}, '"name" must not be ..'),
        ({"name": "n" * 201, "type": "lidarannotation"}, '"name" length must be less'),
        ({"name": "r", "type": "lidarannotation", "rapid": "yes"}, '"rapid" must be a boolean'),
        ({"name": "r", "type": "lidarannotation", "params": []}, '"params" must be an object'),
        (
            {"name": "r", "type": "lidarannotation", "params": {"instruction": 1}},
            '"params.instruction" must be a string',
        ),
        ({"name": "r", "type": "lidarannotation", "pipeline": "x"}, '"pipeline" '),
    ],
)
def test_what_is_no_project_is_refused(
    shared_server: LiveServer, body: dict[str, object], complaint: str
) -> None:
    with closing(shared_server.http()) as http:
        refused = http.post("/v1/projects", json=body)
    assert refused.status_code == 400
    assert complaint in refused.json()["error"]


def test_an_ontology_has_each_choice_once_and_keeps_its_history(server: LiveServer) -> None:
    server.client().create_project("r", TaskType.LidarAnnotation)
    first = ["Road", {"choice": "Vehicle", "description": "d", "subchoices": ["Car", "Bus"]}]
    with closing(server.http()) as http:
        path = "/v1/projects/r/setOntology"
        assert http.post(path, json={"ontology": first, "name": "v1"}).status_code == 200
        shown = http.post(path, json={"ontology": ["Road"]}).json()["ontology_history"]
        assert [(entry["version"], entry["ontology"]) for entry in shown] == [
            *[(0, first), (1, ["Road"])]
        ]
        assert (shown[0]["name"], "name" in shown[1]) == ("v1", False)
        for bad, where in (
            (["Car", {"choice": "V", "subchoices": ["Car"]}], "ontology.1.subchoices.0"),
            ([{"choice": "Car"}, "Car"], "ontology.1"),
            ([{"display": "x"}], "ontology.0.choice"),
            ([7], "ontology.0"),
            ([{"choice": "V", "subchoices": "Car"}], "ontology.0.subchoices"),
            ([], "ontology"),
            (None, "ontology"),
        ):
            refused = http.post(path, json={"ontology": bad})
            assert refused.status_code == 400
            assert f'reason: "{where}" ' in refused.json()["error"]


def test_archived_projects_are_listed_when_asked_for(server: LiveServer) -> None:
    client = server.client()
    for name in ("old/one", "new"):
        client.create_project(name, TaskType.LidarAnnotation)
    with closing(httpx.Client(base_url=server.url)) as manager, closing(server.http()) as http:
        manager.post("/app/sign-in", json={"token": server.links[Role.MANAGER]})
        path = "/app/projects/old%2Fone/archived"
        assert manager.put(path, json={"archived": True}).status_code == 200

        def listed(query: str) -> list[str]:
            return [project["name"] for project in http.get(f"/v1/projects{query}").json()]

        assert listed("") == ["new", "old/one"]
        assert (listed("?archived=True"), listed("?archived=false")) == (["old/one"], ["new"])
        heads = manager.get("/app/projects").json()["projects"]
        assert [head["name"] for head in heads] == ["new"]
        manager.put(path, json={"archived": False})
        assert listed("?archived=true") == []


def test_a_task_inherits_what_it_leaves_out(client: scaleapi.ScaleClient) -> None:
    params = {
        "labels": ["Car"],
        "instruction": "All of them.",
        "callback_url": "https://hooks.example/p",
        "priority": 20,
        "tags": ["p"],
        "metadata": {"of": "project"},
        "meters_per_unit": 2,
        "house": "rule",
        "project": "elsewhere",
        "unique_id": "never inherited",
    }
    client.create_project("r", TaskType.LidarAnnotation, params=params)
    bare = create(client, project="r", labels=None).as_dict()
    assert bare["params"]["labels"] == ["Car"]
    assert (bare["params"]["meters_per_unit"], bare["params"]["house"]) == (2, "rule")
    assert (bare["instruction"], bare["priority"], bare["tags"]) == ("All of them.", 20, ["p"])
    assert bare["callback_url"] == "https://hooks.example/p"
    assert bare["metadata"] == {"of": "project"}
    assert (bare["project"], "unique_id" in bare) == ("r", False)
    assert bare["project_param_version"] == 0
    assert "project_param_version" not in bare["params"]

    own = create(
        client, project="r", labels=["Bus"], instruction="Look.", tags=[], metadata={}
    ).as_dict()
    assert own["params"]["labels"] == ["Bus"]
    assert own["instruction"] == "Look.\n\nAll of them."
    assert ("tags" in own, own["metadata"]) == (False, {})
    assert client.get_task(own["task_id"]).as_dict() == own


def test_a_task_keeps_its_version_and_may_name_one(client: scaleapi.ScaleClient) -> None:
    client.create_project("r", TaskType.LidarAnnotation, params={"labels": ["zero"]})
    before = create(client, project="r")
    client.update_project("r", labels=["one"])

    def made(**more: Any) -> tuple[Any, Any]:
        task = create(client, project="r", **more).as_dict()
        assert not {"project_version", "project_param_version"} & set(task["params"])
        return task["params"]["labels"], task.get("project_param_version")

    assert made() == (["one"], 1)
    assert made(project_version=0) == made(project_param_version=0) == (["zero"], 0)
    assert made(project_version=0, project_param_version=0.0) == (["zero"], 0)
    assert made(project_version=-1, labels=["own"]) == (["own"], None)
    assert client.get_task(before.id).as_dict() == before.as_dict()
    with pytest.raises(ScaleInvalidRequest, match='"labels" is required'):
        made(project_version=-1)
    for wrong in (2, -2, 10**30, "x", True, [0]):
        with pytest.raises(ScaleInvalidRequest, match="project_version"):
            made(project_version=wrong)
    with pytest.raises(ScaleInvalidRequest, match="must not differ"):
        made(project_version=0, project_param_version=1)


def test_what_a_project_says_wrongly_is_blamed_when_a_task_inherits_it(
    client: scaleapi.ScaleClient,
) -> None:
    client.create_project("r", TaskType.LidarAnnotation, params={"labels": "Car"})
    with pytest.raises(ScaleInvalidRequest, match='"labels" must be an array'):
        create(client, project="r")
    assert create(client, project="r", labels=["Car"]).as_dict()["status"] == "pending"


def test_a_form_inherits_too(server: LiveServer) -> None:
    server.client().create_project(
        "r", TaskType.LidarAnnotation, params={"labels": ["Car"], "meters_per_unit": 2}
    )
    with closing(server.http()) as http:
        form = {"project": "r", "attachments": FRAMES[0], "project_version": "0"}
        task = http.post("/v1/task/lidarannotation", data=form).json()
    assert (task["params"]["labels"], task["project_param_version"]) == (["Car"], 0)


def test_a_test_key_inherits_too(server: LiveServer) -> None:
    client = server.client(Mode.TEST)
    client.create_project("r", TaskType.LidarAnnotation, params={"labels": ["Car"]})
    task = create(client, project="r").as_dict()
    assert (task["status"], task["project_param_version"]) == ("completed", 0)


def test_a_task_template_of_nothing_is_not_found(client: scaleapi.ScaleClient) -> None:
    with pytest.raises(ScaleResourceNotFound):
        client.get_project_template("r")
