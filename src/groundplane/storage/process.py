"""As whom PostgreSQL's programs run, and how they are made to die with us.

PostgreSQL refuses to run as root. As root we enter a user namespace, in which the same files
belong to an ordinary user; where namespaces are forbidden (some containers) we become a system
user. An ordinary user runs it as itself.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from groundplane.errors import StartRefused
from groundplane.storage import exec_shim

SYSTEM_USERS = ("groundplane", "postgres")
OVERFLOW_UID = 65534  # what an unmapped owner looks like inside a namespace; not to be mapped


@dataclass(frozen=True, slots=True)
class Way:
    name: Literal["plain", "namespace", "user"]
    uid: int
    gid: int


def shim_command(
    way: Way, folder: Path, command: Sequence[str | Path], *, death_signal: signal.Signals
) -> list[str]:
    """`command`, wrapped so that it runs in `folder` as `way` says and gets `death_signal`.

    The signal comes when the *thread* that started it ends (prctl(2)), so a long-lived child is
    started by a thread that waits for it.
    """
    become = (os.getpid(), int(death_signal), way.name, way.uid, way.gid, folder)
    shim = (sys.executable, "-I", "-S", exec_shim.__file__)
    return [*shim, *map(str, become), *map(str, command)]


def environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL's programs (PGDATA, PGPORT, locales)."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def choose_way(folder: Path, postgres: Path) -> Way:
    """How `postgres` can run on `folder`, tried out.

    Raises:
        StartRefused: in no way, with what to do.
    """
    candidates = _candidates(folder)
    if candidates[0].name == "plain":
        return candidates[0]
    causes: list[str] = []
    for way in candidates:
        if way.name == "user" and folder.stat().st_uid != way.uid:
            os.chown(folder, way.uid, way.gid)  # ours alone; never a folder above it
        tried = subprocess.run(  # noqa: S603 - our own wheel's binary
            shim_command(way, folder, [postgres, "--version"], death_signal=signal.SIGKILL),
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if tried.returncode == 0:
            return way
        causes.append(f"as {way.name} {way.uid}: {tried.stderr.strip().splitlines()[-1:]}")
    raise StartRefused(
        "PostgreSQL does not run as root, and here it can neither use a user namespace nor "
        f"become one of the users {', '.join(SYSTEM_USERS)} with access to {folder}. Start "
        "Groundplane as an ordinary user, or create one with "
        f"`useradd --system {SYSTEM_USERS[0]}`. Tried: {'; '.join(causes) or 'nothing possible'}."
    )


def _candidates(folder: Path) -> list[Way]:
    own_uid, own_gid = os.geteuid(), os.getegid()
    cluster = folder / "cluster"
    owner_uid = cluster.stat().st_uid if cluster.exists() else own_uid
    if own_uid == 0 and owner_uid != 0:  # made under the fallback: stays with that user
        return [Way("user", owner_uid, cluster.stat().st_gid)]
    people = pwd.getpwall()
    if own_uid != 0 and any(person.pw_uid == own_uid for person in people):
        return [Way("plain", own_uid, own_gid)]
    # initdb looks its user up by name, so the namespace shows a user that has one; this also
    # serves an ordinary user without a name, as some container platforms make them up.
    named = [person for person in people if person.pw_uid not in (0, OVERFLOW_UID)]
    inside = named[0] if named else None
    ways = [Way("namespace", inside.pw_uid, inside.pw_gid)] if inside else []
    if own_uid == 0:
        ways += [
            Way("user", person.pw_uid, person.pw_gid)
            for name in SYSTEM_USERS
            for person in people
            if person.pw_name == name
        ]
    return ways or [Way("plain", own_uid, own_gid)]
