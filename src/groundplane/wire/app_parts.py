"""Routes and services become one ASGI app that speaks the dialect."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib.metadata import version

import msgspec
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OpenAPIType, Reference, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin, PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp, ControllerRouterHandler

from groundplane.wire import auth
from groundplane.wire.bodies import MOST_BYTES, check_body
from groundplane.wire.errors import EXCEPTION_HANDLERS
from groundplane.wire.headers import SecurityHeaders
from groundplane.wire.needs import NEEDS, SERVICES, unserved
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import SplitBeforeDecoding, decode_path_names

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Services:
    """What routes may ask for by name as `NamedDependency`.

    Besides these there are always tenant, api_key, person, asked (the query), public_url and
    embed_hosts.

    Attributes:
        named: e.g. {"database": database, "blobs": blobs, "queue": queue, "secret": secret}.
        find_key: an API key, with its tenant.
        find_session: a session cookie's person.
        public_url: as browsers and customers reach us, without a trailing slash.
        embed_hosts: hosts whose documents our pages may show in a frame.
    """

    find_key: auth.FindKey
    find_session: auth.FindSession
    public_url: str
    named: Mapping[str, object] = field(default_factory=dict[str, object])
    embed_hosts: tuple[str, ...] = ()


def build_app(
    route_handlers: Sequence[ControllerRouterHandler],
    services: Services,
    *,
    lifespan: Sequence[Lifespan] = (),
) -> ASGIApp:
    """The app with its outer skin: headers on everything, and routing before decoding."""
    litestar = _litestar(route_handlers, services, lifespan)
    return SecurityHeaders(
        SplitBeforeDecoding(litestar),
        over_tls=auth.is_tls(services.public_url),
        embed_hosts=services.embed_hosts,
    )


def openapi_of(
    route_handlers: Sequence[ControllerRouterHandler], services: Services
) -> dict[str, object]:
    """The OpenAPI document of an app, without running it."""
    return _litestar(route_handlers, services, ()).openapi_schema.to_schema()


def _litestar(
    route_handlers: Sequence[ControllerRouterHandler],
    services: Services,
    lifespan: Sequence[Lifespan],
) -> Litestar:
    served = {
        "public_url": services.public_url,
        "embed_hosts": services.embed_hosts,
        **services.named,
    }
    app = _App(
        route_handlers=[*route_handlers, openapi_document],
        state=State({SERVICES: served}),
        guards=[
            auth.guard(
                find_key=services.find_key,
                find_session=services.find_session,
                public_url=services.public_url,
            )
        ],
        before_request=check_body,
        middleware=[decode_path_names],
        exception_handlers=EXCEPTION_HANDLERS,  # pyright: ignore[reportArgumentType]  # handlers return any Response
        request_max_body_size=MOST_BYTES,
        compression_config=None,
        lifespan=list(lifespan),
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Groundplane",
            version=version("groundplane"),
            path="/openapi",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
            components=Components(security_schemes=_schemes(services.public_url)),
        ),
        plugins=[RawJsonSchema()],
    )
    _refuse_unserved(app, served)
    return app


def _schemes(public_url: str) -> dict[str, SecurityScheme | Reference]:
    return {
        "basic": SecurityScheme(
            type="http", scheme="basic", description="The API key as user name, no password."
        ),
        "bearer": SecurityScheme(type="http", scheme="bearer", description="The API key."),
        "session": SecurityScheme(
            type="apiKey",
            security_scheme_in="cookie",
            name=auth.session_cookie_name(public_url),
            description="Of somebody who has signed in, in the browser.",
        ),
    }


class _App(Litestar):
    """Without the plugins for pydantic and attrs.

    Litestar loads them wherever the two libraries are installed. No route of ours has values of
    theirs, and the import of pydantic is a tenth of a start.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class RawJsonSchema(OpenAPISchemaPlugin):
    """Stored JSON that is spliced into an answer unread is documented as an object."""

    @staticmethod
    def is_plugin_supported_type(value: object) -> bool:
        return value is msgspec.Raw

    def to_openapi_schema(
        self,
        field_definition: object,  # noqa: ARG002  # the plugin protocol's signature
        schema_creator: object,  # noqa: ARG002  # the same
    ) -> Schema:
        return Schema(type=OpenAPIType.OBJECT)


@get("/openapi.json", include_in_schema=False)
async def openapi_document(request: HttpRequest) -> dict[str, object]:
    """What this server speaks, as OpenAPI 3.1; the browser's types are generated from it."""
    return request.app.openapi_schema.to_schema()


def _refuse_unserved(app: Litestar, services: Mapping[str, object]) -> None:
    """Raises LookupError: a route needs what this app has not."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if missing := unserved(handler.opt.get(NEEDS, ()), services):
                raise LookupError(f"{handler} needs {', '.join(missing)}")
