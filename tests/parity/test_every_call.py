"""Every call of the official Python client 2.18.4, with a live key and with a test key.

`test_no_call_is_left_out` reads this folder: a call that the client gains is missed here at once.
"""

import ast
import inspect
import io
import uuid
from pathlib import Path
from typing import Any

import pytest
import scaleapi
from scaleapi.batches import Batch, BatchStatus
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleException,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)
from scaleapi.projects import Project
from scaleapi.tasks import Task, TaskReviewStatus, TaskStatus, TaskType
from scaleapi.teams import Teammate, TeammateRole

from groundplane.storage.database import Mode
from live_server import LiveServer
from serving import Customer

IMAGE = TaskType.ImageAnnotation
ORDER = {
    "attachment": "https://pictures.example/1.jpg",
    "geometries": {"box": {"objects_to_annotate": ["Car"]}},
}
LABELER, REVIEWER, MANAGER = (f"{role}@example.com" for role in ("labeler", "reviewer", "manager"))
V2 = "v2_get_tasks"  # of another API, whose address the client does not let go


def fresh(what: str) -> str:
    """A name that no other test has, with characters that have to be encoded in a path."""
    return f"{what} 1/2 %2F {uuid.uuid4()}"


def make_project(client: scaleapi.ScaleClient, **more: Any) -> str:
    return client.create_project(fresh("project"), IMAGE, **more).name


def make_task(client: scaleapi.ScaleClient, **more: object) -> Task:
    return client.create_task(IMAGE, **{**ORDER, **more})


def ids(tasks: object) -> list[str]:
    return [task.id for task in tasks]  # pyright: ignore[reportGeneralTypeIssues]  # a page or a generator of the client


def public_methods(kind: type) -> set[str]:
    return {
        name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")
    }


