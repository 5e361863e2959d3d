"""A small app with routes that only show what the dialect hands to a handler."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import msgspec
from litestar.types import ASGIApp

from groundplane.storage.database import Mode, Tenant
from groundplane.wire import auth, bodies
from groundplane.wire.app_parts import Services, build_app
from groundplane.wire.pages import Query
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import (
    FromPath,
    JSONBody,
    NamedDependency,
    delete,
    described,
    get,
    post,
    put,
)
from groundplane.wire.values import JSON

ACCOUNT = "0123456789abcdef01234567"
LIVE = Tenant(ACCOUNT, Mode.LIVE)
KEYS = {
    "live_one": auth.ApiKey(LIVE, "1" * 24),
    "test_one": auth.ApiKey(Tenant(ACCOUNT, Mode.TEST), "2" * 24),
}
PEOPLE = {
    f"session-of-{role.value}": auth.Person(ACCOUNT, "a" * 24, f"{role.value}@example.com", role)
    for role in auth.Role
}


class Sent(msgspec.Struct):
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    word: str


@get("/v1/names/{name:str}")
async def show_name(name: FromPath[str]) -> dict[str, str]:
    return {"name": name}


@get("/v1/names/{name:str}/status")
async def show_status(name: FromPath[str]) -> dict[str, str]:
    return {"status_of": name}


@get("/v1/query", operation_class=described(query={"limit": "how many"}))
async def show_query(asked: NamedDependency[Query]) -> dict[str, JSON]:
    position = asked.position()
    return {
        "limit": asked.limit(),
        "offset": asked.offset(),
        "status": asked.text("status"),
        "tags": list(asked.words("tags") or []),
        "flag": asked.flag("flag"),
        "time": str(asked.time("time")),
        "position": None if position is None else position.token(),
    }


@post("/v1/body", operation_class=described(body="Anything."))
async def show_body(request: HttpRequest) -> dict[str, JSON]:
    return {"body": await bodies.read(request)}


@post("/v1/object")
async def show_object(request: HttpRequest) -> dict[str, JSON]:
    return {"body": await bodies.read_object(request)}


@put("/v1/whose")
async def show_tenant(
    tenant: NamedDependency[Tenant], service: NamedDependency[Service]
) -> dict[str, str]:
    return {"account": tenant.account_id, "mode": tenant.mode.value, "word": service.word}


@delete("/v1/broken")
async def fail() -> dict[str, str]:
    return {"x": {"secret": "y"}["password"]}


@get("/app/me")
async def show_person(
    person: NamedDependency[auth.Person], tenant: NamedDependency[Tenant]
) -> dict[str, str]:
    return {"email": person.email, "mode": tenant.mode.value}


@get("/app/managers")
async def show_manager(person: NamedDependency[auth.Person]) -> dict[str, str]:
    person.must_be(auth.Role.MANAGER)
    return {"email": person.email}


@post("/app/work")
async def take_work(data: JSONBody[Sent]) -> Sent:
    return data


@post("/app/open", public=True)
async def take_anybody() -> dict[str, bool]:
    return {"ok": True}


async def find_key(key: str) -> auth.ApiKey | None:
    return KEYS.get(key)


async def find_session(token: str) -> auth.Person | None:
    return PEOPLE.get(token)


ROUTES: Sequence[object] = (
    show_name,
    show_status,
    show_query,
    show_body,
    show_object,
    show_tenant,
    fail,
    show_person,
    show_manager,
    take_work,
    take_anybody,
)


def probe_app(public_url: str = "http://probe.test") -> ASGIApp:
    return build_app(
        list(ROUTES),  # pyright: ignore[reportArgumentType]  # what the decorators return is not named publicly
        Services(find_key, find_session, public_url, {"service": Service("hello")}),
    )


def probe_client(public_url: str = "http://probe.test") -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(probe_app(public_url)),  # pyright: ignore[reportArgumentType]  # httpx types ASGI more loosely
        base_url=public_url,
    )
