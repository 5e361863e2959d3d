"""A small internet on loopback: names, public addresses that lead to our servers, and a record.

Every connection of the fetcher passes `Rig.connect`, so an address that is not in
`Rig.connects` was never tried.
"""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from groundplane.fetch.fetcher import Fetcher, FetchLimits
from groundplane.fetch.network import tcp_connect

PUBLIC = "93.184.216.34"
QUICK = FetchLimits(connect_timeout_s=0.2, total_timeout_s=5)

T = TypeVar("T")
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """Answer once, with a true Content-Length unless `headers` says another."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        sent = {"Content-Length": str(len(body))} | dict(headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return answer


def redirect(location: str, status: int = 302) -> Answer:
    return reply(status, headers={"Location": location})


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def drip(writer: asyncio.StreamWriter) -> None:
    """A success whose body of 10 GB comes byte by byte."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Seen:
    """One request as a server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Rig:
    names: dict[str, list[list[str]]] = field(default_factory=dict)  # successive answers
    pages: dict[str, list[Answer]] = field(default_factory=dict)  # successive answers
    seen: list[Seen] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    connects: list[tuple[str, int]] = field(default_factory=list)
    ports: dict[int, int] = field(default_factory=dict)  # asked port → port on loopback
    client_tls: ssl.SSLContext | None = None

    def name(self, name: str, *answers: Sequence[str]) -> None:
        """Each lookup takes the next answer; the last one stays."""
        self.names[name] = [list(answer) for answer in answers]

    def page(self, path: str, *answers: Answer) -> None:
        self.pages[path] = list(answers)

    def fetcher(self, *, allow: Sequence[str] = (), files_root: Path | None = None) -> Fetcher:
        return Fetcher(
            allow=allow,
            files_root=files_root,
            resolver=self.resolve,
            connect=self.connect,
            ssl_context=self.client_tls,
        )

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        assert port > 0
        self.lookups.append(host)
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        return _next(self.names[host])

    async def connect(
        self, address: str, port: int, timeout_s: float
    ) -> httpcore.AsyncNetworkStream:
        self.connects.append((address, port))
        if port not in self.ports:
            raise httpcore.ConnectError("refused")
        return await tcp_connect("127.0.0.1", self.ports[port], timeout_s)

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *rest = head.rstrip().split("\r\n")
            method, path, _ = line.split(" ")
            headers = dict(item.lower().split(": ", 1) for item in rest)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.seen.append(Seen(method, path, headers, body))
            await _next(self.pages.get(path.partition("?")[0], [reply(404)]))(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the fetcher hung up, as many of these tests want it to
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()


def _next(queue: list[T]) -> T:
    return queue.pop(0) if len(queue) > 1 else queue[0]


@asynccontextmanager
async def running_rig(folder: Path) -> AsyncGenerator[Rig]:
    """A rig whose public addresses answer on 80, 8080 (http) and 443 (https, name pub.test)."""
    rig = Rig()
    rig.name("pub.test", [PUBLIC])
    server_tls, rig.client_tls = tls_contexts(folder)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(rig.serve_one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    plain = await asyncio.start_server(accept, "127.0.0.1", 0)
    secure = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=server_tls)
    rig.ports = {80: _port(plain), 8080: _port(plain), 443: _port(secure)}
    try:
        yield rig
    finally:
        for server in (plain, secure):
            server.close()
            await server.wait_closed()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def tls_contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that is pub.test, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pub.test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("pub.test"), x509.IPAddress(ipaddress.ip_address(PUBLIC))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "pub.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client
