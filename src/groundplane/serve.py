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
from collections.abc import Callable, Generator
from dataclasses import replace

import structlog

from groundplane import demo
from groundplane.accounts import operations as accounts
from groundplane.accounts.model import Role
from groundplane.errors import StartRefused
from groundplane.jobs.queue import Queue
from groundplane.jobs.reaper import forget_workers
from groundplane.processes import ProcessTree
from groundplane.settings import Settings, remember_public_url
from groundplane.storage.database import Database
from groundplane.storage.embedded import EmbeddedPostgres, locked, running_urls
from groundplane.storage.migrate import migrate
from groundplane.storage.secrets import InstanceSecret
from groundplane.worker import WORK_CLASSES

FIRST_MANAGER = "manager@localhost"
READY_WITHIN_S = 60.0
TEND_EVERY_S = 0.2

Say = Callable[[str], None]

log = structlog.get_logger(__name__)


def serve(
    settings: Settings, host: str, port: int, *, web_processes: int, with_demo: bool, say: Say
) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        StartRefused: the data folder, the port or the database cannot be used.
    """
    stopping = _stop_on_signals()
    with contextlib.ExitStack() as cleanup:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        cleanup.enter_context(locked(settings.data))
        listening = cleanup.enter_context(_bound(host, port))
        # A new instance's scene takes seconds; database and processes start meanwhile.
        is_new = settings.database_url is None and not (settings.data / "postgres").exists()
        writing = demo.begin_writing(settings.data) if with_demo and is_new else None
        owner_url, app_url = cleanup.enter_context(database_urls(settings))
        migrate(owner_url)
        embedded = settings.database_url is None
        settings = replace(settings, database_url=app_url)
        InstanceSecret.load_or_create(settings.data)
        remember_public_url(settings)
        if with_demo:
            settings = demo.with_files_root(settings)
        tree = ProcessTree(_environment(settings))
        cleanup.callback(tree.stop)
        if embedded:
            asyncio.run(_forget_workers(app_url))
        _start(tree, settings, listening, web_processes)
        link = asyncio.run(_first_start(settings, writing, with_demo=with_demo))
        _wait_until_ready(tree, listening, stopping)
        _welcome(settings, link, say)
        while not stopping():
            tree.tend()
            time.sleep(TEND_EVERY_S)


@contextlib.contextmanager
def database_urls(settings: Settings) -> Generator[tuple[str, str]]:
    """The owner's and the application's address: the customer's server, or the embedded one.

    For commands beside a running `serve`, its server; else one that is ours while we run.
    """
    if settings.database_url is not None:
        yield settings.database_url, settings.database_url
        return
    folder = settings.data / "postgres"
    running = running_urls(folder)
    if running is not None and _answers(running[1]):
        yield running
        return
    with EmbeddedPostgres(folder) as server:
        yield server.owner_url, server.app_url


def _answers(url: str) -> bool:
    """Whether a server is behind the address; a killed one leaves its address behind."""
    import psycopg  # noqa: PLC0415 - only commands beside a server pay for it

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _stop_on_signals() -> Callable[[], bool]:
    asked: list[int] = []
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, lambda number, _frame: asked.append(number))
    return lambda: bool(asked)


def _bound(host: str, port: int) -> socket.socket:
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


def _start(tree: ProcessTree, settings: Settings, listening: socket.socket, count: int) -> None:
    data = str(settings.data)
    for name in WORK_CLASSES:  # workers before web: they know every job that web enqueues
        tree.start(f"worker {name}", [sys.executable, "-m", "groundplane.worker", data, name])
    fd = listening.fileno()
    for number in range(count):
        tree.start(
            f"web {number}",
            [sys.executable, "-m", "groundplane.app", data, str(fd)],
            pass_fds=(fd,),
        )


async def _forget_workers(app_url: str) -> None:
    """Those of an embedded database died with the server that we hold the lock of."""
    database = await Database.open(app_url, most_connections=1)
    try:
        await forget_workers(database)
    finally:
        await database.close()


async def _first_start(
    settings: Settings, writing: demo.Writing | None, *, with_demo: bool
) -> str | None:
    """Make what a new instance needs; a sign-in token while no manager has ever signed in."""
    assert settings.database_url is not None
    database = await Database.open(settings.database_url, most_connections=2)
    try:
        async with database.transaction() as db:
            account_id = await accounts.first_account(db)
            token = None
            if not await accounts.has_signed_in_manager(db, account_id):
                manager = await accounts.create_person(db, account_id, FIRST_MANAGER, Role.MANAGER)
                token = await accounts.create_sign_in_link(db, manager)
        if with_demo:
            queue = Queue(settings.database_url)
            await demo.create_once(database, queue, settings.data, account_id, writing)
        return token
    finally:
        await database.close()


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
    say(f"Groundplane is ready: {settings.public_url}")
    if token is None:
        say(
            f"A new sign-in link: {sys.argv[0]} users create "
            f"--data {settings.data} --email {FIRST_MANAGER} --role manager"
        )
    else:
        say(f"Sign in as {FIRST_MANAGER} with this link (works once, within 24 hours):")
        say(f"  {sign_in_url(settings, token)}")


def sign_in_url(settings: Settings, token: str) -> str:
    return f"{settings.public_url}/sign-in?token={token}"
