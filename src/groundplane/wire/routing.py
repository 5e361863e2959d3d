"""Routes: status 200 everywhere, and names that may hold any character (api.md 1.1).

uvicorn and Litestar both hand over decoded paths, in which `b%201%2F2` is already two segments.
So `SplitBeforeDecoding` puts the raw path in its place, each segment in one canonical spelling,
Litestar matches on that, and `decode_path_names` decodes the names it found.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, unquote_to_bytes

import litestar
import msgspec
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from groundplane.errors import InvalidRequest
from groundplane.wire.errors import ERROR_RESPONSES, FORBIDDEN_RESPONSE, ErrorBody
from groundplane.wire.needs import NEEDS, needs_of, served

__all__ = [
    "FromPath",
    "FromQuery",
    "JSONBody",
    "NamedDependency",
    "SplitBeforeDecoding",
    "decode_path_names",
    "delete",
    "described",
    "get",
    "post",
    "put",
]

_PLAIN = re.compile(rb"[A-Za-z0-9_.~/-]*")  # what has one spelling only
TASKS = b"/v1/task/"

Decorator = Callable[[Callable[..., Any]], HTTPRouteHandler]


def _method(
    decorator: Callable[..., Decorator],
    path: str,
    /,
    *,
    public: bool = False,
    streams_body: bool = False,
    checks_body: bool = False,
    never_conflicts: bool = False,
    **options: object,
) -> Decorator:
    """A route that answers 200 (the official client takes nothing else for success).

    Args:
        decorator: Litestar's own.
        path: e.g. "/v1/task/{task_id:str}".
        public: needs neither key nor session, though under /v1 or /app.
        streams_body: the handler reads the body as it arrives; nothing looks at it before.
        checks_body: the handler calls wire.bodies.check itself, when the time for it has come.
        never_conflicts: it has no 409, on which the official client would fail there.
        options: what Litestar's decorator takes besides.
    """
    options.setdefault("status_code", 200)
    # Reading changes nothing, so nothing can be in its way.
    never_conflicts |= decorator is litestar.get
    for name, value in _said_of(path, public=public, never_conflicts=never_conflicts).items():
        options.setdefault(name, value)

    def handler(function: Callable[..., Awaitable[object]]) -> HTTPRouteHandler:
        needs = needs_of(function)
        make = decorator(
            path,
            public=public,
            streams_body=streams_body,
            checks_body=checks_body,
            **{NEEDS: needs},
            **options,
        )
        return make(served(function, needs))

    return handler


def _said_of(path: str, *, public: bool, never_conflicts: bool) -> dict[str, object]:
    """What the OpenAPI document says of every route: its group, its keys and its refusals."""
    _, part, word, *_ = f"{path}///".split("/")
    refusals = {
        status: answer
        for status, answer in ERROR_RESPONSES.items()
        if not (status == HTTPStatus.CONFLICT and never_conflicts)
    }
    said: dict[str, object] = {"responses": refusals}
    if part == "app":
        said["tags"], said["responses"] = ["browser"], refusals | FORBIDDEN_RESPONSE
        said["security"] = [] if public else [{"session": []}]
    elif part == "v1":
        said["tags"] = ["tasks" if word == "task" else word]
        said["security"] = [] if public else [{"basic": []}, {"bearer": []}]
    return said


get = partial(_method, litestar.get)
post = partial(_method, litestar.post)
put = partial(_method, litestar.put)
delete = partial(_method, litestar.delete)


def described(
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    body_type: OpenAPIType = OpenAPIType.OBJECT,
    form: Mapping[str, str] | None = None,
) -> type[Operation]:
    """What a route that reads its own query or body says of them in the OpenAPI document.

    Args:
        query: name → what it means.
        headers: the same of request headers.
        body: what the optional body holds, as JSON or, if it is an object, as a form.
        body_type: object or array.
        form: of a route that takes a multipart form: name → what it means, the file first.
    """

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.parameters = [
                *(self.parameters or []),
                *(
                    Parameter(
                        name=name,
                        param_in=place,
                        description=meaning,
                        required=False,
                        schema=Schema(type=OpenAPIType.STRING),
                    )
                    for place, named in (("query", query), ("header", headers))
                    for name, meaning in (named or {}).items()
                ),
            ]
            if body is not None:
                items = Schema(type=OpenAPIType.STRING) if body_type is OpenAPIType.ARRAY else None
                content = OpenAPIMediaType(
                    schema=Schema(type=body_type, items=items, description=body)
                )
                media = ["application/json"]
                if body_type is OpenAPIType.OBJECT:
                    media.append("application/x-www-form-urlencoded")
                self.request_body = RequestBody(
                    content=dict.fromkeys(media, content), required=False
                )
            if form is not None:
                self.request_body = _multipart(form)

    return Described


def _multipart(form: Mapping[str, str]) -> RequestBody:
    file = next(iter(form))
    properties: dict[str, Schema | Reference] = {
        name: Schema(
            type=OpenAPIType.STRING,
            format=OpenAPIFormat.BINARY if name == file else None,
            description=meaning,
        )
        for name, meaning in form.items()
    }
    schema = Schema(type=OpenAPIType.OBJECT, required=[file], properties=properties)
    media = OpenAPIMediaType(schema=schema)
    return RequestBody(content={"multipart/form-data": media}, required=True)


class SplitBeforeDecoding:
    """Routes on the raw path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            path = canonical_path(scope["raw_path"])
        except InvalidRequest as error:
            await _refuse(send, str(error))
            return
        routed = scope.copy()
        routed["path"] = path
        if scope["method"] == "HEAD" and path.startswith("/blobs/"):
            # What checks a download before it begins is told what GET would answer.
            routed["method"] = "GET"
            send = _without_body(send)
        await self.app(routed, receive, send)


