import httpx
import pytest
from probe import probe_client

from groundplane.errors import InvalidRequest
from groundplane.wire.app_parts import Services, build_app
from groundplane.wire.routing import NamedDependency, canonical_path, get

KEY = {"Authorization": "Bearer live_one"}


async def ask(path: str, method: str = "GET") -> httpx.Response:
    async with probe_client() as client:
        return await client.request(method, path, headers=KEY)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("b%201%2F2", "b 1/2"),
        ("b%2f2", "b/2"),
        ("100%25", "100%"),
        ("a%252Fb", "a%2Fb"),
        ("%E2%82%AC", "€"),
        ("a+b", "a+b"),
        ("a:b@c;d,e", "a:b@c;d,e"),
        ("..%2F..%2Fetc", "../../etc"),
        ("%3Fx%3D1%23f", "?x=1#f"),
    ],
)
async def test_a_name_may_hold_any_character(spelled: str, name: str) -> None:
    whole, status = await ask(f"/v1/names/{spelled}"), await ask(f"/v1/names/{spelled}/status")
    assert (whole.status_code, whole.json()) == (200, {"name": name})
    assert (status.status_code, status.json()) == (200, {"status_of": name})


async def test_a_slash_inside_a_name_does_not_reach_another_route() -> None:
    reply = await ask("/v1/names/x%2Fstatus")
    assert reply.json() == {"name": "x/status"}


async def test_letters_of_fixed_segments_may_be_encoded() -> None:
    assert (await ask("/v1/n%61mes/x")).json() == {"name": "x"}


@pytest.mark.parametrize("spelled", ["%", "%2", "%zz", "%ff", "%C0%AF", "%00", "%ED%A0%80"])
async def test_a_name_that_is_no_encoded_text_is_refused(spelled: str) -> None:
    with pytest.raises(InvalidRequest):
        canonical_path(f"/v1/names/{spelled}".encode())


async def test_a_refused_path_is_answered_in_the_one_shape() -> None:
    reply = await ask("/v1/names/%ff")
    assert reply.status_code == 400
    assert reply.json() == {"status_code": 400, "error": "The path is not percent-encoded UTF-8."}
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_a_wrong_method_is_no_such_route(method: str) -> None:
    reply = await ask("/v1/names/x", method)
    assert (reply.status_code, reply.json()) == (
        404,
        {"status_code": 404, "error": "Route not found."},
    )


async def test_an_unknown_path_is_no_such_route() -> None:
    assert (await ask("/v1/nothing/here")).json() == {
        "status_code": 404,
        "error": "Route not found.",
    }


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/body"), ("PUT", "/v1/whose")])
async def test_success_is_200_whatever_the_method(method: str, path: str) -> None:
    assert (await ask(path, method)).status_code == 200


async def test_services_and_the_tenant_are_given_by_name() -> None:
    reply = await ask("/v1/whose", "PUT")
    assert reply.json() == {"account": "0123456789abcdef01234567", "mode": "live", "word": "hello"}


async def test_the_openapi_document_has_our_error_shape_and_optional_bodies() -> None:
    document = (await ask("/openapi.json")).json()
    body = document["paths"]["/v1/body"]["post"]
    assert body["requestBody"]["required"] is False
    assert set(body["requestBody"]["content"]) == {
        "application/json",
        "application/x-www-form-urlencoded",
    }
    for path in document["paths"].values():
        for operation in path.values():
            for status in ("400", "401", "404"):
                shape = operation["responses"][status]["content"]["application/json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/ErrorBody"}
    assert set(document["components"]["schemas"]["ErrorBody"]["properties"]) == {
        "status_code",
        "error",
    }
    assert body["security"] == [{"basic": []}, {"bearer": []}]
    assert ("409" in body["responses"], body["tags"]) == (True, ["body"])
    assert "409" not in document["paths"]["/v1/query"]["get"]["responses"]
    assert [p["name"] for p in document["paths"]["/v1/query"]["get"]["parameters"]] == ["limit"]


def test_an_app_that_lacks_what_a_route_needs_is_not_built() -> None:
    @get("/v1/lost")
    async def lost(compass: NamedDependency[str]) -> str:
        return compass

    async def nobody(_: str) -> None:
        return None

    with pytest.raises(LookupError, match="compass"):
        build_app([lost], Services(nobody, nobody, "http://probe.test"))
