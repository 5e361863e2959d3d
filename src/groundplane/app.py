"""The web application.

Routes come from the features; here they meet their services, the health checks and the built
browser app.
"""

import gzip
import hashlib
import logging
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uvicorn
from litestar import Response
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from groundplane.accounts.routes import ROUTES as ACCOUNT_ROUTES
from groundplane.accounts.routes import find_key_in, find_session_in
from groundplane.batches.routes import ROUTES as BATCH_ROUTES
from groundplane.buckets.routes import ROUTES as BUCKET_ROUTES
from groundplane.callbacks.routes import ROUTES as CALLBACK_ROUTES
from groundplane.errors import NotFound, StartRefused, Unavailable
from groundplane.fetch.fetcher import Fetcher
from groundplane.files.routes import ROUTES as FILE_ROUTES
from groundplane.jobs.queue import Queue
from groundplane.labeling.presence import Presence
from groundplane.labeling.routes import ROUTES as LABELING_ROUTES
from groundplane.projects.routes import ROUTES as PROJECT_ROUTES
from groundplane.settings import Settings
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Database
from groundplane.storage.secrets import InstanceSecret
from groundplane.studio.routes import ROUTES as STUDIO_ROUTES
from groundplane.tasks.routes import ROUTES as TASK_ROUTES
from groundplane.tasks.types import KNOWN_WORDS
from groundplane.wire.app_parts import Services, build_app
from groundplane.wire.downloads import accepted
from groundplane.wire.errors import loggable_path
from groundplane.wire.protocol import DialectProtocol
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, NamedDependency, get

WEB_APP = Path(__file__).parent / "web"
GRACE_S = 5
CONTENT_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".wasm": "application/wasm",
}
TEXT = (".js", ".css", ".svg")

log = logging.getLogger(__name__)


@get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@get("/readyz", include_in_schema=False)
async def readyz(
    database: NamedDependency[Database], blobs: NamedDependency[Blobs]
) -> dict[str, str]:
    """The database and the blobs answer too; 503 when one does not."""
    async with database.transaction() as db:
        await db.execute("SELECT 1")
    if not await blobs.ready():
        raise Unavailable("The blob store cannot be reached right now.")
    return {"status": "ready"}


async def page() -> Response[bytes]:
    """Every page of the browser app is one document; the app reads the address."""
    return _file(WEB_APP / "index.html", cache="no-cache")


PAGES = tuple(
    get(path, include_in_schema=False, name=path)(page)
    for path in (
        *("/", "/sign-in", "/queue", "/review", "/callbacks", "/jobs", "/reference"),
        *("/people", "/buckets", "/projects", "/projects/{_name:str}", "/batches/{_name:str}"),
        *("/tasks/{_task_id:str}", "/tasks/{_task_id:str}/work"),
    )
)


@get("/favicon.svg", include_in_schema=False)
async def favicon() -> Response[bytes]:
    return _file(WEB_APP / "favicon.svg", cache="max-age=86400")


@get("/assets/{name:str}", include_in_schema=False)
async def asset(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Built files carry their hash in the name and never change."""
    file = _file(WEB_APP / "assets" / name, cache="public, max-age=31536000, immutable")
    file.headers["Vary"] = "Accept-Encoding"
    if "gzip" in accepted(request.headers.get("accept-encoding", "")) and name.endswith(TEXT):
        file.content = _zipped(name)
        file.headers["Content-Encoding"] = "gzip"
    return file


ROUTES = (
    *(healthz, readyz, *PAGES, favicon, asset),
    *ACCOUNT_ROUTES,
    *BUCKET_ROUTES,
    *PROJECT_ROUTES,
    *BATCH_ROUTES,
    *FILE_ROUTES,
    *TASK_ROUTES,
    *STUDIO_ROUTES,
    *LABELING_ROUTES,
    *CALLBACK_ROUTES,
)


def _file(path: Path, *, cache: str) -> Response[bytes]:
    if path.parent not in (WEB_APP, WEB_APP / "assets") or not _is_file(path):
        raise NotFound("Page")
    return Response(
        path.read_bytes(),
        media_type=CONTENT_TYPES.get(path.suffix, "application/octet-stream"),
        headers={"Cache-Control": cache},
    )


@cache
def _zipped(name: str) -> bytes:
    """The editor's script is 0.7 MB; a labeler on a slow line waits for a quarter of that."""
    return gzip.compress((WEB_APP / "assets" / name).read_bytes(), mtime=0)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file system has a name of that length
        return False


def build_of_web_app() -> str:
    """Names the built web app; a page that was loaded before an update has another one's."""
    index = WEB_APP / "index.html"
    content = index.read_bytes() if index.is_file() else b""
    return hashlib.sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class BuildHeader:
    """Tells every page which web app this server would serve now."""

    app: ASGIApp
    build: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith("/app/"):
                header = (b"x-groundplane-build", self.build.encode())
                message["headers"] = [*message.get("headers", []), header]
            await send(message)

        await self.app(scope, receive, naming)


@dataclass(frozen=True, slots=True)
class RequestLog:
    """One line a request; never the query, and of a capability's path only its kind."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            said = {
                "method": scope["method"],
                "path": loggable_path(scope["path"]),
                "status": status,
                "duration_ms": round(1000 * (time.perf_counter() - started), 1),
            }
            log.info("request", extra=said)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[ASGIApp]:
    """The whole app on its services."""
    if settings.database_url is None:
        raise StartRefused("The web process needs the address of a database.")
    database = await Database.open(settings.database_url, most_connections=16)
    fetcher = Fetcher(allow=settings.fetch_allow, files_root=settings.files_root)
    try:
        services = Services(
            find_key=find_key_in(database),
            find_session=find_session_in(database),
            public_url=settings.public_url,
            embed_hosts=settings.embed_hosts,
            named={
                "database": database,
                "blobs": Blobs.open(settings.blobs),
                "queue": Queue(settings.database_url),
                "secret": InstanceSecret.load_or_create(settings.data),
                "presence": Presence(),
                "most_upload_bytes": settings.most_upload_bytes,
                "fetcher": fetcher,
                "task_words": KNOWN_WORDS,
            },
        )
        yield RequestLog(BuildHeader(build_app(ROUTES, services), build_of_web_app()))
    finally:
        await fetcher.aclose()
        await database.close()


async def run(settings: Settings, listening: socket.socket) -> None:
    async with opened(settings) as app:
        config = uvicorn.Config(
            app,  # pyright: ignore[reportArgumentType] - Litestar's and uvicorn's names for the same protocol
            http=DialectProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whoever can reach us could forge them
            timeout_graceful_shutdown=GRACE_S,
        )
        await uvicorn.Server(config).serve(sockets=[listening])
