"""A real HTTP/1.1 server on loopback that answers as badly as a test wants."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

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
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """What the server says at each path, and what it was asked."""

    port: int = 0
    secure_port: int | None = None
    pages: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def page(self, path: str, *answers: Answer) -> None:
        """Each request takes the next answer; the last one stays."""
        self.pages[path] = list(answers)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *rest = head.rstrip().split("\r\n")
            method, path, _ = line.split(" ")
            pairs = (item.split(": ", 1) for item in rest)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.seen.append(Seen(method, path, headers, body))
            await following(self.pages.get(path.partition("?")[0], [reply(404)]))(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, as many of these tests want it to
        finally:
            writer.close()


def following(answers: list[T]) -> T:
    """The next of successive answers; the last one stays."""
    return answers.pop(0) if len(answers) > 1 else answers[0]


@asynccontextmanager
async def running_site(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Site]:
    """A site on a free port of 127.0.0.1, and with `tls` on a second one by https."""
    site = Site()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(site.serve_one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    servers = [await asyncio.start_server(accept, "127.0.0.1", 0)]
    site.port = _port(servers[0])
    if tls is not None:
        servers.append(await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls))
        site.secure_port = _port(servers[1])
    try:
        yield site
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
