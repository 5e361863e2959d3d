"""/v1/evaluation_tasks and /v1/training_tasks with the official client."""

from typing import Any

import pytest
import scaleapi
from scaleapi.exceptions import ScaleInvalidRequest, ScaleResourceNotFound
from scaleapi.tasks import TaskType

from groundplane.tasks.types.quality import QUALITY_WORDS
from live_server import LiveServer
from type_orders import ORDERS

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
@pytest.mark.parametrize("name", sorted(QUALITY_WORDS))
def test_of_other_types_they_are_checked_as_tasks_are_and_kept(
    client: scaleapi.ScaleClient, server: LiveServer, call: str, name: str
) -> None:
    kind = TaskType(name)
    client.create_project("rapid", kind, {"instruction": "Look."}, rapid=True)
    client.create_project("plain", kind)

    def create(**more: Any) -> Any:
        return getattr(client, call)(kind, **{**ORDERS[name], "project": "rapid", **more})

    made = create(expected_response=EXPECTED, initial_response={"annotations": []}).as_dict()
    assert (made["expected_response"], made["project"]) == (EXPECTED, "rapid")
    assert (made["initial_response"], made["type"]) == ({"annotations": []}, name)
    kept = server.rows(
        "SELECT quality_task_id, purpose, expected_response, instruction FROM quality_task"
    )
    assert kept == [(made["id"], call.split("_")[1], EXPECTED, "Look.")]
    for more, complaint in (
        ({}, '"expected_response" is required'),
        ({"expected_response": "x"}, '"expected_response" must be an object'),
        ({"expected_response": EXPECTED, "priority": 7}, '"priority" must be one of'),
        ({"expected_response": EXPECTED, "project": "plain"}, "is not a Rapid project"),
        ({"expected_response": EXPECTED, "project": None}, '"project" is required'),
    ):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            create(**more)
    with pytest.raises(ScaleInvalidRequest):
        getattr(client, call)(kind, project="rapid", expected_response=EXPECTED)
    assert server.rows("SELECT count(*) FROM quality_task") == [(1,)]
    assert server.rows("SELECT count(*) FROM task") == [(0,)]
