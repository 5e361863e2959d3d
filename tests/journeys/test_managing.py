"""A manager's pages: projects, batches and people, and what a labeler sees of them."""

from contextlib import closing
from pathlib import Path

import httpx
import pytest
from chromium import run_journey

from serving import running

pytestmark = pytest.mark.journey

PROJECTS = {
    "Highway 2026": ("drive 1", "drive 2", "calibration"),
    "Parking / night": ("level -1", "level -2"),
    "Old trial": ("first",),
}


def test_a_manager_looks_after_projects_batches_and_people(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        with closing(httpx.Client(base_url=product.url, auth=(product.key(), ""))) as http:
            for project, batches in PROJECTS.items():
                seed(http, project, batches)
        with closing(product.signed_in()) as http:
            for email, role in (("lea@example.com", "labeler"), ("rob@example.com", "reviewer")):
                new = {"email": email, "role": role}
                http.post("/app/people", json=new).raise_for_status()
            me = http.get("/app/me").json()["person_id"]
            link = http.post(f"/app/people/{me}/sign-in-link", json={}).json()["url"]
        plan = {"manager": link, "pictures": str(tmp_path)}
        run_journey("managing", plan, tmp_path)


def seed(http: httpx.Client, project: str, batches: tuple[str, ...]) -> None:
    params = {"instruction": "Say what is seen.", "labels": ["Car", "Van"]}
    new = {"type": "textcollection", "name": project, "params": params}
    http.post("/v1/projects", json=new).raise_for_status()
    for batch in batches:
        made = {"project": project, "name": batch, "calibration_batch": batch == "calibration"}
        http.post("/v1/batches", json=made).raise_for_status()
    body = {"attachments": [], "fields": [{"type": "text", "field_id": "a", "title": "A"}]}
    for number in range(3):
        sent = http.post("/v1/task/textcollection", json={**body, "batch": batches[0]})
        sent.raise_for_status()
        if number == 0:
            http.post(f"/v1/task/{sent.json()['task_id']}/cancel").raise_for_status()