def test_no_call_is_left_out() -> None:
    called = {
        node.func.attr
        for file in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    offered = public_methods(scaleapi.ScaleClient) | public_methods(Task) | public_methods(Batch)
    offered |= public_methods(Project) | public_methods(Teammate)
    assert len(offered) > 50
    assert offered - called == {V2}


def test_a_task_is_made_read_and_canceled(server: LiveServer) -> None:
    live, tester = server.client(), server.client(Mode.TEST)
    name = fresh("unique")
    task = make_task(live, unique_id=name)
    assert (task.status, live.get_task(task.id).as_dict()) == ("pending", task.as_dict())
    task.cancel()
    assert live.get_task(task.id).status == TaskStatus.Canceled.value
    assert live.cancel_task(task.id).unique_id == name
    task.cancel(clear_unique_id=True)
    assert make_task(live, unique_id=name).id != task.id
    done = make_task(tester, unique_id=name)
    with pytest.raises(ScaleInvalidRequest, match="already been completed"):
        tester.cancel_task(done.id, clear_unique_id=True)
    assert tester.get_task(done.id).as_dict() == done.as_dict()


def test_a_task_is_audited_once_it_is_done(
    server: LiveServer, client: scaleapi.ScaleClient
) -> None:
    project = make_project(client)
    good, bad = (make_task(client, project=project) for _ in range(2))
    if good.status == "pending":
        with pytest.raises(ScaleInvalidRequest):
            good.audit(accepted=True)
        server.execute(
            "UPDATE task SET state = 'completed', completed_at = now() WHERE task_id = ANY(%s)",
            [good.id, bad.id],
        )
    good.audit(accepted=True)
    client.audit_task(bad.id, accepted=False, comments="Too large.")
    for task, status in ((good, TaskReviewStatus.Accepted), (bad, TaskReviewStatus.Rejected)):
        task.refresh()
        assert task.customer_review_status == status.value
        assert ids(client.get_tasks(project, review_status=status)) == [task.id]
    both = [TaskReviewStatus.Accepted, TaskReviewStatus.Rejected]
    assert client.get_tasks_count(project, review_status=both) == 2
    assert ids(client.get_tasks(project, review_status=TaskReviewStatus.Pending)) == []


def test_a_tasks_unique_id_metadata_and_tags_are_changed(client: scaleapi.ScaleClient) -> None:
    task, other = make_task(client), make_task(client, unique_id=fresh("other"))
    first, second = fresh("first"), fresh("second")
    assert client.update_task_unique_id(task.id, first).unique_id == first
    task.update_unique_id(second)
    with pytest.raises(ScaleDuplicateResource):
        task.update_unique_id(other.unique_id)
    assert client.get_task(task.id).unique_id == second
    task.clear_unique_id()
    assert not hasattr(client.clear_task_unique_id(task.id), "unique_id")

    task.set_metadata({"run": {"of": ["a", 1, None]}})
    assert client.get_task(task.id).metadata == {"run": {"of": ["a", 1, None]}}
    assert client.set_task_metadata(task.id, {}).metadata == {}

    assert client.set_task_tags(task.id, ["b", "a"]).tags == ["b", "a"]
    assert client.add_task_tags(task.id, ["a", "c"]).tags == ["b", "a", "c"]
    assert client.delete_task_tags(task.id, ["nobody's", "a"]).tags == ["b", "c"]
    assert client.add_task_tags(task.id, []).tags == ["b", "c"]
    assert client.delete_task_tags(task.id, []).tags == ["b", "c"]
    for too_many in (lambda: task.add_tags(list("defg")), lambda: task.set_tags(list("abcdef"))):
        with pytest.raises(ScaleInvalidRequest):
            too_many()
    task.delete_tags(["b"])
    assert client.get_task(task.id).tags == ["c"]
    assert not hasattr(client.set_task_tags(task.id, []), "tags")


def test_tasks_are_listed_by_every_keyword(client: scaleapi.ScaleClient) -> None:
    project = make_project(client)
    batch = client.create_batch(project, fresh("batch")).name
    name = fresh("unique")
    task = make_task(client, batch=batch, unique_id=name, tags=["pilot", "b"])
    make_task(client)
    long_ago, far = "2020-01-01T00:00:00.000001", "2199-01-01 00:00:00"
    done = task.status == "completed"
    asked: dict[str, object] = {
        "project": project,
        "batch": batch,
        "type": "imageannotation",
        "status": task.status,
        "unique_id": [name, "another"],
        "tags": ["pilot", "another"],
        "customer_review_status": "pending",
        **dict.fromkeys(["start_time", "updated_after"], long_ago),
        **dict.fromkeys(["end_time", "updated_before"], far),
        "limit": 1,
        "next_token": None,
        "include_attachment_url": True,
        "limited_response": False,
        **({"completed_after": long_ago, "completed_before": far} if done else {}),
    }
    (found,) = client.tasks(**asked)
    assert found.id == task.id
    for turned, value in (
        ("status", "canceled"),
        ("type", "lidarannotation"),
        ("unique_id", "another"),
        ("tags", "another"),
        ("customer_review_status", "accepted,fixed"),
        *(("start_time", far), ("updated_after", far), ("completed_after", far)),
        *(("end_time", long_ago), ("updated_before", long_ago), ("completed_before", long_ago)),
    ):
        assert client.tasks(**{**asked, turned: value}).docs == [], turned
    (limited,) = client.tasks(project=project, limited_response=True)
    assert set(limited.as_dict()) >= {"task_id", "status", "metadata", "project"}
    assert not hasattr(limited, "params")


def test_tasks_of_a_project_are_yielded_and_counted(client: scaleapi.ScaleClient) -> None:
    project = make_project(client)
    made = [make_task(client, project=project, tags=[tag]).id for tag in "aab"][::-1]
    status = TaskStatus(client.get_task(made[0]).status)
    bounds = {"created_after": "2020-01-01", "created_before": "2199-01-01"}
    bounds |= {"updated_after": "2020-01-01", "updated_before": "2199-01-01"}
    every: dict[str, Any] = {"task_type": IMAGE, "status": status, **bounds}
    every["include_attachment_url"] = False
    assert ids(client.get_tasks(project, limit=2, limited_response=True, **every)) == made
    assert client.get_tasks_count(project, **every) == 3
    assert ids(client.get_tasks(project, tags=["a"])) == made[1:]
    assert client.get_tasks_count(project, tags="b") == 1
    assert client.get_tasks_count(project, completed_before="2020-01-01") == 0
    assert client.get_tasks_count(project, completed_after="2199-01-01") == 0
    with pytest.raises(ScaleInvalidRequest):
        list(client.get_tasks(project, limit=101))
    assert list(client.get_tasks(fresh("nobody's"))) == []


def test_a_project_is_made_read_updated_and_listed(client: scaleapi.ScaleClient) -> None:
    name = fresh("project")
    made = client.create_project(
        name, IMAGE, params={"instruction": "Look."}, rapid=True, studio=True, dataset_id=None
    )
    assert (made.name, made.type, made.version, made.instruction) == (name, IMAGE.value, 0, "Look.")
    assert client.get_project(name).as_dict() == made.as_dict()
    with pytest.raises(ScaleDuplicateResource):
        client.create_project(name, IMAGE)
    patched = client.update_project(name, patch=True, padding=3)
    assert (patched.version, patched.instruction) == (1, "Look.")
    assert (patched.params or {})["padding"] == 3
    replaced = client.update_project(name, patch=False, padding=4)
    assert (replaced.version, replaced.instruction) == (2, None)
    assert make_task(client, project=name).params["padding"] == 4
    for listed in (client.projects(), client.get_projects()):
        assert [one.version for one in listed if one.name == name] == [2]
    with pytest.raises(ScaleResourceNotFound):
        client.get_project(fresh("nobody's"))


def test_no_project_has_a_task_template(tester: scaleapi.ScaleClient) -> None:
    name = make_project(tester)
    with pytest.raises(ScaleInvalidRequest):
        tester.get_project_template(name)
    with pytest.raises(ScaleInvalidRequest):
        tester.get_project(name).get_template()
    with pytest.raises(ScaleResourceNotFound):
        tester.get_project_template(fresh("nobody's"))


def test_a_batch_is_made_read_changed_counted_and_finalized(client: scaleapi.ScaleClient) -> None:
    project, name = make_project(client), fresh("batch")
    batch = client.create_batch(project, name, metadata={"a": 1})
    assert (batch.name, batch.project, batch.status) == (name, project, "in_progress")
    assert client.get_batch(name).as_dict() == batch.as_dict()
    with pytest.raises(ScaleDuplicateResource):
        client.create_batch(project, name)
    with pytest.raises(ScaleResourceNotFound):
        client.create_batch(fresh("nobody's"), fresh("batch"))
    task = make_task(client, batch=name)
    assert (task.batch, task.project) == (name, project)
    counted = client.batch_status(name)
    assert counted[task.status] == 1
    batch.get_status()
    assert {batch.tasks_pending, batch.tasks_completed} == {0, 1}
    assert batch.status == ("completed" if task.status == "completed" else "in_progress")
    assert client.set_batch_metadata(name, {"b": 2}).metadata == {"b": 2}
    assert client.set_batch_metadata(name, {}).metadata == {}
    assert client.finalize_batch(name).name == batch.finalize().name == name

    staged = client.create_batch(
        make_project(client, rapid=True), fresh("rapid"), calibration_batch=True
    )
    assert (staged.status, staged.finalize().status) == ("staging", "in_progress")


def test_batches_are_listed_and_yielded(client: scaleapi.ScaleClient) -> None:
    project = make_project(client)
    made = [client.create_batch(project, fresh("batch")).name for _ in range(3)][::-1]
    every: dict[str, Any] = {"start_time": "2020-01-01", "end_time": "2199-01-01"}
    page = client.batches(
        project=project, status="in_progress", exclude_archived=True, limit=2, offset=1, **every
    )
    assert [batch.name for batch in page] == made[1:]
    assert (page.total, page.limit, page.offset, page.has_more) == (3, 2, 1, False)
    yielded = client.get_batches(
        project,
        BatchStatus.InProgress,
        created_after="2020-01-01",
        created_before="2199-01-01",
        exclude_archived=True,
    )
    assert [batch.name for batch in yielded] == made
    assert list(client.get_batches(project, BatchStatus.Staging)) == []
    with pytest.raises(ScaleInvalidRequest):
        client.batches(bogus=1)


def test_a_file_is_uploaded_or_imported(client: scaleapi.ScaleClient, bucket: Customer) -> None:
    project, reference = make_project(client), fresh("reference")
    uploaded = client.upload_file(
        io.BytesIO(b"bytes"),
        project_name=project,
        display_name="a b",
        reference_id=reference,
        metadata='{"a": 1}',
    )
    assert uploaded.attachment_url.startswith("scaledata://")
    assert uploaded.as_dict()["project_names"] == [project]
    bucket.files["/a.bin"] = b"bytes"
    address = f"{bucket.url}/a.bin"
    assert client.import_file(address, project_name=project).as_dict()["size"] == 5
    with pytest.raises(ScaleDuplicateResource):
        client.import_file(address, reference_id=reference)
    with pytest.raises(ScaleInvalidRequest):
        client.import_file(f"{bucket.url}/missing")


def test_evaluation_and_training_tasks_are_of_rapid_projects(tester: scaleapi.ScaleClient) -> None:
    project = make_project(tester, rapid=True)
    answer = {"annotations": []}
    for create in (tester.create_evaluation_task, tester.create_training_task):
        made = create(IMAGE, **ORDER, project=project, expected_response=answer)
        assert made.expected_response == answer
        with pytest.raises(ScaleInvalidRequest):
            create(TaskType.LidarAnnotation, project=project, expected_response=answer)
    tester.create_evaluation_task(IMAGE, **ORDER, project=project, expected_response=answer)
    tester.create_training_task(IMAGE, **ORDER, project=project, expected_response=answer)


def test_teammates_are_listed_invited_and_given_roles(tester: scaleapi.ScaleClient) -> None:
    email = f"{uuid.uuid4()}@example.com"
    before = {mate.email for mate in tester.list_teammates()}
    assert {LABELER, REVIEWER, MANAGER} <= before
    after = tester.invite_teammates([email], TeammateRole.Labeler)
    assert {mate.email for mate in after} - before == {email}
    changed = tester.update_teammates_role([email], TeammateRole.Member)
    (mate,) = (mate for mate in changed if mate.email == email)
    assert mate.role == "member"
    assert email in {one.email for one in mate.update_teammate_role(TeammateRole.Manager)}
    with pytest.raises(ScaleResourceNotFound):
        tester.update_teammates_role([f"{uuid.uuid4()}@example.com"], TeammateRole.Member)


def test_studio_says_who_works_on_what_and_in_which_order(tester: scaleapi.ScaleClient) -> None:
    project = make_project(tester, studio=True)
    given = tester.add_studio_assignments([LABELER, REVIEWER], [project])
    assert project in given[LABELER].assigned_projects
    assert project in tester.list_studio_assignments()[REVIEWER].assigned_projects

    group = tester.create_project_group(project, [LABELER], "night/shift")
    changed = tester.update_project_group(project, "night/shift", [REVIEWER], [LABELER])
    assert (changed.id, changed.numWorkers, changed.isSingleton) == (group.id, 1, False)
    assert [one.name for one in tester.list_project_groups(project)] == ["night/shift"]

    first, second = (tester.create_batch(project, fresh("batch")).name for _ in range(2))
    assert tester.assign_studio_batches(first, ["night/shift"]).groups == ["night/shift"]
    pending = [batch.name for batch in tester.list_studio_batches()]
    assert pending.index(first) < pending.index(second)
    turned = tester.set_studio_batches_priorities(pending[::-1])
    assert [batch.name for batch in turned] == pending[::-1]
    assert [batch.name for batch in tester.reset_studio_batches_priorities()] == pending
    left = tester.remove_studio_assignments([LABELER], [project])
    assert project not in left[LABELER].assigned_projects


def test_the_two_worlds_of_an_account_are_apart(server: LiveServer) -> None:
    live, tester = server.client(), server.client(Mode.TEST)
    project = make_project(live)
    task = make_task(live, project=project)
    batch = live.create_batch(project, fresh("batch"))
    for ask in (
        lambda: tester.get_project(project),
        lambda: tester.get_task(task.id),
        lambda: tester.get_batch(batch.name),
        lambda: make_task(tester, project=project),
    ):
        with pytest.raises(ScaleResourceNotFound):
            ask()
    assert tester.create_project(project, IMAGE).version == 0
    assert list(tester.get_tasks(project)) == []


def test_an_error_is_the_clients_own_with_the_sentence_of_the_server(
    client: scaleapi.ScaleClient,
) -> None:
    with pytest.raises(ScaleException) as refused:
        client.create_task(IMAGE)
    assert refused.value.code == 400
    assert str(refused.value) == (
        "<Response [400]> Please include an attachment or attachments parameter."
    )
