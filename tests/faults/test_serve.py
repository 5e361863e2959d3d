"""`groundplane serve` as an operator meets it."""

import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from groundplane.storage.embedded import EmbeddedPostgres
from serving import GROUNDPLANE, Product, alive, running, wait_until


def refused(*arguments: str) -> str:
    """What a start that must fail says; it ends by itself."""
    done = subprocess.run(
        [GROUNDPLANE, "serve", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_folder_and_a_port_have_one_server(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        said = refused("--data", str(product.data), "--port", str(product.port + 1))
        assert "already uses" in said
        said = refused("--data", str(tmp_path / "other"), "--port", str(product.port))
        assert "Choose another with --port" in said
        assert product.is_ready()


def test_a_polite_stop_leaves_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        tree = product.tree()
        assert product.process is not None
        product.process.send_signal(signal.SIGTERM)
        assert product.process.wait(30) == 0
        wait_until(lambda: not any(alive(one) for one in tree), 5, "the tree is gone")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{product.url}/healthz")


def test_a_killed_worker_comes_back(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        worker = product.workers()[0]
        worker.kill()
        worker.wait(10)
        assert worker not in product.workers()


def test_a_long_folder_with_spaces_serves_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "a folder, with spaces" / ("and a name that goes on " * 4) / "data"
    folder.parent.mkdir(parents=True)
    with running(folder) as product:
        assert product.key().startswith("live_")


def test_the_customers_own_postgresql_serves_as_well(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path / "theirs") as server,
        running(tmp_path / "data", GROUNDPLANE_DATABASE_URL=server.owner_url) as product,
    ):
        assert not (product.data / "postgres").exists()
        assert httpx.get(f"{product.url}/readyz").json() == {"status": "ready"}


def test_a_key_is_printed_alone_and_works_beside_the_running_server(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product:
        live, test = product.key("live"), product.key("test")
        assert len(live.splitlines()) == 1
        for key in (live, test):
            answer = httpx.get(f"{product.url}/v1/tasks", auth=(key, ""))
            assert answer.json()["docs"] == []
        assert httpx.get(f"{product.url}/v1/tasks", auth=("live_none", "")).status_code == 401
        (line,) = (
            line
            for line in product.command("keys", "list").splitlines()
            if f"live_…{live[-4:]}" in line
        )
        product.command("keys", "revoke", line.split()[0])
        assert httpx.get(f"{product.url}/v1/tasks", auth=(live, "")).status_code == 401
        assert httpx.get(f"{product.url}/v1/tasks", auth=(test, "")).status_code == 200


def test_without_its_database_it_is_not_ready(tmp_path: Path) -> None:
    """Then by itself ready again: PostgreSQL is started anew."""
    product = Product(tmp_path / "data")
    try:
        product.start()
        postmaster = next(one for one in product.tree() if one.name() == "postgres")
        postmaster.kill()
        wait_until(product.is_ready, 30, "ready again")
    finally:
        product.stop()


def test_the_browser_app_is_kept_for_ever_and_travels_compressed(tmp_path: Path) -> None:
    with running(tmp_path / "data") as product, httpx.Client(base_url=product.url) as client:
        page = client.get("/")
        assert page.headers["cache-control"] == "no-cache"
        script = re.search(r"/assets/[^\"]+\.js", page.text)
        assert script is not None
        zipped = client.get(script.group())
        assert zipped.headers["content-encoding"] == "gzip"
        assert "immutable" in zipped.headers["cache-control"]
        plain = client.get(script.group(), headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == zipped.content
        assert int(zipped.headers["content-length"]) < len(plain.content) / 2
