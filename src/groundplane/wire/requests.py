"""The framework's request, with its type parameters filled in once, and its query string."""

from urllib.parse import parse_qsl, unquote

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from groundplane.errors import InvalidRequest
from groundplane.wire.pages import Query

HttpRequest = Request[object, object, State]
HttpConnection = ASGIConnection[BaseRouteHandler, object, object, State]

MOST_QUERY_FIELDS = 1000


def asked(request: HttpRequest) -> Query:
    """Dependency `asked`.

    Raises:
        InvalidRequest: it is not percent-encoded UTF-8, holds U+0000 or too many fields.
    """
    try:
        pairs = parse_qsl(
            request.scope["query_string"].decode("ascii"),
            errors="strict",
            max_num_fields=MOST_QUERY_FIELDS,
        )
    except ValueError:
        raise InvalidRequest("The query string is not valid.") from None
    values: dict[str, list[str]] = {}
    as_sent: dict[str, list[str]] = {}
    for spelled, value in pairs:
        if "\0" in value:
            raise InvalidRequest("The query string must not contain the character U+0000.")
        values.setdefault(spelled.removesuffix("[]"), []).append(value)
    for pair in request.scope["query_string"].decode("ascii").split("&"):
        spelled, _, raw = pair.partition("=")
        as_sent.setdefault(unquote(spelled).removesuffix("[]"), []).extend((unquote(raw), raw))
    return Query(values, as_sent)
