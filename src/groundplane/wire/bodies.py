"""Request bodies: JSON or a form, or none at all; checked once, before anything reads them.

One policy for all JSON that comes in (reliability.md T18, T19): strict grammar, no NaN or
infinity, at most 64 levels deep, at most 10 MiB, and no U+0000, which PostgreSQL cannot keep.
Unknown fields are accepted, kept and echoed (api.md 4); an absent body is `{}` (api.md 1.1).
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

import msgspec

from groundplane.errors import InvalidRequest
from groundplane.wire.blaming import blame, blame_in
from groundplane.wire.values import JSON

if TYPE_CHECKING:  # the framework is 0.3 s of import that a worker, which converts only, saves
    from groundplane.wire.requests import HttpRequest

T = TypeVar("T", bound=msgspec.Struct)

MOST_BYTES = 10 * 1024 * 1024
MOST_DEPTH = 64
MOST_FORM_FIELDS = 10_000
FORM = "application/x-www-form-urlencoded"

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
# After an even number of backslashes; after an odd one it is plain text, not the character.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


async def check_body(request: "HttpRequest") -> None:
    """Refuse a body that no handler could take; runs before every handler (Litestar hook).

    Raises: as check.
    """
    opt = request.route_handler.opt
    if not (opt.get("streams_body") or opt.get("checks_body")):
        await check(request)


async def check(request: "HttpRequest") -> None:
    """What check_body does, for a route that has something to do before.

    Raises:
        BodyTooLarge: by its declared length, or once it has grown over the limit.
        InvalidRequest: it is nested too deeply or holds U+0000.
    """
    body = await request.body()
    if body and media_type(request) != FORM:
        check_json(body)


def check_json(body: bytes) -> None:
    """What msgspec does not refuse by itself; see check_body."""
    if holds_nul(body):
        raise InvalidRequest("The request body must not contain the character U+0000.")
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return
    depth = 0
    for bracket in _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise InvalidRequest(f"The request body is nested more than {MOST_DEPTH} levels deep.")


def media_type(request: "HttpRequest") -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read(request: "HttpRequest") -> JSON:
    """The body as plain values; {} when there is none.

    Form fields are strings; a repeated one, or one spelled `name[]`, becomes a list.

    Raises:
        InvalidRequest: it is neither strict JSON nor a form.
    """
    body = await request.body()
    if media_type(request) == FORM:
        return _form(body)
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}") from None


async def read_object(request: "HttpRequest") -> dict[str, JSON]:
    """As `read`, where only an object makes sense.

    Raises:
        InvalidRequest: it is something else.
    """
    body = await read(request)
    if not isinstance(body, dict):
        raise InvalidRequest("The request body must be a JSON object.")
    return body


async def read_list(request: "HttpRequest", name: str) -> list[str]:
    """As `read`, where only an array of strings makes sense; [] when there is no body.

    Raises:
        InvalidRequest: it is neither strict JSON nor an array.
        InvalidParameter: an element is no string, blamed as `name`.
    """
    body = await read(request) if (await request.body()).strip() else []
    if not isinstance(body, list):
        raise InvalidRequest("The request body must be a JSON array of strings.")
    try:
        return msgspec.convert(body, list[str])
    except msgspec.ValidationError as error:
        raise blame(str(error), name) from None


def is_form(request: "HttpRequest") -> bool:
    return media_type(request) == FORM


def holds_nul(body: bytes) -> bool:
    """Whether a text of this JSON has the character U+0000, which PostgreSQL cannot keep."""
    return b"\\u0000" in body and _NUL.search(body) is not None


def convert(values: Mapping[str, JSON], into: type[T], *, from_form: bool = False) -> T:
    """Typed parameters from plain ones: null is absent, 2.0 is an integer (api.md 4, 4.8).

    Raises:
        InvalidParameter: naming the first field that does not fit.
    """
    given = {name: _whole(value) for name, value in values.items() if value is not None}
    if from_form:
        given = _listed(given, into)
    try:
        return msgspec.convert(given, into, strict=not from_form)
    except msgspec.ValidationError as error:
        raise blame_in(error, given, into, strict=not from_form) from None


def _whole(value: JSON) -> JSON:
    """Integer fields accept integral floats (api.md 4.8); a number field takes either."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _form(body: bytes) -> dict[str, JSON]:
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body.strip()),
            errors="strict",
            max_num_fields=MOST_FORM_FIELDS,
        )
    except (ValueError, UnicodeDecodeError):
        raise InvalidRequest("The request body is not a valid form.") from None
    fields: dict[str, JSON] = {}
    for spelled, value in pairs:
        if "\0" in spelled or "\0" in value:
            raise InvalidRequest("The request body must not contain the character U+0000.")
        name = spelled.removesuffix("[]")
        before = fields.get(name)
        if isinstance(before, list):
            before.append(value)
        elif before is not None:
            fields[name] = [before, value]
        else:
            fields[name] = [value] if spelled.endswith("[]") else value
    return fields


def _listed(given: dict[str, JSON], into: type[msgspec.Struct]) -> dict[str, JSON]:
    """A form cannot say that one value is a list of one; the target type can."""
    array_fields = {
        field.name for field in msgspec.structs.fields(into) if "list[" in str(field.type)
    }
    return {
        name: [value] if name in array_fields and not isinstance(value, list) else value
        for name, value in given.items()
    }
