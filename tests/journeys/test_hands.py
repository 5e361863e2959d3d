"""Keys, mouse, trackpad and time in the editor, on the demo scene."""

import re
from pathlib import Path

import pytest
from chromium import run_journey

from serving import running, wait_until

pytestmark = pytest.mark.journey


def test_keys_are_never_lost_and_time_goes_where_it_is_sent(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as product:
        printed = re.compile(r"http://\S+/sign-in\?token=\S+")
        wait_until(lambda: bool(printed.search(product.log.read_text())), 30, "the link is printed")
        found = printed.search(product.log.read_text())
        assert found is not None
        run_journey("hands", {"link": found.group(), "pictures": str(tmp_path)}, tmp_path)
