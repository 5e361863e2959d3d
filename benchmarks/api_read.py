"""Retrieving tasks and listing them among a million.

    python benchmarks/api_read.py [--tasks 1000000] [--seconds 8] [--clients 16] [--plans]

A million tasks of 20 projects, of which one in twenty is pending, copied inside the database from
one that the API made. Lists are of 100 with an exact `total`, walked page by page by `next_token`
over one keep-alive connection. `--plans` prints what PostgreSQL does for each.
"""

import argparse
import asyncio
import base64
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import LiteralString, Self
from urllib.parse import quote, urlencode

import psycopg
from _measure import role, table, verdict
from psycopg import sql

from groundplane.storage.embedded import running_urls
from groundplane.tasks.filtering import TaskFilter
from serving import Product

PROJECTS = 20
PAGES = 100
LIMIT = 100
NEWEST: LiteralString = "ORDER BY t.created_at DESC, t.task_id DESC LIMIT 100"
SECONDARY: LiteralString = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = 'task'::regclass AND NOT i.indisprimary
"""
WITHIN_MS = {"up to 50,000": 50.0, "more": 300.0}


class Client:
    """One keep-alive connection; anything but 200 ends the benchmark."""

    def __init__(self, product: Product, key: str) -> None:
        self.product = product
        self.token = base64.b64encode(f"{key}:".encode()).decode()

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.product.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def ask(self, path: str, body: bytes | None = None) -> bytes:
        verb = "GET" if body is None else "POST"
        head = (
            f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.product.port}\r\n"
            f"Authorization: Basic {self.token}\r\n"
        )
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + (body or b""))
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in answer:
            content = await self._chunks()
        else:
            length = int(answer.partition(b"content-length:")[2].partition(b"\r\n")[0])
            content = await self.reader.readexactly(length)
        assert answer.startswith(b"http/1.1 200"), content
        return content

    async def _chunks(self) -> bytes:
        content = bytearray()
        while length := int(await self.reader.readuntil(b"\r\n"), 16):
            content += await self.reader.readexactly(length)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return bytes(content)


async def prepare(product: Product, key: str) -> str:
    """The projects and the task that is copied; its id."""
    async with Client(product, key) as client:
        for number in range(PROJECTS):
            body = {"type": "lidarannotation", "name": f"project {number}"}
            await client.ask("/v1/projects", json.dumps(body).encode())
        frames = [f"https://bucket.example.com/drive/{n:04}.json" for n in range(20)]
        body = {"attachments": frames, "labels": ["Car", "Truck"], "project": "project 0"}
        made = await client.ask("/v1/task/lidarannotation", json.dumps(body).encode())
    return str(json.loads(made)["task_id"])


def fill(url: str, template: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("UPDATE task SET state = 'completed', completed_at = created_at")
        # What is copied is what was checked before; indexes are made faster than kept.
        db.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        indexes = db.execute(SECONDARY).fetchall()
        for name, _ in indexes:
            db.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        copy_table(
            db,
            "task",
            {
                "task_id": "lpad(to_hex(n), 24, '0')",
                "created_at": "t.created_at - make_interval(secs => n)",
                "project_id": "(SELECT ids[1 + n %% %(projects)s] FROM ids)",
                "state": "(CASE WHEN n / %(projects)s %% 20 = 0 THEN 'ready'"
                " ELSE 'completed' END)::task_state",
            },
            template,
            count,
        )
        new_ids: dict[str, LiteralString] = {"task_id": "lpad(to_hex(n), 24, '0')"}
        copy_table(db, "task_params", new_ids, template, count)
        for _, definition in indexes:
            db.execute(definition)
        db.execute("VACUUM ANALYZE task, task_params")


def copy_table(
    db: psycopg.Connection, name: str, changed: dict[str, LiteralString], template: str, count: int
) -> None:
    columns = [
        str(column)
        for (column,) in db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [name],
        )
    ]
    values = [
        sql.SQL(changed[column]) if column in changed else sql.Identifier("t", column)
        for column in columns
    ]
    statement = sql.SQL(
        "WITH ids AS (SELECT array_agg(project_id) AS ids FROM project)"
        " INSERT INTO {} ({}) SELECT {} FROM {} t, generate_series(1, %(count)s) AS n"
        " WHERE t.task_id = %(template)s"
    ).format(
        sql.Identifier(name),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(values),
        sql.Identifier(name),
    )
    given = {"count": count, "template": template, "projects": PROJECTS}
    db.execute(statement, given)


async def got(product: Product, key: str, clients: int, seconds: float, count: int) -> list[float]:
    """Seconds that each retrieval took, after a second of warming up."""

    async def one(number: int, until: float) -> list[float]:
        times: list[float] = []
        async with Client(product, key) as client:
            while (begun := time.monotonic()) < until:
                task = 1 + (number * 7919 + len(times) * 104_729) % count
                await client.ask(f"/v1/task/{task:024x}")
                times.append(time.monotonic() - begun)
        return times

    await asyncio.gather(*(one(n, time.monotonic() + 1) for n in range(clients)))
    until = time.monotonic() + seconds
    lists = await asyncio.gather(*(one(n, until) for n in range(clients)))
    return [time_s for times in lists for time_s in times]


async def walked(product: Product, key: str, query: dict[str, str]) -> tuple[list[float], int]:
    """Seconds that each page took, from the first again after the last, and the total."""
    times: list[float] = []
    total, token = 0, None
    async with Client(product, key) as client:
        while len(times) < PAGES:
            asked = {
                **query,
                "limit": str(LIMIT),
                **({} if token is None else {"next_token": token}),
            }
            begun = time.monotonic()
            page = await client.ask(f"/v1/tasks?{urlencode(asked, quote_via=quote)}")
            times.append(time.monotonic() - begun)
            said = json.loads(page)
            total, token = int(said["total"]), said.get("next_token")
            assert len(said["docs"]) == LIMIT or token is None, len(said["docs"])
    return times, total


async def big_body(product: Product, key: str) -> list[float]:
    """Seconds of creations with 2 MB and 300 attachments."""
    urls = [f"https://bucket.example.com/{n:04}/{'x' * 1900}.json" for n in range(300)]
    body = {"attachments": urls, "labels": ["Car"]}
    padding = "x" * (2_000_000 - len(json.dumps(body)))
    content = json.dumps({**body, "instruction": padding}).encode()
    times: list[float] = []
    async with Client(product, key) as client:
        for _ in range(20):
            begun = time.monotonic()
            await client.ask("/v1/task/lidarannotation", content)
            times.append(time.monotonic() - begun)
    return times


def p99_ms(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] * 1e3


def list_row(query: dict[str, str], times: list[float], total: int) -> list[str]:
    most_ms = WITHIN_MS["up to 50,000" if total <= 50_000 else "more"]
    p99 = p99_ms(times)
    asked = " and ".join(query) or "no filter"
    p50 = statistics.median(times) * 1e3
    bar = f"p99 {most_ms:.0f} ms: {verdict(p99 <= most_ms)}"
    return [f"list by {asked}", f"{total:,} of", f"p50 {p50:.0f} ms, p99 {p99:.0f} ms", bar]


def print_plan(url: str, query: dict[str, str]) -> None:
    wanted = TaskFilter(project=query.get("project"), status=query.get("status"))
    of = {"account_id": None, "mode": "live", **wanted.parameters()}
    with psycopg.connect(url) as db:
        (of["account_id"],) = db.execute("SELECT account_id FROM account").fetchone() or (None,)
        parts: tuple[tuple[LiteralString, LiteralString], ...] = (("count(*)", ""), ("*", NEWEST))
        for head, tail in parts:
            statement = sql.SQL("EXPLAIN (ANALYZE, COSTS OFF) SELECT {} FROM task t WHERE {} {}")
            condition = sql.SQL(wanted.matches())
            rows = db.execute(statement.format(sql.SQL(head), condition, sql.SQL(tail)), of)
            print(f"\n{query or 'no filter'}", *(line for (line,) in rows), sep="\n    ")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder, "data"))
        try:
            product.start()
            rows = measure(product, options)
        finally:
            if product.process is not None and product.process.poll() is None:
                product.kill_tree()  # halted workers cannot stop by themselves
    table(f"{options.tasks:,} tasks, one web process", rows)
    return 0


def measure(product: Product, options: argparse.Namespace) -> list[list[str]]:
    key = product.key()
    for worker in product.workers():
        worker.suspend()
    template = asyncio.run(prepare(product, key))
    (web,) = (process for process in product.tree() if role(process) == "web")
    urls = running_urls(product.data / "postgres")
    assert urls is not None
    fill(urls[0], template, options.tasks)
    before = sum(web.cpu_times()[:2])
    times = asyncio.run(got(product, key, options.clients, options.seconds, options.tasks))
    cpu_ms = (sum(web.cpu_times()[:2]) - before) / len(times) * 1e3
    rate = len(times) / options.seconds
    rows = [
        [
            f"retrieve, {options.clients} clients",
            f"{rate:.0f}/s",
            f"p99 {p99_ms(times):.0f} ms, web CPU {cpu_ms:.2f} ms",
            f"2,000/s: {verdict(rate >= 2000)}",
        ]
    ]
    queries: list[dict[str, str]] = [
        {"project": "project 3"},
        {"status": "pending"},
        {"project": "project 3", "status": "pending"},
        {"status": "completed"},
        {},
    ]
    for query in queries:
        list_times, total = asyncio.run(walked(product, key, query))
        rows.append(list_row(query, list_times, total))
        if options.plans:
            print_plan(urls[0], query)
    big = asyncio.run(big_body(product, key))
    p50 = statistics.median(big) * 1e3
    met = verdict(p50 <= 60)
    rows.append(["create, 2 MB, 300 attachments", "", f"p50 {p50:.0f} ms", f"60 ms: {met}"])
    size_mb = web.memory_info().rss / 1e6
    met = verdict(size_mb <= 150)
    rows.append(["web process", "", f"{size_mb:.0f} MB", f"150 MB: {met}"])
    return rows


if __name__ == "__main__":
    sys.exit(main())
