"""CPU work, away from the event loop, in a process with limits on memory and time.

A blocked event loop loses its heartbeat and its jobs are run twice; a customer's file must not
take the worker down. A child serves one call at a time and is kept for the next; one that broke
a limit, or died, is replaced.
"""

import asyncio
import contextlib
import os
import pickle
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar, TypeVarTuple

from groundplane.errors import GroundplaneError

T = TypeVar("T")
Args = TypeVarTuple("Args")

LENGTH = struct.Struct("<Q")
SECRETS = ("GROUNDPLANE_", "AWS_", "GOOGLE_", "PG")  # variables that parsing files has no use for
# One child is one core: the pools of threads of numerical libraries only cost memory.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


class ChildCrashed(GroundplaneError):
    """The child process died, or sent what cannot be read."""


class ChildOutOfMemory(ChildCrashed):
    """The work wanted more memory than the child may have."""


class ChildTimeout(GroundplaneError):
    """The work took longer than it may; its process was killed."""


class ChildProcess:
    """Up to `processes` children, started when needed.

    `memory_bytes` limits a child's address space (RLIMIT_AS), which is a few hundred megabytes
    larger than what it really uses. A child is renewed after `calls` calls, so that what leaks
    or fragments is given back.
    """

    def __init__(
        self, *, processes: int = 1, memory_bytes: int = 4 << 30, calls: int = 500
    ) -> None:
        self._memory_bytes = memory_bytes
        self._calls = calls
        self._free: list[_Child] = []
        self._slots = asyncio.Semaphore(processes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def run(self, function: Callable[[*Args], T], *args: *Args, timeout_s: float) -> T:
        """`function(*args)` in a child; function, arguments and result cross by pickle.

        Waiting for a free child does not count into `timeout_s`.

        Raises:
            ChildTimeout: it took longer.
            ChildOutOfMemory: it wanted more memory than it may have.
            ChildCrashed: it died.
            Exception: whatever `function` raised.
        """
        request = pickle.dumps((function, args), protocol=5)
        async with self._slots:
            child = self._free.pop() if self._free else await _Child.start(self._memory_bytes)
            try:
                async with asyncio.timeout(timeout_s):
                    succeeded, answer = await child.call(request)
            except TimeoutError as error:
                await child.kill()
                raise ChildTimeout(f"The work took longer than {timeout_s} s.") from error
            except BaseException:
                await child.kill()
                raise
            if isinstance(answer, MemoryError) and not succeeded:
                await child.kill()
                raise ChildOutOfMemory("The work wanted too much memory.") from answer
            if child.calls >= self._calls:
                await child.kill()
            else:
                self._free.append(child)
        if not succeeded:
            assert isinstance(answer, BaseException)
            raise answer
        return answer  # pyright: ignore[reportReturnType] - what function returned

    async def aclose(self) -> None:
        """End the children that are free; those at work end with their calls or with us."""
        while self._free:
            await self._free.pop().kill()


class _Child:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.calls = 0

    @classmethod
    async def start(cls, memory_bytes: int) -> Self:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(SECRETS)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(Path(__file__).with_name("child_main.py"))),
            *(str(os.getpid()), str(memory_bytes)),
            stdin=PIPE,
            stdout=PIPE,
            env={**kept, **ONE_THREAD},
        )
        child = cls(process)
        child._send(pickle.dumps(sys.path))
        return child

    async def call(self, request: bytes) -> tuple[bool, object]:
        """Whether the function returned, and what it returned or raised."""
        self.calls += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._send(request)
            await self._process.stdin.drain()
            (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            reply = await self._process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            code = await self._process.wait()
            raise ChildCrashed(f"The work's process died ({_describe(code)}).") from error
        try:
            succeeded, content = pickle.loads(reply)  # noqa: S301 - from our own child
            return succeeded, content if succeeded else _rebuild(*content)
        except Exception as error:
            raise ChildCrashed(f"The work's result cannot be read: {error!r}.") from error

    def _send(self, content: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(LENGTH.pack(len(content)))
        self._process.stdin.write(content)

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        # communicate() also closes the pipes; wait() would leave their transports open.
        with contextlib.suppress(ConnectionError):
            await self._process.communicate()


def _describe(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _rebuild(
    kind: type[BaseException], args: tuple[object, ...], facts: dict[str, object]
) -> BaseException:
    """An exception as it was: pickle alone calls __init__ with args that are not its own."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error
