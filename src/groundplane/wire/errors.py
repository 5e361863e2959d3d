"""An error becomes an answer: one table of statuses, one shape of body (api.md 1.3)."""

import logging
from http import HTTPStatus

import msgspec
from litestar import Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.openapi.datastructures import ResponseSpec

from groundplane.errors import (
    BodyTooLarge,
    Conflict,
    Forbidden,
    InvalidParameter,
    InvalidRequest,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from groundplane.wire.blaming import blame
from groundplane.wire.bodies import MOST_BYTES
from groundplane.wire.requests import HttpRequest

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], HTTPStatus] = {
    InvalidParameter: HTTPStatus.BAD_REQUEST,
    InvalidRequest: HTTPStatus.BAD_REQUEST,
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S = {HTTPStatus.TOO_MANY_REQUESTS: "1", HTTPStatus.SERVICE_UNAVAILABLE: "2"}


class ErrorBody(msgspec.Struct):
    """The body of every answer that is not a success."""

    status_code: int
    error: str


ERROR_RESPONSES = {
    status: ResponseSpec(ErrorBody, generate_examples=False, description=HTTPStatus(status).phrase)
    for status in (400, 401, 404, 409, 503)
}

RETRY_RESPONSE = {
    429: ResponseSpec(ErrorBody, generate_examples=False, description="Too Many Requests")
}


FORBIDDEN_RESPONSE = {
    403: ResponseSpec(ErrorBody, generate_examples=False, description="Forbidden")
}


def error_answer(
    status: int, sentence: str, headers: dict[str, str] | None = None
) -> Response[ErrorBody]:
    return Response(
        ErrorBody(status, sentence),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def error_response(request: HttpRequest, error: Exception) -> Response[ErrorBody]:
    """Render any error. One outside our tree is our fault and tells the caller nothing."""
    known = _in_our_words(error)
    status = status_of(known)
    if status is None:
        said = {"path": loggable_path(request.scope["path"])}
        log.error("request.failed", extra=said, exc_info=error)
        return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error.")
    headers: dict[str, str] = {}
    if status is HTTPStatus.UNAUTHORIZED and request.scope["path"].startswith("/v1/"):
        # A browser would ask its user for a password if /app sent this.
        headers["WWW-Authenticate"] = 'Basic realm="scale"'
    if status in RETRY_AFTER_S:
        headers["Retry-After"] = RETRY_AFTER_S[status]
    return error_answer(status, str(known), headers)


def status_of(error: Exception) -> HTTPStatus | None:
    """The status of an error of our tree; None: it is our fault, or never HTTP."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def loggable_path(path: str) -> str:
    """Of a capability's path only its kind: who knows the rest may read the file."""
    return "/blobs/…" if path.startswith("/blobs/") else path[:200]


def _in_our_words(error: Exception) -> Exception:
    """The framework's own refusals, as errors of our tree: 405 → 404, 413 and 415 → 400."""
    match error:
        case InternalServerException() if error.detail == "client disconnected prematurely":
            return InvalidRequest("The request ended before its body did.")
        case NotFoundException() | MethodNotAllowedException():
            return NotFound("Route")
        case RequestEntityTooLarge():
            return BodyTooLarge(MOST_BYTES)
        case ValidationException():
            return _blamed(error)
        case HTTPException() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return InvalidRequest(error.detail)
        case _:
            return error


def _blamed(error: ValidationException) -> Exception:
    """The first of the framework's list of complaints, in the words of api.md 1.3."""
    complaints = error.extra
    if not isinstance(complaints, list) or not complaints:
        return InvalidRequest("The request is not valid.")
    first = complaints[0]
    if first.get("message") == "'data'":  # a KeyError of Litestar: there was no body at all
        return InvalidRequest("A JSON body is required.")
    key = "" if first.get("key") == "data" else str(first.get("key", ""))
    return blame(str(first.get("message", "")), key.replace("[", ".").replace("]", ""))


EXCEPTION_HANDLERS = {Exception: error_response}
