"""The framework's request, with its type parameters filled in once."""

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

HttpRequest = Request[object, object, State]
HttpConnection = ASGIConnection[BaseRouteHandler, object, object, State]
