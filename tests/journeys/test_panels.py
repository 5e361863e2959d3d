"""Panels in the editor: moved, remembered per person, reset."""

import re
import subprocess
from pathlib import Path

import pytest
from chromium import run_journey

from serving import GROUNDPLANE, Product, running

pytestmark = pytest.mark.journey


def sign_in_link(product: Product, email: str) -> str:
    done = subprocess.run(
        [
            *(GROUNDPLANE, "users", "create", "--data", str(product.data)),
            *("--email", email, "--role", "manager"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"\S*/sign-in\?token=\S+", done.stdout)
    assert found is not None, done.stdout
    return product.url + found.group()[found.group().index("/sign-in") :]


def test_panels_stay_where_their_person_put_them(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as product:
        plan = {
            "link": sign_in_link(product, "ana@example.com"),
            "elsewhere": sign_in_link(product, "ana@example.com"),
            "other": sign_in_link(product, "bo@example.com"),
            "pictures": str(tmp_path),
        }
        run_journey("panels", plan, tmp_path)
