"""Blobs of an object store as files on this machine: each copied once while there is room."""

import asyncio
import os
import tempfile
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MOST_BYTES = 2 << 30


def path_of(file: IO[bytes]) -> Path:
    """By which our own processes open a file that has no name, as long as we hold it open."""
    return Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


@dataclass(slots=True)
class _Copy:
    file: IO[bytes]
    users: int = 0
    size_bytes: int | None = None  # None: it is not whole
    filling: asyncio.Lock = field(default_factory=asyncio.Lock)


class Copies:
    """Files without names, so that nothing is left of a process that was killed.

    Those that nobody uses go when all together have more than `most_bytes`, the one that was used
    longest ago first.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._copies: dict[str, _Copy] = {}  # in the order of their last use
        weakref.finalize(self, _close_all, self._copies)

    @asynccontextmanager
    async def use(
        self, key: str, fill: Callable[[IO[bytes]], Awaitable[None]]
    ) -> AsyncGenerator[Path]:
        """The copy of `key`, made by `fill` if there is none. Raises what `fill` raises."""
        copy = self._copies.pop(key, None) or _Copy(tempfile.TemporaryFile())  # noqa: SIM115 - kept
        self._copies[key] = copy
        copy.users += 1
        try:
            async with copy.filling:
                if copy.size_bytes is None:
                    copy.file.seek(0)
                    copy.file.truncate()
                    await fill(copy.file)
                    copy.file.flush()
                    copy.size_bytes = copy.file.tell()
            yield path_of(copy.file)
        finally:
            copy.users -= 1
            self._make_room()

    def _make_room(self) -> None:
        total_bytes = sum(copy.size_bytes or 0 for copy in self._copies.values())
        for key, copy in list(self._copies.items()):
            is_wanted = copy.size_bytes is not None and total_bytes <= self._most_bytes
            if copy.users or is_wanted:
                continue
            total_bytes -= copy.size_bytes or 0
            copy.file.close()
            del self._copies[key]


def _close_all(copies: dict[str, _Copy]) -> None:
    for copy in copies.values():
        copy.file.close()
