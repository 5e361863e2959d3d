"""The child's side of child.py: limits first, then one call after the other.

Run as a file, `python -I child_main.py PARENT_PID MEMORY_BYTES`. A message is its length
(uint64, little-endian) and a pickle. The first is sys.path; each further one is (function, args),
answered by (True, result) or (False, (class, args, dict) of the exception).
"""

import ctypes
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from typing import BinaryIO

LENGTH = struct.Struct("<Q")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent_pid: int, memory_bytes: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the signal was set
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the parent
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library prints must not get between our messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    sys.path[:] = pickle.loads(receive(requests) or b"")  # noqa: S301 - from our own parent
    while (request := receive(requests)) is not None:
        content = answer(request)
        del request
        answers.write(LENGTH.pack(len(content)))
        answers.write(content)
        answers.flush()
        del content


def receive(requests: BinaryIO) -> bytes | None:
    header = requests.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    return requests.read(LENGTH.unpack(header)[0])


def answer(request: bytes) -> bytes:
    try:
        function, args = pickle.loads(request)  # noqa: S301 - from our own parent
        return pickle.dumps((True, function(*args)), protocol=5)
    except Exception as error:  # noqa: BLE001 - it is the caller's, and goes there
        return describe(error)


def describe(error: Exception) -> bytes:
    error.add_note("In the child process:\n" + "".join(traceback.format_exception(error)))
    try:
        return pickle.dumps((False, (type(error), error.args, error.__dict__)), protocol=5)
    except Exception as unfit:  # noqa: BLE001 - any object may refuse to be pickled
        plain = RuntimeError(f"{type(error).__name__}: {error} (cannot be pickled: {unfit!r})")
        return pickle.dumps((False, (RuntimeError, plain.args, {})), protocol=5)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
