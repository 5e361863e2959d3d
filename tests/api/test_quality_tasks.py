"""/v1/evaluation_tasks and /v1/training_tasks with the official client."""

import dataclasses
from typing import Any

import pytest
import scaleapi
from live_server import LiveServer
from scaleapi.exceptions import ScaleInvalidRequest, ScaleResourceNotFound
from scaleapi.tasks import TaskType

from groundplane.tasks.types import quality
from groundplane.tasks.types.kind import AnyTaskType
from groundplane.tasks.types.lidarannotation import LIDAR_ANNOTATION

EXPECTED = {"annotations": [{"label": "Car"}]}
CALLS = ("create_evaluation_task", "create_training_task")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "task_type",
    [
        *(TaskType.LidarAnnotation, TaskType.LidarSegmentation, TaskType.LidarTopdown),
        *(TaskType.LidarLinking, TaskType.SensorFusion),
    ],
)
def test_there_are_none_of_sensor_fusion(
    shared_server: LiveServer, call: str, task_type: TaskType
) -> None:
    with pytest.raises(ScaleInvalidRequest):
        getattr(shared_server.client(), call)(task_type, expected_response=EXPECTED)


def test_an_unknown_type_is_not_found(shared_server: LiveServer) -> None:
    with pytest.raises(ScaleResourceNotFound):
        shared_server.client().api.post_request("training_tasks/sculpture", body={"a": 1})


@pytest.mark.parametrize("call", CALLS)
def test_of_other_types_they_are_checked_as_tasks_are_and_kept(
    client: scaleapi.ScaleClient,
    server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    """A type that takes what lidarannotation takes stands in for one of pictures."""
    kind = dataclasses.replace(LIDAR_ANNOTATION, name="imageannotation")

    def stand_in(_: str) -> AnyTaskType:
        return kind

    monkeypatch.setattr(quality, "task_type", stand_in)
    client.create_project("rapid", TaskType.ImageAnnotation, {"labels": ["Car"]}, rapid=True)
    client.create_project("plain", TaskType.ImageAnnotation, {"labels": ["Car"]})

    def create(**more: Any) -> Any:
        given = {"attachments": ["https://data.example/0.json"], "project": "rapid"}
        return getattr(client, call)(TaskType.ImageAnnotation, **given | more)

    made = create(expected_response=EXPECTED, initial_response={"annotations": []}).as_dict()
    assert (made["expected_response"], made["project"]) == (EXPECTED, "rapid")
    assert (made["initial_response"], made["params"]["labels"]) == ({"annotations": []}, ["Car"])
    kept = server.rows("SELECT quality_task_id, purpose, expected_response FROM quality_task")
    assert kept == [(made["id"], call.split("_")[1], EXPECTED)]
    for more, complaint in (
        ({}, '"expected_response" is required'),
        ({"expected_response": "x"}, '"expected_response" must be an object'),
        ({"expected_response": EXPECTED, "attachments": []}, "Please include an attachment"),
        ({"expected_response": EXPECTED, "project": "plain"}, "is not a Rapid project"),
        (
            {"expected_response": EXPECTED, "project": None, "labels": ["Car"]},
            '"project" is required',
        ),
    ):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            create(**more)
    assert server.rows("SELECT count(*) FROM task") == [(0,)]
