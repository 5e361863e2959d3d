"""A real server on an ephemeral port, for the official client and for plain HTTP."""

import asyncio
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import httpx
import psycopg
import scaleapi
import uvicorn

from databases import Urls, cloned
from groundplane.accounts import operations as accounts
from groundplane.accounts.routes import ROUTES as ACCOUNT_ROUTES
from groundplane.accounts.routes import find_key_in, find_session_in
from groundplane.batches.routes import ROUTES as BATCH_ROUTES
from groundplane.buckets.routes import ROUTES as BUCKET_ROUTES
from groundplane.fetch.fetcher import Fetcher
from groundplane.files.routes import ROUTES as FILE_ROUTES
from groundplane.jobs.queue import Queue
from groundplane.labeling.blob_routes import read_blob
from groundplane.labeling.fixing_routes import ROUTES as FIXING_ROUTES
from groundplane.labeling.queue_routes import ROUTES as QUEUE_ROUTES
from groundplane.projects.routes import ROUTES as PROJECT_ROUTES
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.studio.routes import ROUTES as STUDIO_ROUTES
from groundplane.tasks import routes
from groundplane.tasks.types import KNOWN_WORDS
from groundplane.wire.app_parts import Services, build_app
from groundplane.wire.people import Role

PUBLIC_URL = "http://groundplane.test"
MOST_UPLOAD_BYTES = 12 * 1024 * 1024  # over what a body of JSON may have


@dataclass(frozen=True, slots=True)
class LiveServer:
    """`keys` by mode, `links` (sign-in tokens) by role, the database's own address for looking,
    `folder` with the blobs."""

    url: str
    keys: dict[Mode, str]
    links: dict[Role, str]
    tenant: Tenant
    urls: Urls
    folder: Path

    def client(self, mode: Mode = Mode.LIVE) -> scaleapi.ScaleClient:
        return scaleapi.ScaleClient(self.keys[mode], api_instance_url=f"{self.url}/v1")

    def http(self, mode: Mode = Mode.LIVE) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=(self.keys[mode], ""))

    def execute(self, statement: LiteralString, *values: object) -> None:
        with psycopg.connect(self.urls.owner, autocommit=True) as db:
            db.execute(statement, values)

    def rows(self, statement: LiteralString) -> list[tuple[object, ...]]:
        with psycopg.connect(self.urls.owner) as db:
            return db.execute(statement).fetchall()


class StandingServer:
    """A server in a thread with an event loop of its own; the database opens and closes in it.

    It outlives its tests: `empty` its database and call `people` for each.
    """

    def __init__(self, urls: Urls, folder: Path) -> None:
        self.urls, self.folder = urls, folder
        self.url = ""
        self.failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._database: Database | None = None
        self._uvicorn: uvicorn.Server | None = None

    def live(self, tenant: Tenant) -> LiveServer:
        """For one test: keys and people of an account that is there."""
        assert self._loop is not None
        coming = asyncio.run_coroutine_threadsafe(self._people(tenant), self._loop)
        keys, links = coming.result(20)
        return LiveServer(self.url, keys, links, tenant, self.urls, self.folder)

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  # handed to the test's thread
            self.failure = error

    def stop(self) -> None:
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._database = database = await Database.open(self.urls.app)
        try:
            services = Services(
                find_key_in(database),
                find_session_in(database),
                PUBLIC_URL,
                {
                    "database": database,
                    "blobs": Blobs.open(str(self.folder / "blobs")),
                    "queue": Queue(self.urls.app),
                    "secret": InstanceSecret.load_or_create(self.folder),
                    "most_upload_bytes": MOST_UPLOAD_BYTES,
                    "fetcher": Fetcher(allow=["127.0.0.0/8"]),
                    "task_words": KNOWN_WORDS,
                },
            )
            features = (
                *(ACCOUNT_ROUTES, BUCKET_ROUTES, PROJECT_ROUTES, FILE_ROUTES, BATCH_ROUTES),
                *(routes.ROUTES, STUDIO_ROUTES, QUEUE_ROUTES, FIXING_ROUTES, [read_blob]),
            )
            app = build_app([route for of_one in features for route in of_one], services)
            config = uvicorn.Config(app, log_config=None)  # pyright: ignore[reportArgumentType]  # uvicorn types ASGI its own way
            self._uvicorn = uvicorn.Server(config)
            with socket.create_server(("127.0.0.1", 0)) as listening:
                self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
                await self._uvicorn.serve(sockets=[listening])
        finally:
            await database.close()

    async def _people(self, tenant: Tenant) -> tuple[dict[Mode, str], dict[Role, str]]:
        assert self._database is not None
        keys: dict[Mode, str] = {}
        for mode in Mode:
            world = Tenant(tenant.account_id, mode)
            async with self._database.transaction(world) as db:
                keys[mode] = await accounts.create_key(db, world)
        links: dict[Role, str] = {}
        async with self._database.transaction(tenant) as db:
            for role in Role:
                person = await accounts.create_person(
                    db, tenant.account_id, f"{role.value}@example.com", role
                )
                links[role] = await accounts.create_sign_in_link(db, person)
        return keys, links


@contextmanager
def standing(urls: Urls, folder: Path) -> Generator[StandingServer]:
    server = StandingServer(urls, folder)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.url:
            assert server.failure is None, server.failure
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        yield server
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def standing_alone(template: Urls, folder: Path) -> Generator[LiveServer]:
    """A server with a database and an account of its own, for a file of tests to share."""
    with cloned(template) as urls:
        with psycopg.connect(urls.owner, autocommit=True) as db:
            db.execute("INSERT INTO account (account_id, name) VALUES (%s, 'Test')", ["b0" * 12])
        with standing(urls, folder) as server:
            yield server.live(Tenant("b0" * 12, Mode.LIVE))
