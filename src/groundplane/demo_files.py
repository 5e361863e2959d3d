"""The files of the scene that a new instance offers to label: the simulator writes them, once.

Apart from `demo`, which knows tasks: every start asks for the folder, few have anything to write.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from groundplane.errors import StartRefused
from groundplane.settings import Settings
from groundplane.storage.process import Way, shim_command


def folder_of(data: Path) -> Path:
    return data / "demo"


def with_files_root(settings: Settings) -> Settings:
    """Lets the fetcher read the demo's files, unless the operator has named a folder."""
    if settings.files_root is not None:
        return settings
    folder = folder_of(settings.data)
    folder.mkdir(mode=0o700, exist_ok=True)
    return replace(settings, files_root=folder)


@dataclass(slots=True)
class Writing:
    """The process that writes the scene's files; None when they are there."""

    folder: Path
    process: subprocess.Popen[bytes] | None

    async def finished(self) -> list[Path]:
        """The frames, in order.

        Raises:
            StartRefused: the process failed.
        """
        if self.process is not None:
            code = await asyncio.to_thread(self.process.wait)
            if code != 0:
                raise StartRefused(f"The demo scene could not be written to {self.folder}.")
            _half_made(self.folder).rename(_scene(self.folder))
        return sorted((_scene(self.folder) / "frames").glob("*.json"))


def begin_writing(data: Path) -> Writing:
    """Start to write the scene, unless it is there; to be awaited by `demo.create_once`.

    Whole or not at all: a start that was killed in the middle begins anew. The process ends with
    the thread that calls this.
    """
    folder = folder_of(data)
    if _scene(folder).exists():
        return Writing(folder, None)
    shutil.rmtree(_half_made(folder), ignore_errors=True)
    _half_made(folder).mkdir(parents=True)
    way = Way("plain", os.geteuid(), os.getegid())
    command = [
        *(sys.executable, "-m", "groundplane.simulator.first_scene"),
        *(_half_made(folder).absolute(), _scene(folder).absolute().as_uri()),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own module
        shim_command(way, Path.cwd(), command, death_signal=signal.SIGKILL),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # as the others: a Ctrl-C in the terminal is for `serve`
    )
    return Writing(folder, process)


def _scene(folder: Path) -> Path:
    return folder / "street"


def _half_made(folder: Path) -> Path:
    return folder / "half_made"
