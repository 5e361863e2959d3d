"""A reverse proxy that ends TLS, as self-hosters put one before `serve`, and that can be unlucky.

A fault comes after the server behind has answered: what was to be done is done.
"""

import asyncio
import contextlib
import ssl
import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum


class Fault(Enum):
    """What becomes of an answer to a POST."""

    INTERNAL = 500
    BAD_GATEWAY = 502
    TIMEOUT = 504
    DROPPED = 0  # the connection ends without a word


@dataclass
class TlsFront:
    """`faults` are used up one by one, by the answers to POSTs; GETs pass."""

    target_port: int
    port: int = 0
    faults: deque[Fault] = field(default_factory=deque[Fault])
    requests: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client, request by request."""
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while request := await read_message(reader):
                    answer = await self._ask(request)
                    line = request.partition(b"\r\n")[0].decode()
                    self.requests.append(line)
                    is_hit = line.startswith("POST") and self.faults
                    fault = self.faults.popleft() if is_hit else None
                    if fault is Fault.DROPPED:
                        return
                    writer.write(answer if fault is None else failure(fault.value))
                    await writer.drain()
        finally:
            writer.transport.abort()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        try:
            writer.write(request)
            return await read_message(reader)
        finally:
            writer.close()


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """Head and body of one request or answer that says its length; b"" when none comes."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def failure(status: int) -> bytes:
    """As proxies have it: a page, not JSON."""
    page = b"<html>upstream is unwell</html>"
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    return head.encode() + page


@contextmanager
def tls_front(target_port: int, context: ssl.SSLContext) -> Generator[TlsFront]:
    """In a thread of its own; it ends its connections when it is done."""
    front, loop = TlsFront(target_port), asyncio.new_event_loop()
    is_up, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(front.carry(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
        front.port = int(server.sockets[0].getsockname()[1])
        is_up.set()
        await stop.wait()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # what was aborted is closed by the loop

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert is_up.wait(20)
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
