"""A page that was loaded before an update of the server learns of it."""

from pathlib import Path

import httpx
import pytest

from groundplane import app
from serving import running


def test_another_web_app_has_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "WEB_APP", tmp_path)
    (tmp_path / "index.html").write_bytes(b"<script src=assets/a1.js>")
    before = app.build_of_web_app()
    assert app.build_of_web_app() == before
    (tmp_path / "index.html").write_bytes(b"<script src=assets/b2.js>")
    assert app.build_of_web_app() != before


def test_every_answer_to_a_page_names_the_build_and_no_other_does(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        said = httpx.get(f"{product.url}/app/me").headers
        assert said["x-groundplane-build"] == app.build_of_web_app()
        assert "x-groundplane-build" not in httpx.get(f"{product.url}/v1/tasks").headers
