"""`groundplane serve`: PostgreSQL, web and workers in one tree that starts and ends together."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace

from groundplane import demo_files
from groundplane.errors import StartRefused
from groundplane.orders import Orders
from groundplane.processes import ProcessTree
from groundplane.settings import Settings, remember_public_url
from groundplane.storage.folder_lock import locked
from groundplane.storage.secrets import InstanceSecret
from groundplane.work_classes import WORK_CLASSES

READY_WITHIN_S = 60.0
TEND_EVERY_S = 0.2

Say = Callable[[str], None]
ListenAt = tuple[str, int]  # host and port


def serve(
    tree: ProcessTree, settings: Settings, listen_at: ListenAt, *, with_demo: bool, say: Say
) -> None:
    """Run until SIGTERM or SIGINT.

    The children of `tree` wait for their orders and have begun to import, which takes longer than
    what is done here before.

    Raises:
        StartRefused: the data folder, the port or the database cannot be used.
    """
    stopping = _stop_on_signals()
    with contextlib.ExitStack() as cleanup:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        cleanup.enter_context(locked(settings.data))
        listening = cleanup.enter_context(_bound(listen_at))
        cleanup.callback(tree.stop)
        from groundplane import instance  # noqa: PLC0415 - a refusal above is quick
        from groundplane.storage.migrate import migrate  # noqa: PLC0415 - a refusal above is quick

        # A new instance's scene takes seconds; database and processes start meanwhile.
        is_new = settings.database_url is None and not (settings.data / "postgres").exists()
        writing = demo_files.begin_writing(settings.data) if with_demo and is_new else None
        owner_url, app_url = cleanup.enter_context(instance.database_urls(settings))
        cleanup.callback(tree.stop)  # before the database
        migrate(owner_url)
        embedded = settings.database_url is None
        settings = replace(settings, database_url=app_url)
        InstanceSecret.load_or_create(settings.data)
        remember_public_url(settings)
        if with_demo:
            settings = demo_files.with_files_root(settings)
        tree.go(Orders(settings.data, _environment(settings), listening))
        token = asyncio.run(instance.first_start(settings, owns_workers=embedded))
        _wait_until_ready(tree, listening, stopping)
        _start_workers(tree, settings)
        if with_demo:
            asyncio.run(instance.offer_demo(settings, writing))
        _welcome(settings, token, say)
        while not stopping():
            tree.tend()
            time.sleep(TEND_EVERY_S)


def _stop_on_signals() -> Callable[[], bool]:
    asked: list[int] = []
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, lambda number, _frame: asked.append(number))
    return lambda: bool(asked)


def _bound(listen_at: ListenAt) -> socket.socket:
    host, port = listen_at
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StartRefused(
            f"Cannot listen on {host}:{port} ({error.strerror}). Choose another with --port."
        ) from error
    listening.listen(1024)
    return listening


def _environment(settings: Settings) -> dict[str, str]:
    """What the children read their settings from: the environment, which `ps` does not show."""
    assert settings.database_url is not None
    settled = {
        "GROUNDPLANE_DATABASE_URL": settings.database_url,
        "GROUNDPLANE_BLOBS_URL": settings.blobs,
        "GROUNDPLANE_PUBLIC_URL": settings.public_url,
        "GROUNDPLANE_FETCH_ALLOW": ",".join(settings.fetch_allow),
        "GROUNDPLANE_FILES_ROOT": str(settings.files_root or ""),
    }
    return {**os.environ, **settled}


def _start_workers(tree: ProcessTree, settings: Settings) -> None:
    """After web, which somebody waits for; jobs wait in their table."""
    for name in WORK_CLASSES:
        command = [sys.executable, "-m", "groundplane.worker", str(settings.data), name]
        tree.start(f"worker {name}", command)


def _wait_until_ready(
    tree: ProcessTree, listening: socket.socket, stopping: Callable[[], bool]
) -> None:
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(host), str(host))  # noqa: S104 - compared, not bound
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/readyz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_WITHIN_S
    while not stopping():
        tree.tend()
        with contextlib.suppress(urllib.error.URLError, OSError), opener.open(address, timeout=5):
            return
        if time.monotonic() > deadline:
            raise StartRefused("The web process did not become ready; the log above says why.")
        time.sleep(0.05)


def _welcome(settings: Settings, token: str | None, say: Say) -> None:
    from groundplane.accounts.operations import sign_in_url  # noqa: PLC0415 - as in serve
    from groundplane.instance import FIRST_MANAGER  # noqa: PLC0415 - as in serve

    say(f"Groundplane is ready: {settings.public_url}")
    if token is None:
        say(
            f"A new sign-in link: {sys.argv[0]} users create "
            f"--data {settings.data} --email {FIRST_MANAGER} --role manager"
        )
    else:
        say(f"Sign in as {FIRST_MANAGER} with this link (works once, within 24 hours):")
        say(f"  {sign_in_url(settings.public_url, token)}")
