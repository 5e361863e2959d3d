"""The process tree of `groundplane serve`: children that are restarted, and that die with us.

Every child gets a parent-death signal from the kernel, so that a SIGKILL of `serve` leaves no
process and no bound port. All that they do is crash-safe, so the signal is SIGKILL.
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundplane.orders import Orders
from groundplane.storage.process import Way, shim_command

log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 10.0
LIVED_WELL_S = 30.0  # a child that lived this long is restarted at once
GRACE_S = 15.0


@dataclass(slots=True)
class Child:
    name: str
    command: Sequence[str]
    takes_orders: bool = False
    line: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause_s: float = 0.1


@dataclass(slots=True)
class ProcessTree:
    """Children of the thread that calls `start` and `watch`, which must outlive them.

    The kernel sends the death signal when that *thread* ends (prctl(2)).

    Attributes:
        environment: of the children that are started from now on.
        orders: for the children that take them, those that are started later included.
    """

    environment: Mapping[str, str]
    orders: Orders | None = None
    children: list[Child] = field(default_factory=list[Child])

    def start(self, name: str, command: Sequence[str], *, takes_orders: bool = False) -> None:
        """Start a child; one that takes orders imports, and then waits for them."""
        child = Child(name, command, takes_orders)
        self.children.append(child)
        self._spawn(child)

    def start_web(self) -> None:
        """One more web process; it imports, and then waits for orders."""
        command = [sys.executable, "-m", "groundplane.web_process"]
        self.start(f"web {len(self.children)}", command, takes_orders=True)

    def go(self, orders: Orders) -> None:
        """Send these to the children that wait for them, and to all later ones."""
        self.environment, self.orders = orders.environment, orders
        for child in self.children:
            _send(orders, child)

    def tend(self) -> None:
        """Restart what has ended; to be called every few tenths of a second."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                code, child.process = child.process.returncode, None
                lived_s = now - child.started_at
                child.pause_s = 0.1 if lived_s > LIVED_WELL_S else child.pause_s * 2
                child.pause_s = min(child.pause_s, LONGEST_PAUSE_S)
                child.restart_at = now + child.pause_s
                log.error("%s ended with code %s; restarting it", child.name, code)
            if child.process is None and now >= child.restart_at:
                self._spawn(child)

    def stop(self) -> None:
        """Ask all to stop, wait for their grace, then end them."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            if process.returncode is None:
                process.kill()
                process.wait()

    def _spawn(self, child: Child) -> None:
        here = Way("plain", os.geteuid(), os.getegid())
        child.line, theirs = socket.socketpair() if child.takes_orders else (None, None)
        child.process = subprocess.Popen(  # noqa: S603 - our own modules
            shim_command(here, Path.cwd(), child.command, death_signal=signal.SIGKILL),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL if theirs is None else theirs.fileno(),
            start_new_session=True,  # a Ctrl-C in the terminal is for `serve`, which tells them
        )
        child.started_at = time.monotonic()
        if theirs is not None:
            theirs.close()
        if self.orders is not None:
            _send(self.orders, child)


def _send(orders: Orders, child: Child) -> None:
    line, child.line = child.line, None
    if line is not None:
        with contextlib.suppress(BrokenPipeError), line:  # it died; `tend` starts another
            orders.send(line)
