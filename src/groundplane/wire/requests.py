"""The framework's request, with its type parameters filled in once, and its query string."""

from urllib.parse import parse_qsl

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
    """Dependency `asked`; an empty value is dropped, as if it had not been sent.

    Raises:
        InvalidRequest: it is not percent-encoded UTF-8, holds U+0000 or too many fields.
    """
    try:
        sent = request.scope["query_string"].decode("ascii")
        pairs = parse_qsl(sent, errors="strict", max_num_fields=MOST_QUERY_FIELDS)
    except ValueError:
        raise InvalidRequest("The query string is not valid.") from None
    values: dict[str, list[str]] = {}
    for spelled, value in pairs:
        if "\0" in value:
            raise InvalidRequest("The query string must not contain the character U+0000.")
        values.setdefault(spelled.removesuffix("[]"), []).append(value)
    return Query(values, sent)
