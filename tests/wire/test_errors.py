import pytest
from litestar.exceptions import HTTPException, InternalServerException
from probe import probe_client

from groundplane import errors
from groundplane.wire.errors import STATUS, error_response
from groundplane.wire.requests import HttpRequest

KEY = {"Authorization": "Bearer live_one"}
SCOPE = {"type": "http", "path": "/v1/x", "headers": []}


def answer(error: Exception) -> tuple[int, str]:
    reply = error_response(HttpRequest(SCOPE), error)  # pyright: ignore[reportArgumentType]  # a scope of three keys
    assert reply.content.status_code == reply.status_code
    return reply.content.status_code, reply.content.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidParameter("labels", "is required"), 400),
        (errors.BodyTooLarge(10), 400),
        (errors.Unauthorized(), 401),
        (errors.Forbidden("no"), 403),
        (errors.NotFound("Task with that ID"), 404),
        (errors.UniqueIdTaken("u", "t"), 409),
        (errors.LeaseLost("a@b.c"), 409),
        (errors.Unavailable("The database is not reachable."), 503),
        (HTTPException("teapot", status_code=418), 400),
    ],
)
def test_each_error_of_the_tree_has_its_status_and_says_its_sentence(
    error: Exception, status: int
) -> None:
    sentence = getattr(error, "detail", "") or str(error)
    assert answer(error) == (status, sentence)


@pytest.mark.parametrize(
    "error",
    [KeyError("password"), errors.FetchFailed("u", None, "secret"), InternalServerException()],
)
def test_the_unknown_says_nothing(error: Exception) -> None:
    assert answer(error) == (500, "Internal server error.")


def test_only_statuses_that_clients_know_are_used() -> None:
    assert {int(status) for status in STATUS.values()} == {400, 401, 403, 404, 409, 429, 503}


async def test_a_bug_in_a_handler_is_500_in_the_one_shape() -> None:
    async with probe_client() as client:
        reply = await client.delete("/v1/broken", headers=KEY)
    assert reply.json() == {"status_code": 500, "error": "Internal server error."}


def test_unavailable_says_when_to_come_back() -> None:
    reply = error_response(HttpRequest(SCOPE), errors.Unavailable("x"))  # pyright: ignore[reportArgumentType]  # the same
    assert reply.headers["Retry-After"] == "2"


async def test_security_headers_are_on_errors_and_answers_alike() -> None:
    async with probe_client("https://probe.test") as client:
        replies = [
            await client.get(path, headers=KEY)
            for path in ("/v1/names/x", "/v1/nothing", "/v1/names/%ff", "/app/me", "/openapi.json")
        ]
    for reply in replies:
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["strict-transport-security"].startswith("max-age=63072000")
        assert reply.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in reply.headers
