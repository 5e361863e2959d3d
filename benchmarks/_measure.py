"""What the benchmarks share: the product as tests start it, the machine, and a table."""

import os
import platform
import statistics
import sys
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # before the imports of `serving` in those who import us

MB = 1e6
SAMPLE_EVERY_S = 0.05
LOADED = 1.5  # processes waiting, above which a figure says as much about the neighbours


def machine() -> str:
    memory_gb = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    note = "  (busy: expect worse figures than the machine's own)" if load > LOADED else ""
    cores, python = os.cpu_count(), platform.python_version()
    return f"{cores} cores, {memory_gb:.0f} GB, Python {python}, load {load:.1f}{note}"


def table(title: str, rows: Iterable[Sequence[str]]) -> None:
    cells = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    print(f"\n{title}\n{machine()}")
    for row in cells:
        first, *others = (
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]))


def median_and_range(values: Sequence[float], unit: str = "s") -> str:
    middle = statistics.median(values)
    return f"{middle:.2f} {unit} ({min(values):.2f}-{max(values):.2f}, {len(values)} runs)"


def verdict(is_met: bool) -> str:  # noqa: FBT001 - the word for it
    return "met" if is_met else "MISSED"


def role(process: psutil.Process) -> str:
    """What a process of the tree is for, from its command line."""
    words = process.cmdline()
    if "groundplane.web_process" in words:
        return "web"
    if "groundplane.worker" in words:
        return f"worker {words[-1]}"
    if any("child_main.py" in word for word in words):
        parent = process.parent()
        return f"child of {role(parent)}" if parent is not None else "child"
    if any("postgres" in word for word in words[:1]):
        return "PostgreSQL"
    return "serve"


@dataclass
class Peaks:
    """The highest resident size that each process had, by role, in bytes."""

    rss: dict[str, int] = field(default_factory=dict[str, int])

    def look(self, processes: Iterable[psutil.Process]) -> None:
        for process in processes:
            try:
                name, size = role(process), process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            self.rss[name] = max(size, self.rss.get(name, 0))


@contextmanager
def watched(top: psutil.Process) -> Generator[Peaks]:
    """Samples the whole tree below `top` every 50 ms."""
    peaks, done = Peaks(), threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_EVERY_S):
            peaks.look([top, *top.children(recursive=True)])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()
