"""Whose documents an instruction may show: from the environment into the policy of every page."""

from pathlib import Path

import pytest
from litestar.types import Message, Receive, Scope, Send

from groundplane.errors import StartRefused
from groundplane.settings import listening_port, read_settings
from groundplane.wire.headers import SecurityHeaders


def hosts(given: str) -> tuple[str, ...]:
    return read_settings(Path("data"), environment={"GROUNDPLANE_EMBED_HOSTS": given}).embed_hosts


def test_google_docs_unless_said_otherwise() -> None:
    assert hosts("") == ("docs.google.com",)
    assert hosts("wiki.example.com:8443, Docs.Example.com") == (
        "wiki.example.com:8443",
        "docs.example.com",
    )
    assert hosts("none") == ()


@pytest.mark.parametrize(
    "given", ["https://docs.google.com", "a.com;script-src *", "*", "a.com b.com", "*.a.com"]
)
def test_nothing_but_hosts_gets_into_the_policy(given: str) -> None:
    with pytest.raises(StartRefused, match="GROUNDPLANE_EMBED_HOSTS"):
        hosts(given)


async def policy_with(embed_hosts: tuple[str, ...]) -> str:
    sent: list[Message] = []

    async def page(_: Scope, __: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/html; charset=utf-8")],
            }
        )

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    app = SecurityHeaders(page, over_tls=False, embed_hosts=embed_hosts)
    await app({"type": "http"}, receive, send)  # pyright: ignore[reportArgumentType]  # all of a scope that it reads
    headers = dict(sent[0]["headers"])  # pyright: ignore[reportTypedDictNotRequiredAccess, reportGeneralTypeIssues]  # a start
    return headers[b"content-security-policy"].decode()


async def test_pages_may_frame_these_hosts_by_https_only() -> None:
    assert "frame-src https://a.example https://b.example:8443;" in await policy_with(
        ("a.example", "b.example:8443")
    )
    assert "frame-src 'none';" in await policy_with(())


def test_the_port_is_that_of_the_environment() -> None:
    assert listening_port(environment={}) == listening_port(environment={"GROUNDPLANE_PORT": ""})
    assert listening_port(environment={"GROUNDPLANE_PORT": "65535"}) == 65535
    for given in ("65536", "0", "http", "-1", "80 "):
        with pytest.raises(StartRefused, match="GROUNDPLANE_PORT"):
            listening_port(environment={"GROUNDPLANE_PORT": given})
