"""Edits of a robot in real Chromium, while browser, network and server fail (reliability.md T16).

The robot presses keys; what it made is noted at the journal, and what was acknowledged at the
network, both outside of the browser that is killed. The long form is 10,000 edits with the
browser killed 50 times, the network cut 50 times and the server killed 50 times.
"""

import json
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from chromium import run_journey
from cut_line import line_to
from kill_work import Work, publish_frames
from log_check import check_log
from stage_hands import stage_hands

from serving import Product, customer

CARS = 5
LOST_AT_MOST_MS = 1_000


@pytest.mark.parametrize(
    ("kills", "edits"),
    [(2, 60), pytest.param(50, 10_000, marks=[pytest.mark.soak, pytest.mark.timeout(900)])],
)
def test_a_killed_browser_loses_at_most_a_second(kills: int, edits: int, tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    try:
        product.start()
        with (
            customer() as service,
            closing(product.signed_in()) as person,
            line_to(product.port) as line,
            stage_hands(product, line) as hands,
        ):
            work = Work(product, service, product.key(), person, publish_frames(service))
            task_id = work.create(str(uuid.uuid4()))
            work.wait_ready(task_id)
            place_cars(work, task_id)
            plan = {
                "url": line.url,
                "hands": hands.url,
                "taskId": task_id,
                "cookie": {name: person.cookies[name] for name in person.cookies},
                "profile": str(tmp_path / "profile"),
                "kills": kills,
                "edits": edits,
                "result": str(tmp_path / "result.json"),
                "seed": 16,
            }
            run_journey("robot", plan, tmp_path)
            hands.wait_until_up()
            result = json.loads((tmp_path / "result.json").read_text())
            judge(result, {one["op_id"] for one in check_log(person, task_id)})
            assert objects_of(work, task_id) == CARS
            assert (result["kills"], line.cuts) == (kills, kills)
            assert hands.kills > 0
            print(figures(result, line.cuts, hands.kills))  # noqa: T201 - the soak's figures
    finally:
        product.stop()


def place_cars(work: Work, task_id: str) -> None:
    lease = work.claim(task_id)
    for number in range(CARS):
        work.edit(task_id, lease, 10.0 + 6 * number)
    work.person.post(f"/app/tasks/{task_id}/release", json=lease).raise_for_status()


def objects_of(work: Work, task_id: str) -> int:
    parts = work.person.get(f"/app/tasks/{task_id}/work").raise_for_status().json()["parts"]
    return sum(one["part"] == "object" and one["value"] is not None for one in parts)


def judge(result: dict[str, list[dict[str, object]]], logged: set[str]) -> None:
    acknowledged = {str(one) for one in result["acknowledged"]}
    assert len(acknowledged) > 0
    assert acknowledged <= logged
    lost = [one for one in result["made"] if one["opId"] not in logged]
    old = [one for one in lost if float(str(one["beforeKill_ms"])) > LOST_AT_MOST_MS]
    assert not old, f"lost, although made more than a second before the kill: {old}"


def figures(result: dict[str, list[object]], cuts: int, server_kills: int) -> str:
    return (
        f"{len(result['made'])} edits, {len(result['acknowledged'])} acknowledged before a kill; "
        f"browser killed {result['kills']} times, network cut {cuts}, server killed "
        f"{server_kills}; {result['restored']} edits restored in {result['restorations']} visits"
    )
