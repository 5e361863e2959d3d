import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from groundplane.errors import AttachmentUnreadable, InvalidParameter
from groundplane.jobs.child import ChildCrashed, ChildOutOfMemory, ChildProcess, ChildTimeout


@pytest.fixture
async def child() -> AsyncIterator[ChildProcess]:
    async with ChildProcess(memory_bytes=1 << 30) as child:
        yield child


def double(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return points * 2


def add(left: int, right: int) -> int:
    return left + right


def own_pid() -> int:
    return os.getpid()


def refuse(path: str) -> None:
    raise InvalidParameter(path, "is not what it claims")


def unreadable() -> None:
    raise AttachmentUnreadable("points[7].x is NaN")


def raise_what_cannot_travel() -> None:
    class Local(Exception):
        pass

    raise Local("lost")


def allocate_too_much() -> int:
    return len(bytearray(3 << 30))


def loop_for_ever() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def speak() -> str:
    os.write(1, b"a library's chatter\n")
    return "the result"


async def test_a_result_comes_back(child: ChildProcess) -> None:
    points = np.arange(300_000, dtype=np.float32).reshape(-1, 3)
    doubled = await child.run(double, points, timeout_s=20)
    np.testing.assert_array_equal(doubled, points * 2)


async def test_the_child_is_kept_for_the_next_call(child: ChildProcess) -> None:
    first = await child.run(own_pid, timeout_s=20)
    assert await child.run(own_pid, timeout_s=20) == first != os.getpid()


async def test_the_child_is_renewed_after_its_calls() -> None:
    async with ChildProcess(calls=1) as child:
        first = await child.run(own_pid, timeout_s=20)
        assert await child.run(own_pid, timeout_s=20) != first


async def test_calls_run_side_by_side_up_to_the_number_of_processes() -> None:
    async with ChildProcess(processes=2) as child:
        pids = await asyncio.gather(*(child.run(own_pid, timeout_s=20) for _ in range(2)))
    assert len(set(pids)) == 2


async def test_an_error_arrives_as_it_was_raised(child: ChildProcess) -> None:
    with pytest.raises(AttachmentUnreadable, match=r"points\[7\].x is NaN"):
        await child.run(unreadable, timeout_s=20)
    with pytest.raises(InvalidParameter) as caught:
        await child.run(refuse, "attachments", timeout_s=20)
    assert (caught.value.path, caught.value.reason) == ("attachments", "is not what it claims")
    assert "In the child process" in caught.value.__notes__[0]


async def test_an_error_that_cannot_travel_still_says_what_it_was(child: ChildProcess) -> None:
    with pytest.raises(RuntimeError, match="Local: lost"):
        await child.run(raise_what_cannot_travel, timeout_s=20)


async def test_output_of_a_library_does_not_break_the_result(child: ChildProcess) -> None:
    assert await child.run(speak, timeout_s=20) == "the result"


async def test_too_much_memory_is_an_error_and_the_next_call_works(child: ChildProcess) -> None:
    with pytest.raises(ChildOutOfMemory):
        await child.run(allocate_too_much, timeout_s=20)
    assert await child.run(add, 2, 3, timeout_s=20) == 5


async def test_a_call_without_end_is_killed_and_the_next_call_works(child: ChildProcess) -> None:
    pid = await child.run(own_pid, timeout_s=20)
    with pytest.raises(ChildTimeout):
        await child.run(loop_for_ever, timeout_s=0.3)
    assert not psutil.pid_exists(pid)
    assert await child.run(add, 2, 3, timeout_s=20) == 5


async def test_a_death_is_an_error_and_the_next_call_works(child: ChildProcess) -> None:
    with pytest.raises(ChildCrashed, match="SIGKILL"):
        await child.run(die, timeout_s=20)
    assert await child.run(add, 2, 3, timeout_s=20) == 5


async def test_a_cancelled_call_leaves_no_process_at_work(child: ChildProcess) -> None:
    pid = await child.run(own_pid, timeout_s=20)
    call = asyncio.create_task(child.run(loop_for_ever, timeout_s=60))
    await asyncio.sleep(0.2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not psutil.pid_exists(pid)


PARENT = """
import asyncio, sys
from groundplane.jobs.child import ChildProcess
import test_child
async def main():
    child = ChildProcess()
    print(await child.run(test_child.own_pid, timeout_s=20), flush=True)
    await child.run(test_child.loop_for_ever, timeout_s=60)
asyncio.run(main())
"""


def test_the_child_dies_with_a_killed_parent() -> None:
    here = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": here}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.1)  # into the call without end
        parent.kill()
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child survived its parent"
        time.sleep(0.02)