def _without_body(send: Send) -> Send:
    """An answer's head, and of its body only that it ends."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending


def canonical_path(raw_path: bytes) -> str:
    """The path with every segment encoded in one spelling; only real slashes are slashes.

    Under /v1/task/ what is no text becomes one that names no task: a malformed id is an unknown
    one (Scale answers 404), for whoever has a key.

    Raises:
        InvalidRequest: a segment is not percent-encoded UTF-8, or holds U+0000.
    """
    path = raw_path.partition(b"?")[0]
    if _PLAIN.fullmatch(path):
        return path.decode()
    decoded = _patched if path.startswith(TASKS) else _decoded
    return "/".join(quote(decoded(segment), safe="") for segment in path.split(b"/"))


def _patched(segment: bytes) -> str:
    return (
        unquote_to_bytes(segment)
        .decode(errors="replace")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _decoded(segment: bytes) -> str:
    # What follows each % must be two hex digits: unquote would pass anything else through.
    for after in segment.split(b"%")[1:]:
        if len(after) < 2 or not all(byte in b"0123456789abcdefABCDEF" for byte in after[:2]):
            raise InvalidRequest("The path is not percent-encoded UTF-8.")
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise InvalidRequest("The path is not percent-encoded UTF-8.") from None
    if "\0" in text:
        raise InvalidRequest("The path must not contain the character U+0000.")
    return text


def decode_path_names(app: ASGIApp) -> ASGIApp:
    """Litestar middleware: the names that the router found, decoded once each."""

    async def decoding(scope: Scope, receive: Receive, send: Send) -> None:
        found = cast("dict[str, object]", scope.get("path_params", {}))
        # A new dictionary: the router keeps and reuses its own.
        decoded = {
            name: unquote_to_bytes(value).decode() if isinstance(value, str) else value
            for name, value in found.items()
        }
        scope["path_params"] = cast("dict[str, str]", decoded)
        await app(scope, receive, send)

    return decoding


async def _refuse(send: Send, sentence: str) -> None:
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": 400,
        "headers": [(b"content-type", b"application/json")],
    }
    body: HTTPResponseBodyEvent = {
        "type": "http.response.body",
        "body": msgspec.json.encode(ErrorBody(400, sentence)),
        "more_body": False,
    }
    await send(start)
    await send(body)
