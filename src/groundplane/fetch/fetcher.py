"""The guarded fetcher: nothing else connects to an address that a customer chose."""

import asyncio
import io
import logging
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpcore

from groundplane.errors import FetchFailed, FetchRefused
from groundplane.fetch.addresses import AddressRules
from groundplane.fetch.decoding import Body
from groundplane.fetch.files import file_pieces
from groundplane.fetch.network import (
    Connect,
    GuardedBackend,
    Resolver,
    system_resolver,
    tcp_connect,
)
from groundplane.fetch.urls import UNREADABLE, HttpUrl, parse_http_url

MIB = 1 << 20
# The same sentence whether the address is refused, closed, silent or unknown: the difference
# would tell a stranger what stands in the operator's network.
UNREACHABLE = "The address could not be reached."
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CALLBACK_REPLY_BYTES = 64 * 1024
EXPLAINED_BYTES = 16 * 1024
_USER_AGENT = b"groundplane"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    size_bytes: int = 256 * MIB
    connect_timeout_s: float = 3
    total_timeout_s: float = 60
    redirects: int = 5
    ratio: int = 200
    ratio_grace_bytes: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class Way:
    """How a file is reached whose own address nobody can connect to: that of one in a bucket.

    Attributes:
        at: the http(s) address that is asked. What makes it open is in it, so it is told to
            nobody, and no redirect is followed.
        explain: a sentence for a status that is not 200, from it and the answer's first 16 KiB.
    """

    at: str = field(repr=False)
    explain: Callable[[int, bytes], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way. `pieces` come once, as long as `Fetcher.open` lasts.

    Each may raise FetchFailed; nothing is known to be whole before the last one came.
    """

    url: str  # where the content comes from, after redirects
    content_type: str | None
    status: int
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str  # where the content came from, after redirects
    content: bytes
    content_type: str | None
    status: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one POST; only `status` in 200..299 means that it was received."""

    status: int | None  # None: there was no answer
    outcome: str  # a sentence for the customer
    duration_ms: int
    retry_after_s: int | None = None  # what the receiver asked for, if in seconds

    @property
    def received(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Fetcher:
    """Fetches attachments and posts callbacks within the rules of fetch/addresses.py.

    Args:
        allow: entries of GROUNDPLANE_FETCH_ALLOW: networks, addresses, hosts, host:port.
        files_root: the folder that file:// may name; None refuses file://.
        resolver: asked once for each connection.
        connect: opens a connection to a vetted address.
        ssl_context: the system's trust store unless given.
    """

    def __init__(
        self,
        *,
        allow: Sequence[str] = (),
        files_root: Path | None = None,
        resolver: Resolver = system_resolver,
        connect: Connect = tcp_connect,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._backend = GuardedBackend(AddressRules.parse(allow), resolver, connect)
        self._files_root = files_root
        self._ssl_context = ssl_context or ssl.create_default_context()

    async def get(
        self, url: str, limits: FetchLimits | None = None, way: Way | None = None
    ) -> Fetched:
        """What `open` brings, whole and in memory; raises as it does."""
        async with self.open(url, limits, way) as incoming:
            content = io.BytesIO()
            async for piece in incoming.pieces:
                content.write(piece)
        return Fetched(incoming.url, content.getvalue(), incoming.content_type, incoming.status)

    @asynccontextmanager
    async def open(
        self, url: str, limits: FetchLimits | None = None, way: Way | None = None
    ) -> AsyncGenerator[Incoming]:
        """Fetch an http(s):// or file:// URL, or what `way` leads to.

        The total timeout counts all that happens until the context ends.

        Raises:
            FetchRefused: the URL may not be fetched.
            FetchFailed: it may, and the file did not come.
        """
        limits = limits or FetchLimits()
        if way is None and url[:7].lower() == "file://":
            yield Incoming(url, None, 200, file_pieces(url, self._files_root, limits.size_bytes))
            return
        target = _target(url, way)
        timeout = asyncio.timeout(limits.total_timeout_s)
        try:
            async with timeout, self._followed(url, target, limits, way) as incoming:
                yield incoming
        except TimeoutError:
            if not timeout.expired():  # somebody else's
                raise
            seconds = f"{limits.total_timeout_s:g} seconds"
            raise FetchFailed(url, None, f"The file did not come within {seconds}.") from None

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        connect_timeout_s: float = 3,
        total_timeout_s: float = 15,
    ) -> Posted:
        """POST once, follow nothing, and say what became of it instead of raising.

        A status is an answer whatever becomes of the reply's body: at most 64 KiB of it are
        read, and thrown away.
        """
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        status, retry_after_s = None, None
        outcome = f"There was no answer within {total_timeout_s:g} seconds."
        try:
            async with asyncio.timeout(total_timeout_s):
                target = parse_http_url(url)
                request = _request("POST", target, headers, body, connect_timeout_s)
                async with self._answer(url, target, request, connect_timeout_s) as response:
                    status = response.status
                    outcome = f"The receiver answered {status}."
                    retry_after_s = _whole_number(_header(response, b"retry-after"))
                    await _discard(response, CALLBACK_REPLY_BYTES)
        except (FetchRefused, FetchFailed) as error:
            outcome = str(error) if status is None else outcome
        except TimeoutError:
            pass  # `outcome` says it already: no answer, or an answer whose body never ended
        duration_ms = round((loop.time() - start_s) * 1000)
        return Posted(status, outcome, duration_ms, retry_after_s)

    async def aclose(self) -> None:
        """Nothing stays open between calls; owners need not know that."""

    @asynccontextmanager
    async def _followed(
        self, url: str, target: HttpUrl, limits: FetchLimits, way: Way | None
    ) -> AsyncGenerator[Incoming]:
        """The answer at the end of the redirects, if it is a 200."""
        for _ in range(limits.redirects + 1):
            request = _request(
                "GET", target, {"accept-encoding": "identity"}, None, limits.connect_timeout_s
            )
            async with self._answer(url, target, request, limits.connect_timeout_s) as response:
                if way is not None or response.status not in REDIRECTS:
                    body = await _body(url, response, limits, way)
                    yield Incoming(
                        url if way is not None else str(target),
                        _header(response, b"content-type") or None,
                        response.status,
                        _pieces(response, body),
                    )
                    return
                target = _redirected(url, target, response)
        raise FetchFailed(url, None, f"There were more than {limits.redirects} redirects.")

    @asynccontextmanager
    async def _answer(
        self, url: str, target: HttpUrl, request: httpcore.Request, connect_timeout_s: float
    ) -> AsyncGenerator[httpcore.Response]:
        """One request on a connection of its own, its head answered.

        Raises:
            FetchRefused: the rules refuse the address.
            FetchFailed: no connection, or an answer that is not HTTP.
        """
        connection = httpcore.AsyncHTTPConnection(
            httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=self._ssl_context,
            network_backend=self._backend,
        )
        status = None
        try:
            async with _unreachable_alike(url, target, connect_timeout_s):
                response = await connection.handle_async_request(request)
            status = response.status
            yield response
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            said = {"host": target.host, "port": target.port, "cause": repr(error)}
            _log.info("answer broken off", extra=said)
            raise FetchFailed(url, status, "The answer broke off or was not HTTP.") from None
        finally:
            await connection.aclose()


@asynccontextmanager
async def _unreachable_alike(
    url: str, target: HttpUrl, connect_timeout_s: float
) -> AsyncGenerator[None]:
    """Make every way of not being connected look and last the same; only our log knows which.

    Raises:
        FetchRefused: the rules refuse the address.
        FetchFailed: nobody answers there, or not with the certificate of that name.
    """
    loop = asyncio.get_running_loop()
    earliest_s = loop.time() + connect_timeout_s
    try:
        yield
    except (FetchRefused, httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        await asyncio.sleep(earliest_s - loop.time())
        said = {"host": target.host, "port": target.port, "cause": str(error)}
        _log.info("address not reached", extra=said)
        if isinstance(error, FetchRefused):
            raise FetchRefused(url, UNREACHABLE) from None
        raise FetchFailed(url, None, UNREACHABLE) from None


def _request(
    method: str,
    target: HttpUrl,
    headers: Mapping[str, str],
    body: bytes | None,
    connect_timeout_s: float,
) -> httpcore.Request:
    """The request with exactly these headers: no cookies, no credentials, whatever came before."""
    sent = [(b"host", target.host_header.encode()), (b"user-agent", _USER_AGENT)]
    sent += [(name.encode(), value.encode()) for name, value in headers.items()]
    sent += [(b"connection", b"close")]
    if body is not None:
        sent += [(b"content-length", str(len(body)).encode())]
    return httpcore.Request(
        method,
        httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.target.encode(),
        ),
        headers=sent,
        content=body,
        extensions={"timeout": {"connect": connect_timeout_s}},
    )


def _redirected(url: str, target: HttpUrl, response: httpcore.Response) -> HttpUrl:
    """Where the answer sends us, parsed as strictly as the customer's own URL.

    Raises:
        FetchRefused: no or an unreadable Location, another scheme, or from https back to http.
    """
    location = _header(response, b"location")
    if not re.fullmatch(r"[!-\[\]-~]+", location):  # printable ASCII without blank and backslash
        raise FetchRefused(url, UNREADABLE)
    try:
        following = parse_http_url(urljoin(str(target), location))
    except (FetchRefused, ValueError):
        raise FetchRefused(url, UNREADABLE) from None
    if target.scheme == "https" and following.scheme == "http":
        raise FetchRefused(url, "The address redirects from https to http.")
    return following


def _target(url: str, way: Way | None) -> HttpUrl:
    """Raises FetchRefused, of the URL that we were given: it cannot be read."""
    try:
        return parse_http_url(url if way is None else way.at)
    except FetchRefused as error:
        raise FetchRefused(url, error.reason) from None


async def _body(
    url: str, response: httpcore.Response, limits: FetchLimits, way: Way | None
) -> Body:
    """What will check the body of a 200; raises FetchFailed for anything else."""
    if response.status != 200:
        sentence = f"The server answered {response.status}."
        if way is not None:
            sentence = way.explain(response.status, await _first_bytes(response, EXPLAINED_BYTES))
        raise FetchFailed(url, response.status, sentence)
    body = Body(
        url,
        response.status,
        encoding=",".join(_headers(response, b"content-encoding")).strip().lower(),
        size_bytes=limits.size_bytes,
        ratio=limits.ratio,
        grace_bytes=limits.ratio_grace_bytes,
    )
    body.expect(_whole_number(_header(response, b"content-length")) or 0)
    return body


async def _pieces(response: httpcore.Response, body: Body) -> AsyncIterator[bytes]:
    async for chunk in response.aiter_stream():
        for piece in body.feed(chunk):
            yield piece
    body.finish()


async def _first_bytes(response: httpcore.Response, most_bytes: int) -> bytes:
    content = b""
    async for chunk in response.aiter_stream():
        content += chunk
        if len(content) >= most_bytes:
            break
    return content[:most_bytes]


async def _discard(response: httpcore.Response, most_bytes: int) -> None:
    left_bytes = most_bytes
    async for chunk in response.aiter_stream():
        left_bytes -= len(chunk)
        if left_bytes <= 0:
            return


def _headers(response: httpcore.Response, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in response.headers if key.lower() == name]


def _header(response: httpcore.Response, name: bytes) -> str:
    values = _headers(response, name)
    return values[0] if values else ""


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
