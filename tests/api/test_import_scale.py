"""An account moves from one Groundplane to another through the official client.

The source is a real server; the target is another database, with the account's rows and no more.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from databases import Urls, cloned
from groundplane.scale_client import ScaleAccount
from groundplane.scale_import import Import, Report
from groundplane.storage.database import Database, Mode, Tenant
from live_server import LiveServer, standing
from type_orders import ORDERS

THERE, HERE = "a1" * 12, "c3" * 12
FRAMES = ["https://data.example/0.json"]


@pytest.fixture(scope="module")
def servers(
    postgres_urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveServer, LiveServer]]:
    with cloned(postgres_urls) as there, cloned(postgres_urls) as here:
        for urls, account in ((there, THERE), (here, HERE)):
            with psycopg.connect(urls.owner, autocommit=True) as db:
                db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'A')", [account])
        with (
            standing(there, tmp_path_factory.mktemp("there")) as source,
            standing(here, tmp_path_factory.mktemp("here")) as target,
        ):
            live = Tenant(THERE, Mode.LIVE), Tenant(HERE, Mode.LIVE)
            yield source.live(live[0]), target.live(live[1])


def run(
    source: LiveServer, target: LiveServer, mode: Mode, *, project: str | None = None, dry: bool
) -> Report:
    async def importing() -> Report:
        database = await Database.open(target.urls.app, most_connections=1)
        try:
            account = ScaleAccount(source.keys[mode], f"{source.url}/v1")
            tenant = Tenant(HERE, mode)
            return await Import(database, tenant, account, project, dry, silent).run()
        finally:
            await database.close()

    return asyncio.run(importing())


def silent(kind: str, done: int, of: int) -> None:
    assert 0 < done <= of, kind


def outcomes(report: Report) -> dict[str, dict[str, int]]:
    return {kind: dict(counted) for kind, counted in report.outcomes.items() if counted}


def make(http: httpx.Client, path: str, body: object) -> dict[str, Any]:
    reply = http.post(path, json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def shown(http: httpx.Client) -> dict[str, list[Any]]:
    """All that the API tells of an account, without the addresses of its own."""
    tasks: list[Any] = []
    token = ""
    while True:
        page = http.get("/v1/tasks", params={"limit": 100, "next_token": token}).json()
        tasks += page["docs"]
        token = page.get("next_token", "")
        if not page["has_more"]:
            break
    for task in tasks:
        task.get("params", {}).pop("dependents", None)
    batches = http.get("/v1/batches").json()["docs"]
    return {"projects": http.get("/v1/projects").json(), "batches": batches, "tasks": tasks}


def test_a_finished_account_is_the_same_here_and_a_second_run_changes_nothing(
    servers: tuple[LiveServer, LiveServer],
) -> None:
    source, target = servers
    with source.http(Mode.TEST) as there, target.http(Mode.TEST) as here:
        make(there, "/v1/projects", {"type": "lidarannotation", "name": "a b/1"})
        make(there, "/v1/projects/a%20b%2F1/setParams", {"labels": ["Car"], "priority": 30})
        make(there, "/v1/batches", {"project": "a b/1", "name": "week 1", "metadata": {"w": 1}})
        answered = make(
            there,
            "/v1/task/lidarannotation",
            {
                "attachments": FRAMES,
                "batch": "week 1",
                "unique_id": "scene&7",
                "tags": ["pilot"],
                "metadata": {"z": 1, "a": {"b": [None, 1.5]}},
                "callback_url": "https://hooks.example/cb",
                "instruction": "Every car.",
            },
        )["task_id"]
        for accepted, comment in ((False, "The third is late."), (True, None)):
            body = {"accepted": accepted, "comments": comment}
            assert there.post(f"/v1/task/{answered}/audit", json=body).status_code == 200
        picture = {name: v for name, v in ORDERS["categorization"].items() if name != "project"}
        pages = [make(there, "/v1/task/categorization", picture)["task_id"] for _ in range(101)]
        before = shown(there)
        dry = run(source, target, Mode.TEST, dry=True)
        assert shown(here) == {"projects": [], "batches": [], "tasks": []}
        first = run(source, target, Mode.TEST, dry=False)
        assert outcomes(dry) == outcomes(first)
        assert outcomes(first) == {
            "projects": {"taken over": 1},
            "batches": {"taken over": 1},
            "tasks": {"taken over": len(pages) + 1},
        }
        assert not first.refused
        assert not first.notes
        assert shown(here) == before
        again = run(source, target, Mode.TEST, dry=False)
        assert outcomes(again) == {
            "projects": {"here already": 1},
            "batches": {"here already": 1},
            "tasks": {"here already": len(pages) + 1},
        }
        assert shown(here) == before
    news = target.rows(
        """SELECT (SELECT count(*) FROM task_event
                   WHERE mode = 'test' AND NOT (noticed AND dependents_read)),
                  (SELECT count(*) FROM batch_event WHERE mode = 'test'),
                  (SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'mode' = 'test')"""
    )
    assert news == [(0, 0, 0)]


def test_a_pending_task_is_brought_up_to_date_and_what_cannot_be_kept_is_said(
    servers: tuple[LiveServer, LiveServer],
) -> None:
    source, target = servers
    with source.http() as there, target.http() as here:
        make(there, "/v1/projects", {"type": "lidarannotation", "name": "streets"})
        make(there, "/v1/projects", {"type": "lidarannotation", "name": "other"})
        make(here, "/v1/projects", {"type": "categorization", "name": "other"})
        scene = {"attachments": FRAMES, "labels": ["Car"]}
        kept = make(there, "/v1/task/lidarannotation", {**scene, "project": "streets"})
        lost = make(there, "/v1/task/lidarannotation", {**scene, "project": "other"})
        taken = make(there, "/v1/task/lidarannotation", {**scene, "unique_id": "one"})
        holder = make(here, "/v1/task/lidarannotation", {**scene, "unique_id": "one"})
        report = run(source, target, Mode.LIVE, dry=False)
        assert outcomes(report) == {"projects": {"taken over": 1}, "tasks": {"taken over": 2}}
        assert report.refused == {
            ("projects", "A project of that name here takes tasks of type categorization."): [
                "other"
            ],
            ("tasks", "Its project other was not taken over."): [lost["task_id"]],
        }
        sentence = f"Its unique_id is used by task {holder['task_id']} here; it has none."
        assert report.notes == {("tasks", sentence): [taken["task_id"]]}
        assert list(report.lines(dry=False))[2] == "tasks: 2 taken over, 1 not taken over"
        assert here.get(f"/v1/task/{kept['task_id']}").json() == kept
        assert "unique_id" not in here.get(f"/v1/task/{taken['task_id']}").json()
        source.execute(
            """UPDATE task SET state = 'error', response = '{"error": "ERROR: gone"}'
               WHERE task_id = ANY(%s)""",
            [kept["task_id"], taken["task_id"]],
        )
        here.post(f"/v1/task/{taken['task_id']}/cancel")
        report = run(source, target, Mode.LIVE, project="streets", dry=False)
        assert outcomes(report)["tasks"] == {"brought up to date": 1}
        now = here.get(f"/v1/task/{kept['task_id']}").json()
        assert (now["status"], now["response"]) == ("error", {"error": "ERROR: gone"})
        report = run(source, target, Mode.LIVE, dry=False)
        assert outcomes(report)["tasks"] == {"here already": 2}
        assert here.get(f"/v1/task/{taken['task_id']}").json()["status"] == "canceled"
