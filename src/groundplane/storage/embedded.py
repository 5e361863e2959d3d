"""The PostgreSQL that a laptop gets without asking: started, supervised and stopped by us.

Only binaries come from the wheel. The server is our direct child; the lock of its folder is
inherited by all its processes, so whoever holds the lock knows that nothing runs on the folder,
however the last holder ended.
"""

import contextlib
import hashlib
import logging
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplane.errors import StartRefused
from groundplane.storage import cluster
from groundplane.storage.folder_lock import GONE_WITHIN_S, locked
from groundplane.storage.process import Way, choose_way, environment, shim_command

APP_ROLE = "groundplane_app"
DATABASE = "groundplane"
PORT = 5432  # names the socket's file only; nothing listens on the network
SOCKET_PATH_MOST = 107  # sockaddr_un.sun_path, less its closing zero
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
    # Statements are short and what they read is in memory: compiling one costs more than running
    # it, and an index that holds all that is asked for beats reading the table.
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",  # standard error comes to us, and we rotate it
    "log_line_prefix": "%m [%p] ",
}
# Before it recovers, the server has everything on the disk that a crash of the machine might have
# left unwritten. File by file that takes 0.2 to 1.5 s, in one call a hundredth; before Linux 5.8
# that call did not tell of all errors (PostgreSQL's documentation of recovery_init_sync_method).
SYNCFS_TELLS_SINCE = (5, 8)
READY_WITHIN_S = 300.0  # recovery after a crash counts into it
FAST_STOP_WITHIN_S = 30.0
LOG_BYTES, LOG_FILES = 5 << 20, 4

log = logging.getLogger(__name__)


