"""What commands on an instance share: its folder and database, and how they end."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

from cyclopts import Parameter

from groundplane import instance
from groundplane.settings import Settings, read_settings, with_remembered_public_url
from groundplane.storage.database import Database
from groundplane.storage.migrate import migrate

T = TypeVar("T")
DataFolder = Annotated[Path, Parameter(help="Folder of this instance.")]


def with_database(data: Path, work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    """Do `work` on the instance's database, beside a running `serve` or without one."""
    settings = with_remembered_public_url(read_settings(data))
    if settings.database_url is None and not (settings.data / "postgres").exists():
        # Standard output stays what scripts expect: the key alone, the link alone.
        print(f"groundplane: {settings.data} held no instance; a new one is made.", file=sys.stderr)
    with instance.database_urls(settings) as (owner_url, app_url):
        migrate(owner_url)

        async def run() -> T:
            database = await Database.open(app_url, most_connections=1)
            try:
                return await work(database, replace(settings, database_url=app_url))
            finally:
                await database.close()

        return asyncio.run(run())


def say(line: str) -> None:
    print(line, flush=True)


def fail(sentence: str) -> NoReturn:
    print(f"groundplane: {sentence}", file=sys.stderr)
    raise SystemExit(1)
