import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from bad_hooks import hooked_tasks
from bad_world import World, site_in_a_thread

from serving import running


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One product for the whole folder. At its end: no bad input was our failure."""
    data = tmp_path_factory.mktemp("badinput") / "data"
    with running(data) as product, site_in_a_thread() as site, ThreadPoolExecutor(2) as both:
        live_key, test_key = both.map(product.key, ("live", "test"))
        printed = re.search(r"/sign-in\?token=(\S+)", product.log.read_text())
        assert printed is not None, "the first start prints a link"
        with (
            httpx.Client(base_url=product.url, timeout=60, auth=(live_key, "")) as live,
            httpx.Client(base_url=product.url, timeout=60, auth=(test_key, "")) as test,
            httpx.Client(base_url=product.url, timeout=60) as manager,
        ):
            manager.post("/app/sign-in", json={"token": printed[1]}).raise_for_status()
            yield World(product, site, live_key, test_key, live, test, manager, printed[1])
    failures = [
        line
        for line in product.log.read_text().splitlines()
        if line.startswith("{") and json.loads(line)["level"] in ("error", "critical")
    ]
    assert not failures, "\n".join(failures)[:5000]


@pytest.fixture(scope="session", autouse=True)
def hooked(world: World) -> dict[str, str]:
    """Tasks whose callbacks take their time, begun before all else; name of the hook → task."""
    return hooked_tasks(world)
