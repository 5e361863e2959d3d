"""The queue and review, by the pages that people see."""

from contextlib import closing
from pathlib import Path

import httpx
import pytest
from chromium import run_journey
from scaleapi import ScaleClient

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
        client = ScaleClient(product.key(), api_instance_url=f"{product.url}/v1")
        (shown,) = client.get_tasks("Demo")
        task = shown.as_dict()
        results = [(one["audit_result"], one["audit_source"]) for one in task["audits"]]
        before = [("accepted", "scale"), ("rejected", "scale")]
        assert results == [("fixed", "customer"), ("rejected", "customer"), *before]
        assert {one["audited_by"] for one in task["audits"]} == {"reviewer@example.com"}
        # Sent back: pending, and what was delivered before and after the fix can still be read.
        assert (task["status"], "response" in task) == ("pending", False)
        urls = [one["annotations"]["url"] for one in task["prior_responses"]]
        cars = [len(httpx.get(url).json()[0]["cuboids"]) for url in urls]
        assert cars == [0, 1]
