"""How long `groundplane serve` takes to /readyz, and what it holds while idle.

    python benchmarks/start.py [--rounds 5]

A first start makes the database in an empty folder; a second start is one on a stopped instance.
Time runs from the command until /readyz answers 200, asked every 50 ms.
"""

import argparse
import statistics
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

from _measure import MB, ROOT, median_and_range, role, table, verdict

from serving import Product

SECOND_START_WITHIN_S = 3.0
SETTLED_AFTER_S = 5.0


def cpu_s(product: Product) -> float:
    """CPU seconds that the whole tree has used: what a busy machine does not change."""
    times = [process.cpu_times() for process in product.tree()]
    return sum(t.user + t.system for t in times)


def installed_mb() -> float:
    """Bytes of the distributions that the runtime's lock names, and of our own package."""
    lock = (ROOT / "requirements/runtime.txt").read_text().splitlines()
    names = [line.partition("==")[0].partition("[")[0] for line in lock if "==" in line]
    files = [
        Path(str(file.locate()))
        for name in names
        for file in metadata.distribution(name.strip()).files or []
    ]
    files += (ROOT / "src").rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file()) / MB


def idle_rows(product: Product) -> list[list[str]]:
    rss: dict[str, int] = {}
    pss = 0
    for process in product.tree():
        facts = process.memory_full_info()
        rss[role(process)] = rss.get(role(process), 0) + facts.rss
        pss += facts.pss
    rows = [[name, f"{size / MB:.0f} MB"] for name, size in sorted(rss.items())]
    return [*rows, ["whole tree, PSS", f"{pss / MB:.0f} MB"]]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    first: list[float] = []
    second: list[float] = []
    cpu: list[float] = []
    idle: list[list[str]] = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            product = Product(Path(folder, "data"))
            try:
                first.append(product.start())
                product.stop()
                second.append(product.start())
                cpu.append(cpu_s(product))
                if number == rounds - 1:
                    time.sleep(SETTLED_AFTER_S)
                    idle = idle_rows(product)
            finally:
                product.stop()
    is_met = statistics.median(second) <= SECOND_START_WITHIN_S
    size_mb = installed_mb()
    table(
        "Start to /readyz",
        [
            ["first start, empty folder", median_and_range(first), ""],
            ["second start", median_and_range(second), f"bar 3 s: {verdict(is_met)}"],
            ["CPU of the tree until then", median_and_range(cpu), ""],
        ],
    )
    table("Idle, resident (PostgreSQL: its processes added, shared pages counted each time)", idle)
    table(
        "Installed, runtime",
        [["packages and ours", f"{size_mb:.0f} MB", "aim: below 400 MB"]],
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