class EmbeddedPostgres:
    """One server on one folder; a context manager.

    `folder` may have any length and any characters. It is created if missing; its parents'
    permissions are never touched.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self._settings = {
            **SETTINGS,
            **sync_method(platform.system(), platform.release()),
            **(settings or {}),
        }
        self._cleanup = contextlib.ExitStack()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._supervisor: threading.Thread | None = None
        self._said: deque[str] = deque(maxlen=8)
        self._socket_folder: Path | None = None

    @property
    def owner_url(self) -> str:
        return urls(self._where())[0]

    @property
    def app_url(self) -> str:
        return urls(self._where())[1]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return when the server takes connections.

        Raises:
            StartRefused: another server holds the folder, or PostgreSQL cannot run on it.
        """
        with contextlib.ExitStack() as undo:
            self._make_folder()
            lock_fd = undo.enter_context(locked(self.folder))
            undo.callback(self._halt)
            binaries = cluster.find_binaries()
            way = choose_way(self.folder, binaries[0].bin / "postgres")
            held = cluster.Folder(self.folder, way, lock_fd)
            self._socket_folder = undo.enter_context(socket_folder(held))
            cluster.prepare(held, binaries, self._socket_folder)
            self._supervise(held, binaries[0].bin / "postgres")
            self._create_database()
            self._cleanup = undo.pop_all()

    def stop(self) -> None:
        self._cleanup.close()

    def _where(self) -> Path:
        if self._socket_folder is None:
            raise StartRefused(f"PostgreSQL on {self.folder} is not running.")
        return self._socket_folder

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / "log").mkdir(exist_ok=True)
        except OSError as error:
            raise StartRefused(f"The folder {self.folder} cannot be used: {error}.") from error

    def _supervise(self, held: cluster.Folder, postgres: Path) -> None:
        """Start the server from a thread that lives as long as it, and wait until it is ready.

        The death signal is the thread's; the thread starts the server again should it die
        without being told to.
        """
        self._stopping.clear()
        self._ready.clear()
        supervisor = threading.Thread(
            target=self._keep_running, args=(held, postgres), name="embedded-postgres", daemon=True
        )
        supervisor.start()
        self._supervisor = supervisor
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._ready.wait(0.005):
            if self._is_ready():
                self._ready.set()
            elif not supervisor.is_alive() or time.monotonic() > deadline:
                raise StartRefused(
                    f"PostgreSQL did not start on {self.folder}: {' '.join(self._said)}"
                )

    def _keep_running(self, held: cluster.Folder, postgres: Path) -> None:
        settings = {
            **self._settings,
            # A quoted entry of a list: a comma or a space in the path is no separator.
            "unix_socket_directories": '"{}"'.format(str(self._where()).replace('"', '""')),
        }
        command: list[str | Path] = [postgres, "-D", held.cluster, "-p", str(PORT)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        pause_s = 0.1
        while not self._stopping.is_set():
            self._run_once(held, command)
            if self._stopping.is_set() or not self._ready.is_set():
                return
            log.error("PostgreSQL on %s ended; starting it again: %s", self.folder, self._said)
            if self._stopping.wait(pause_s):
                return
            pause_s = min(2 * pause_s, 30.0)
            (held.cluster / "postmaster.pid").unlink(missing_ok=True)
            _remove_sockets(self._where())

    def _run_once(self, held: cluster.Folder, command: list[str | Path]) -> None:
        """Run the server until it and all its children have closed standard error."""
        rotated = RotatingFileHandler(
            self.folder / "log/postgres.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES
        )
        # Immediate shutdown: everything is gone at once, and the next start recovers.
        wrapped = shim_command(held.way, held.path, command, death_signal=signal.SIGQUIT)
        with (
            contextlib.closing(rotated),
            subprocess.Popen(  # noqa: S603 - our own wheel's binary
                wrapped,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # a Ctrl-C in the terminal is for us alone
                pass_fds=(held.lock_fd,),
            ) as process,
        ):
            self._process = process
            assert process.stderr is not None
            for line in process.stderr:
                text = line.decode(errors="replace").rstrip()
                self._said.append(text)
                rotated.emit(logging.makeLogRecord({"msg": text}))

    def _is_ready(self) -> bool:
        """Whether our own child stands in postmaster.pid as ready (utils/pidfile.h: line 8)."""
        try:
            lines = (self.folder / "cluster/postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) >= 8
            and self._process is not None
            and lines[0].strip() == str(self._process.pid)
            and lines[7].strip() == "ready"
        )

    def _create_database(self) -> None:
        maintenance = make_conninfo(self.owner_url, dbname="postgres")
        with psycopg.connect(maintenance, autocommit=True) as db:
            exists = "SELECT 1 FROM pg_database WHERE datname = %s"
            if db.execute(exists, [DATABASE]).fetchone() is None:
                db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _halt(self) -> None:
        """Stop the server: politely, then at once, then by force."""
        self._stopping.set()
        self._socket_folder = None
        process, self._process = self._process, None
        if process is None:
            return
        for order, patience_s in (
            (signal.SIGINT, FAST_STOP_WITHIN_S),
            (signal.SIGQUIT, 6.0),  # the postmaster kills its own children after 5 s
            (signal.SIGKILL, 6.0),
        ):
            process.send_signal(order)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
                break
        if self._supervisor is not None:
            self._supervisor.join(GONE_WITHIN_S)


def sync_method(system: str, release: str) -> dict[str, str]:
    """The setting for a start after a crash, none where file by file is the only sure way."""
    version = re.match(r"(\d+)\.(\d+)", release)
    if system != "Linux" or version is None:
        return {}
    tells = (int(version[1]), int(version[2])) >= SYNCFS_TELLS_SINCE
    return {"recovery_init_sync_method": "syncfs"} if tells else {}


def urls(where: Path) -> tuple[str, str]:
    """The owner's and the application's conninfo for the socket in a folder."""
    owner, app = (
        make_conninfo(host=str(where), port=PORT, dbname=DATABASE, user=user)
        for user in (cluster.SUPERUSER, APP_ROLE)
    )
    return owner, app


def running_urls(folder: Path) -> tuple[str, str] | None:
    """Where the server that another process of ours runs on `folder` can be reached, if one does.

    For commands beside a running instance. Line 5 of postmaster.pid names the socket's folder.
    """
    try:
        lines = (folder.absolute() / "cluster/postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    return urls(Path(lines[4]))


@contextlib.contextmanager
def socket_folder(held: cluster.Folder) -> Generator[Path]:
    """A folder of mode 0700 for the socket: `run/` in ours, or a short one if that is too long.

    The short one is named by our folder's path, so that what a killed predecessor left is used
    again. It is in a place that all users share: one that is not ours alone is left alone.
    """
    inside = held.path / "run"
    longest = len(os.fsencode(inside / f".s.PGSQL.{PORT}"))
    if longest <= SOCKET_PATH_MOST and "," not in str(inside):  # libpq splits hosts at commas
        inside.mkdir(mode=0o700, exist_ok=True)
        _give(held, inside)
        _remove_sockets(inside)
        yield inside
        return
    name = hashlib.sha256(os.fsencode(held.path)).hexdigest()[:16]
    short = Path(tempfile.gettempdir(), f"groundplane-{name}")
    if not _is_ours_alone(short, held.way):
        try:
            short.mkdir(mode=0o700)
        except FileExistsError:
            short = Path(tempfile.mkdtemp(prefix="groundplane-"))
        _give(held, short)
    _remove_sockets(short)
    try:
        yield short
    finally:
        shutil.rmtree(short, ignore_errors=True)


def _remove_sockets(folder: Path) -> None:
    """What a killed server left: its lock file is believed when its pid was given out again."""
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink()


def _is_ours_alone(folder: Path, way: Way) -> bool:
    try:
        facts = folder.lstat()
    except FileNotFoundError:
        return False
    owner_uid = way.uid if way.name == "user" else os.geteuid()
    private = stat.S_ISDIR(facts.st_mode) and not facts.st_mode & 0o077
    return private and facts.st_uid == owner_uid


def _give(held: cluster.Folder, folder: Path) -> None:
    if held.way.name == "user":
        os.chown(folder, held.way.uid, held.way.gid)
