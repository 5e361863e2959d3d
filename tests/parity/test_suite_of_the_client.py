"""What the test suite of Scale's Python client expects of a server, with a test key as it asks.

Told anew from what its tests/test_client.py (2.18.4) asserts; the words and numbers are ours.
"""

import io
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import scaleapi
from scaleapi.batches import Batch, BatchStatus
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)
from scaleapi.tasks import Task, TaskType

from live_server import LiveServer
from serving import Customer

PROJECT = "parity"
CALLBACK = "http://hooks.example/callback"
PICTURE = "http://pictures.example/cows.jpg"
ORDER = {
    "callback_url": CALLBACK,
    "instruction": "Draw a box around every cow.",
    "attachment_type": "image",
    "attachment": PICTURE,
    "geometries": {
        "box": {"objects_to_annotate": ["Calf", "Cow"], "min_height": 10, "min_width": 10}
    },
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


@pytest.fixture(autouse=True)
def project(tester: scaleapi.ScaleClient) -> str:
    """Made by the first who does not find it, as the suite makes its own."""
    try:
        tester.get_project(PROJECT)
    except ScaleResourceNotFound:
        tester.create_project(project_name=PROJECT, task_type=TaskType.ImageAnnotation)
    return PROJECT


def fresh() -> str:
    return str(uuid.uuid4())


def make(client: scaleapi.ScaleClient, **more: object) -> Task:
    return client.create_task(TaskType.ImageAnnotation, **{**ORDER, **more})


def make_batch(client: scaleapi.ScaleClient, **more: Any) -> Batch:
    return client.create_batch(PROJECT, fresh(), callback=CALLBACK, **more)


def test_an_unknown_key_is_unauthorized(server: LiveServer) -> None:
    stranger = scaleapi.ScaleClient("no_such_key", "parity", f"{server.url}/v1")
    with pytest.raises(ScaleUnauthorized):
        stranger.batches(limit=1)


def test_a_unique_id_is_used_once_can_be_changed_and_cleared(tester: scaleapi.ScaleClient) -> None:
    first, second = fresh(), fresh()
    task = make(tester, unique_id=first)
    with pytest.raises(ScaleDuplicateResource):
        make(tester, unique_id=first)
    changed = tester.update_task_unique_id(task.id, second)
    assert changed.as_dict()["unique_id"] == second
    make(tester, unique_id=first)
    assert "unique_id" not in tester.clear_task_unique_id(task.id).as_dict()
    make(tester, unique_id=second)


def test_metadata_is_empty_until_it_is_set(tester: scaleapi.ScaleClient) -> None:
    task = make(tester)
    assert task.metadata == {}
    assert tester.set_task_metadata(task.id, {"key": "value"}).metadata == {"key": "value"}
    task.set_metadata({"of": "the task"})
    assert task.metadata == {}  # the object is what was answered when it was made
    task.refresh()
    assert task.metadata == {"of": "the task"}


def test_tags_are_set_added_and_deleted_in_order(tester: scaleapi.ScaleClient) -> None:
    task = make(tester)
    assert not hasattr(task, "tags")
    task.set_tags(["tag1", "tag2", "tag3"])
    task.refresh()
    assert task.tags == ["tag1", "tag2", "tag3"]

    other = make(tester)
    other.add_tags(["tag1", "tag2", "tag3"])
    other.delete_tags(["tag1", "tag2"])
    other.refresh()
    assert other.tags == ["tag3"]


MORE: Mapping[TaskType, tuple[Mapping[str, object], tuple[str, ...]]] = {
    TaskType.Categorization: (
        {"attachment_type": "website", "categories": ["public", "private"], "force": True},
        ("attachment",),
    ),
    TaskType.Transcription: (
        {
            "attachment_type": "website",
            "fields": {"title": "Title of the page"},
            "repeatable_fields": {"username": "Who wrote it"},
        },
        ("attachment", "fields repeatable_fields"),
    ),
    TaskType.ImageAnnotation: (ORDER, ("attachment", "geometries")),
    TaskType.DocumentTranscription: (
        {"features": [{"type": "block", "label": "barcode"}], "callback_url": None},
        ("attachment", "features"),
    ),
    TaskType.Annotation: (
        {"objects_to_annotate": ["Cow"], "min_width": "30", "min_height": "30"},
        ("attachment", "objects_to_annotate"),
    ),
    TaskType.PolygonAnnotation: ({"objects_to_annotate": ["Cow"]}, ("attachment",)),
    TaskType.LineAnnotation: ({"objects_to_annotate": ["Cow"]}, ("attachment",)),
    TaskType.DataCollection: (
        {"attachment_type": "website", "fields": {"hiring": "Address of the hiring page"}},
        ("fields",),
    ),
    TaskType.NamedEntityRecognition: (
        {"text": "Ada wrote it", "labels": [{"name": "Person", "description": "who"}]},
        ("text", "labels"),
    ),
}


def test_tasks_of_many_types_are_made_and_what_they_lack_is_an_invalid_request(
    tester: scaleapi.ScaleClient,
) -> None:
    plain = {"callback_url": CALLBACK, "instruction": "Look.", "attachment": PICTURE}
    for kind, (own, needed) in MORE.items():
        order = {**plain, **own}
        made = tester.create_task(kind, **order)
        assert (made.type, made.status) == (kind.value, "completed"), kind
        for names in needed:
            lacking = {key: value for key, value in order.items() if key not in names.split()}
            with pytest.raises(ScaleInvalidRequest):
                tester.create_task(kind, **lacking)
    with pytest.raises(ScaleInvalidRequest):
        tester.create_task(
            TaskType.Categorization, callback_url=CALLBACK, categories=["public", "private"]
        )


def test_a_task_of_a_test_key_is_done_at_once_and_cannot_be_canceled(
    tester: scaleapi.ScaleClient,
) -> None:
    task = make(tester)
    with pytest.raises(ScaleInvalidRequest):
        task.cancel()
    assert tester.get_task(task.id).status == "completed"


def test_a_task_that_is_read_is_the_task_that_was_made(tester: scaleapi.ScaleClient) -> None:
    made = make(tester)
    read = tester.get_task(made.id)
    for name in ("id", "callback_url", "instruction", "metadata", "type", "created_at", "status"):
        assert getattr(read, name) == getattr(made, name), name
    for name in ("attachment_type", "attachment", "geometries"):
        assert read.params[name] == made.params[name], name
    assert made.params["attachment"] == PICTURE
    assert made.params["geometries"]["box"]["objects_to_annotate"] == ["Calf", "Cow"]


def test_between_two_moments_without_a_task_there_is_none(tester: scaleapi.ScaleClient) -> None:
    """In the client's own spelling of a moment: UTC without saying so, with microseconds."""
    make(tester)
    moments: list[str] = []
    for _ in range(2):
        time.sleep(0.002)
        moments.append(datetime.now(UTC).replace(tzinfo=None).isoformat())
    make(tester)
    assert tester.tasks(start_time=moments[0], end_time=moments[1]).docs == []
    assert tester.tasks(start_time=moments[0]).total == 1


def test_an_unknown_id_is_not_found(tester: scaleapi.ScaleClient) -> None:
    with pytest.raises(ScaleResourceNotFound):
        tester.get_task("fake_id_qwertyuiop")


def test_the_last_three_that_were_made_are_the_first_three_listed(
    tester: scaleapi.ScaleClient,
) -> None:
    made = [make(tester).id for _ in range(3)]
    assert [task.id for task in tester.tasks(limit=3)] == made[::-1]
    with pytest.raises(ScaleInvalidRequest):
        tester.tasks(bogus=0)


def test_the_tasks_of_a_batch_come_page_by_page_with_or_without_the_project(
    tester: scaleapi.ScaleClient,
) -> None:
    batch = make_batch(tester)
    made = [make(tester, batch=batch.name).id for _ in range(3)]
    of_project: dict[str, Any] = {"project_name": PROJECT}
    for asked in (of_project, {}):
        listed = tester.get_tasks(**asked, batch_name=batch.name, limit=1)
        assert [task.id for task in listed] == made[::-1]
    assert tester.get_tasks_count(batch_name=batch.name) == 3
    assert tester.tasks(batch=batch.name).total == 3
    assert tester.get_tasks_count(project_name=PROJECT) == tester.tasks(project=PROJECT).total >= 3
    with pytest.raises(ValueError, match="project_name or batch_name"):
        list(tester.get_tasks())


def test_a_batch_is_in_progress_keeps_its_metadata_and_may_be_finalized(
    tester: scaleapi.ScaleClient,
) -> None:
    batch = make_batch(tester, metadata={"some": "value"})
    assert batch.status == BatchStatus.InProgress.value
    assert tester.batch_status(batch.name)["status"] == BatchStatus.InProgress.value
    read = tester.get_batch(batch.name)
    assert (read.name, read.project, read.metadata) == (batch.name, PROJECT, {"some": "value"})
    read.get_status()
    assert (read.status, read.tasks_pending, read.tasks_completed) == ("in_progress", 0, 0)
    assert tester.set_batch_metadata(batch.name, {"new": "value"}).metadata == {"new": "value"}
    assert tester.finalize_batch(batch.name).name == batch.name
    assert batch.finalize().status == batch.status


def test_the_last_three_batches_are_the_first_and_all_are_as_many_as_are_said(
    tester: scaleapi.ScaleClient,
) -> None:
    made = [make_batch(tester).name for _ in range(3)]
    assert [batch.name for batch in tester.batches(limit=3)] == made[::-1]
    said = tester.batches(project=PROJECT, limit=1).total
    assert said == len(list(tester.get_batches(project_name=PROJECT))) >= 3


def test_a_picture_is_uploaded_and_one_is_imported(
    tester: scaleapi.ScaleClient, bucket: Customer
) -> None:
    file = io.BytesIO(PNG)
    file.name = "cow.png"
    uploaded = tester.upload_file(file=file, project_name=PROJECT).as_dict()
    bucket.files["/sample.png"] = PNG
    imported = tester.import_file(file_url=f"{bucket.url}/sample.png", project_name=PROJECT)
    for made in (uploaded, imported.as_dict()):
        assert (made["size"], made["project_names"]) == (len(PNG), [PROJECT])
        assert make(tester, attachment=made["attachment_url"]).status == "completed"
    assert uploaded["mime_type"] == "image/png"


def test_there_is_somebody_in_the_team(tester: scaleapi.ScaleClient) -> None:
    assert tester.list_teammates()
