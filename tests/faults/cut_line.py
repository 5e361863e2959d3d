"""A line to the server that can be cut: a TCP proxy on loopback, in a thread of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Line:
    """Carries bytes to `target_port` while it is not cut; cutting breaks what is on the way."""

    target_port: int
    port: int = 0
    cuts: int = 0
    is_cut: bool = False
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self, seconds: float) -> None:
        """Break every connection, and refuse new ones for a while; returns at once."""
        self.loop.call_soon_threadsafe(self._cut, seconds)

    def _cut(self, seconds: float) -> None:
        self.cuts += 1
        self.is_cut = True
        for writer in list(self._writers):
            writer.transport.abort()
        self.loop.call_later(seconds, self._mend)

    def _mend(self) -> None:
        self.is_cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it or the line is cut."""
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:  # the server is down
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(pump(reader, back), pump(there, writer))
        self._writers -= {writer, back}


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def line_to(target_port: int) -> Generator[Line]:
    line = Line(target_port)
    is_up = threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        tasks: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(line.carry(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        line.port = int(server.sockets[0].getsockname()[1])
        is_up.set()
        await stop.wait()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=line.loop.run_until_complete, args=(serve(),))
    thread.start()
    assert is_up.wait(20)
    try:
        yield line
    finally:
        line.loop.call_soon_threadsafe(stop.set)
        thread.join()
        line.loop.close()
