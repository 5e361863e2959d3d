"""How many tasks a second one web process creates, and how long each takes.

    python benchmarks/api_create.py [--seconds 10] [--clients 16]

POST /v1/task/lidarannotation with a 3 KB body and a unique_id, keep-alive connections, each sending
the next request when it has its answer. The workers are halted meanwhile, so that what is measured
is creation alone. Beside it pgbench, in the same database: the rows of a creation in one statement.
"""

import argparse
import asyncio
import base64
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import LiteralString

import psycopg
from _measure import role, table, verdict
from psycopg import sql

from groundplane.storage.cluster import find_binaries
from groundplane.storage.embedded import running_urls
from serving import Product

BODY_BYTES = 3000
FRAMES = 20
ROWS: tuple[LiteralString, ...] = ("task", "task_params", "task_event", "procrastinate_jobs")


def request(product: Product, key: str, unique_id: str) -> bytes:
    body = {
        "attachments": [f"https://bucket.example.com/drive/{n:04}.json" for n in range(FRAMES)],
        "attachment_type": "json",
        "labels": ["Car", "Truck", "Pedestrian"],
        "callback_url": "https://labels.example.com/done",
        "unique_id": unique_id,
        "instruction": "",
    }
    body["instruction"] = "x" * (BODY_BYTES - len(json.dumps(body)))
    content = json.dumps(body).encode()
    token = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST /v1/task/lidarannotation HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\n"
        f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def answer(reader: asyncio.StreamReader) -> None:
    """One response with Content-Length; anything but 200 ends the benchmark."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    content = await reader.readexactly(length)
    assert head.startswith(b"http/1.1 200"), content


async def client(product: Product, key: str, name: str, until: float) -> list[float]:
    """Seconds that each request took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    times: list[float] = []
    while (begun := time.monotonic()) < until:
        writer.write(request(product, key, f"{name}-{len(times)}"))
        await answer(reader)
        times.append(time.monotonic() - begun)
    writer.close()
    await writer.wait_closed()
    return times


async def created(product: Product, key: str, clients: int, seconds: float) -> list[float]:
    warm_until = time.monotonic() + 1
    await asyncio.gather(*(client(product, key, f"w{n}", warm_until) for n in range(clients)))
    until = time.monotonic() + seconds
    lists = await asyncio.gather(*(client(product, key, f"c{n}", until) for n in range(clients)))
    return [one for times in lists for one in times]


def pgbench_rate(url: str, clients: int, seconds: float) -> float:
    """Transactions a second of pgbench, one statement each: the rows that a creation writes.

    Into copies of their tables with the same indexes, without row-level security, foreign keys
    and triggers; every value but the keys is that of a task that the API made.
    """
    with psycopg.connect(url, autocommit=True) as db:
        inserts = [_copying(db, name).as_string(db) for name in ROWS]
    *first, last = inserts
    ctes = ", ".join(f"w{number} AS ({one})" for number, one in enumerate(first))
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"WITH {ctes} {last};\n")
        script.flush()
        done = subprocess.run(
            [
                find_binaries()[0].bin / "pgbench",
                *("--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1"),
                *(f"--time={seconds:.0f}", f"--file={script.name}", url),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def _copying(db: psycopg.Connection, name: LiteralString) -> sql.Composed:
    """An INSERT of the newest row of this table into a copy of the table, under another id."""
    copy = sql.Identifier(f"bench_{name}")
    db.execute(
        sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, sql.Identifier(name))
    )
    columns = [
        str(column)
        for (column,) in db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'",
            [name],
        )
    ]
    shown = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(one)) for one in columns)
    newest = sql.SQL("SELECT {} FROM {} LIMIT 1").format(shown, sql.Identifier(name))
    row = db.execute(newest).fetchone()
    assert row is not None
    values = [
        sql.SQL("left(replace(gen_random_uuid()::text, '-', ''), 24)")
        if column in ("task_id", "unique_id")
        else sql.Literal(value)
        for column, value in zip(columns, row, strict=True)
    ]
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        copy, sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values)
    )


def row(name: str, times: list[float], seconds: float, cpu: str) -> list[str]:
    p50 = statistics.median(times) * 1e3
    p99 = statistics.quantiles(times, n=100)[98] * 1e3
    rate = len(times) / seconds
    return [name, f"{rate:.0f}/s", f"p50 {p50:.0f} ms", f"p99 {p99:.0f} ms", cpu]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    clients, seconds = options.clients, options.seconds
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder, "data"))
        try:
            product.start()
            key = product.key()
            for worker in product.workers():
                worker.suspend()
            (web,) = (process for process in product.tree() if role(process) == "web")
            before = sum(web.cpu_times()[:2])
            times = asyncio.run(created(product, key, clients, seconds))
            used = sum(web.cpu_times()[:2]) - before
            urls = running_urls(product.data / "postgres")
            assert urls is not None
            most = pgbench_rate(urls[0], clients, seconds)
        finally:
            if product.process is not None and product.process.poll() is None:
                product.kill_tree()  # halted workers cannot stop by themselves
    # The second of warming up is in `used` and not in `times`.
    per_request = used / (len(times) * (seconds + 1) / seconds) * 1e3
    table(
        f"Creating tasks, {BODY_BYTES:,} byte bodies, {clients} clients, one web process",
        [
            row("POST /v1/task/lidarannotation", times, seconds, f"web CPU {per_request:.2f} ms"),
            ["the same rows by pgbench", f"{most:.0f}/s", "", "", ""],
            ["a third of that", verdict(3 * len(times) / seconds >= most), "", "", ""],
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
