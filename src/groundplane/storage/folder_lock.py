"""One Groundplane on one folder: whoever holds its lock knows that nothing else runs on it."""

import contextlib
import fcntl
import os
import time
from collections.abc import Generator
from pathlib import Path

from groundplane.errors import StartRefused

GONE_WITHIN_S = 15.0  # what a predecessor's dying server is waited for


@contextlib.contextmanager
def locked(folder: Path) -> Generator[int]:
    """Hold the folder's lock; the descriptor is to be inherited by what runs on the folder.

    Raises:
        StartRefused: another holds it, and is alive or does not die in time.
    """
    fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + GONE_WITHIN_S
        while not _try_lock(fd):
            holder = os.pread(fd, 32, 0).decode(errors="replace").strip()
            # A dead holder's server is on its way out: it got its death signal.
            if _alive(holder) or time.monotonic() > deadline:
                raise StartRefused(
                    f"Another Groundplane (process {holder or 'unknown'}) already uses {folder}. "
                    "Stop it, or choose another data folder."
                )
            time.sleep(0.02)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield fd
    finally:
        os.close(fd)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(holder: str) -> bool:
    return holder.isdigit() and Path("/proc", holder).exists()
