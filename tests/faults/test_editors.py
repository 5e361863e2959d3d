"""Two editors on one document: nothing is silently lost or overwritten (reliability.md T15).

The windows are the browser's own store, journal and sync engine under Node; the server is real,
and the network loses, repeats and reorders requests. Every third interleaving is one person in
two tabs. The long form is 1,000 interleavings.
"""

import json
import uuid
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from chromium import run_journey
from cut_line import line_to
from kill_work import Work, publish_frames
from log_check import check_log
from stage_hands import stage_hands

from serving import Product, customer, running


@pytest.mark.parametrize(
    ("seeds", "tasks"),
    [(20, 2), pytest.param(1000, 20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])],
)
def test_two_editors_overwrite_nothing_unseen(seeds: int, tasks: int, tmp_path: Path) -> None:
    with (
        customer() as service,
        running(tmp_path / "data") as product,
        closing(product.signed_in()) as ana,
        closing(product.signed_in("labeler", "ben@example.com")) as ben,
    ):
        work = Work(product, service, product.key(), ana, publish_frames(service))
        ids = [work.create(str(uuid.uuid4()), labels=["Car", "Truck"]) for _ in range(tasks)]
        for task_id in ids:
            work.wait_ready(task_id)
        plan = {
            "url": product.url,
            "people": [person_of(ana), person_of(ben)],
            "tasks": [
                {"taskId": task_id, "documentId": document_of(ana, task_id)} for task_id in ids
            ],
            "seeds": seeds,
            "result": str(tmp_path / "result.json"),
        }
        run_journey("editors", plan, tmp_path)
        totals = json.loads((tmp_path / "result.json").read_text())
        logged = sum(len(check_log(ana, task_id)) for task_id in ids)
        assert totals["refused"] > 0
        assert totals["acknowledged"] > 0
        print(f"{seeds} interleavings: {totals}, {logged} transactions logged")  # noqa: T201 - figures


def person_of(client: httpx.Client) -> dict[str, str]:
    me = client.get("/app/me").raise_for_status().json()
    cookie = "; ".join(f"{name}={client.cookies[name]}" for name in client.cookies)
    return {"personId": me["person_id"], "cookie": cookie}


def document_of(client: httpx.Client, task_id: str) -> str:
    return client.get(f"/app/tasks/{task_id}/work").raise_for_status().json()["document_id"]


@pytest.mark.parametrize(
    ("edits", "within_s"), [(400, 10), pytest.param(5000, 10, marks=pytest.mark.soak)]
)
def test_two_hours_offline_are_sent_in_order_and_once(
    edits: int, within_s: float, tmp_path: Path
) -> None:
    product = Product(tmp_path / "data")
    try:
        product.start()
        with (
            customer() as service,
            closing(product.signed_in()) as ana,
            line_to(product.port) as line,
            stage_hands(product, line) as hands,
        ):
            work = Work(product, service, product.key(), ana, publish_frames(service))
            task_id = work.create(str(uuid.uuid4()))
            work.wait_ready(task_id)
            plan = {
                "url": line.url,
                "hands": hands.url,
                "person": person_of(ana),
                "taskId": task_id,
                "documentId": document_of(ana, task_id),
                "edits": edits,
                "objects": 20,
                "result": str(tmp_path / "result.json"),
            }
            run_journey("offline", plan, tmp_path)
            result = json.loads((tmp_path / "result.json").read_text())
            assert hands.kills == 1
            assert [one["op_id"] for one in check_log(ana, task_id)] == result["made"]
            assert result["took_ms"] < 1000 * within_s
            print(f"{edits} offline edits sent in {result['took_ms'] / 1000:.1f} s")  # noqa: T201 - a figure
    finally:
        product.stop()
