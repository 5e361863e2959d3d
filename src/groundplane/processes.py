"""The process tree of `groundplane serve`: children that are restarted, and that die with us.

Every child gets a parent-death signal from the kernel, so that a SIGKILL of `serve` leaves no
process and no bound port. All that they do is crash-safe, so the signal is SIGKILL.
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundplane.storage.process import Way, shim_command

log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 10.0
LIVED_WELL_S = 30.0  # a child that lived this long is restarted at once
GRACE_S = 15.0


@dataclass(slots=True)
class Child:
    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    waits: bool = False
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
    """

    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list[Child])

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        pass_fds: tuple[int, ...] = (),
        waits: bool = False,
    ) -> None:
        """Start a child; one that `waits` imports, and then calls settings.take_environment."""
        child = Child(name, command, pass_fds, waits)
        self.children.append(child)
        self._spawn(child)

    def go(self, environment: Mapping[str, str]) -> None:
        """This is the environment: of the children that wait for it, and of all later ones."""
        self.environment = environment
        for child in self.children:
            child.waits = False
            pipe = None if child.process is None else child.process.stdin
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError), pipe:  # it died; `tend` starts another
                    pipe.write(json.dumps(dict(environment)).encode())

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
        child.process = subprocess.Popen(  # noqa: S603 - our own modules
            shim_command(here, Path.cwd(), child.command, death_signal=signal.SIGKILL),
            env=dict(self.environment),
            stdin=subprocess.PIPE if child.waits else subprocess.DEVNULL,
            pass_fds=child.pass_fds,
            start_new_session=True,  # a Ctrl-C in the terminal is for `serve`, which tells them
        )
        child.started_at = time.monotonic()
