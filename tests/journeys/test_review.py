"""The queue and review, by the pages that people see."""

from contextlib import closing
from pathlib import Path

import httpx
import pytest
from chromium import run_journey

from serving import running, wait_until

pytestmark = pytest.mark.journey


def test_work_goes_through_queue_and_review(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as product:
        roles = ("manager", "labeler", "reviewer")
        links = {role: product.sign_in_link(role, f"{role}@example.com") for role in roles}

        def states() -> list[str]:
            tasks = http.get("/app/tasks").json()["tasks"]
            return [str(task["state"]) for task in tasks]

        with closing(product.signed_in()) as http:
            wait_until(lambda: states() == ["ready"], 120, "the demo is ready")
        run_journey("review", {**links, "pictures": str(tmp_path)}, tmp_path)
        (task,) = httpx.get(f"{product.url}/v1/tasks", auth=(product.key(), "")).json()["docs"]
        results = [(one["audit_result"], one["audited_by"]) for one in task["audits"]]
        assert results == [(word, "reviewer@example.com") for word in ("accepted", "rejected")]
