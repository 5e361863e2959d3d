"""Who asks: a key under /v1, a signed-in person under /app. Everything there needs one.

The guard runs before the body is read, so a stranger learns nothing from how it is judged. A
route that strangers may use (signing in) says `public=True`.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from litestar import Request
from litestar.handlers import BaseRouteHandler

from groundplane.errors import Forbidden, InvalidParameter, InvalidRequest, Unauthorized
from groundplane.storage.database import Mode, Tenant
from groundplane.wire.bodies import media_type
from groundplane.wire.people import ApiKey, Person, Role
from groundplane.wire.requests import HttpConnection, HttpRequest

FindKey = Callable[[str], Awaitable[ApiKey | None]]
FindSession = Callable[[str], Awaitable[Person | None]]
Guard = Callable[[HttpConnection, BaseRouteHandler], Awaitable[None]]

OCTETS = "application/octet-stream"
READING = {"GET", "HEAD", "OPTIONS"}
MOST_KEY_CHARACTERS = 512


def session_cookie_name(public_url: str) -> str:
    """With TLS the browser itself guarantees that this cookie came from this very host."""
    return "__Host-groundplane_session" if is_tls(public_url) else "groundplane_session"


def is_tls(public_url: str) -> bool:
    return public_url.startswith("https://")


def guard(*, find_key: FindKey, find_session: FindSession, public_url: str) -> Guard:
    """The one guard of the whole app, by path: no route can forget it."""
    cookie = session_cookie_name(public_url)

    async def authenticate(connection: HttpConnection, handler: BaseRouteHandler) -> None:
        path = connection.scope["path"]
        if path.startswith("/app/"):
            if isinstance(connection, Request) and connection.method not in READING:
                declared = OCTETS if handler.opt.get("streams_body") else "application/json"
                refuse_other_sites(connection, public_url, media=declared)
            if not handler.opt.get("public"):
                token = connection.cookies.get(cookie, "")
                person = await find_session(token) if token else None
                if person is None:
                    raise Unauthorized("Please sign in.")
                connection.state.person = person
                connection.state.tenant = Tenant(person.account_id, _mode(connection, person))
        elif path.startswith("/v1/") and not handler.opt.get("public"):
            key = presented_key(connection.headers.get("authorization", ""))
            found = await find_key(key) if key else None
            if found is None:
                raise Unauthorized
            connection.state.api_key = found
            connection.state.tenant = found.tenant

    return authenticate


def presented_key(authorization: str) -> str | None:
    """The API key of a Basic (as user name) or Bearer header; None if there is none."""
    scheme, _, credentials = authorization.strip().partition(" ")
    credentials = credentials.strip()
    match scheme.lower():
        case "bearer":
            key = credentials
        case "basic":
            try:
                key = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
            except (binascii.Error, ValueError):
                return None
        case _:
            return None
    return key if 0 < len(key) <= MOST_KEY_CHARACTERS else None


def refuse_other_sites(
    request: HttpRequest, public_url: str, *, media: str = "application/json"
) -> None:
    """A cookie alone cannot act (reliability.md T37): another site's page cannot make these.

    Raises:
        Forbidden: the browser says that another site asks.
        InvalidRequest: the body is not declared as JSON, or bytes, which a form cannot do.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("Requests from other sites are refused.")
    origin = request.headers.get("origin")
    if origin is not None:
        allowed = {request.headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()}
        if urlsplit(origin).netloc.lower() not in allowed or origin == "null":
            raise Forbidden("Requests from other sites are refused.")
    if media_type(request) != media:
        raise InvalidRequest(f"The Content-Type must be {media}.")


def _mode(connection: HttpConnection, person: Person) -> Mode:
    asked = connection.query_params.get("mode", Mode.LIVE.value)
    if asked not in (Mode.LIVE.value, Mode.TEST.value):
        raise InvalidParameter("mode", "must be live or test")
    mode = Mode(asked)
    if mode is Mode.TEST:
        person.must_be(Role.MANAGER)
    return mode


def tenant(request: HttpRequest) -> Tenant:
    """Dependency `tenant`: whose world this request sees."""
    return request.state.tenant


def api_key(request: HttpRequest) -> ApiKey:
    """Dependency `api_key`: with which key this is asked (/v1 only)."""
    return request.state.api_key


def person(request: HttpRequest) -> Person:
    """Dependency `person`: who is signed in (/app only)."""
    return request.state.person
