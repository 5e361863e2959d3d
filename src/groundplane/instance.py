"""An instance's database: where it is, its schema, and what a start makes in it.

Kept apart from `serve`, whose web process imports for longer than all of this takes.
"""

import contextlib
from collections.abc import Generator

import psycopg

from groundplane.accounts import operations as accounts
from groundplane.accounts.model import Role
from groundplane.demo_files import Writing
from groundplane.jobs.reaper import forget_workers
from groundplane.settings import Settings
from groundplane.storage.database import Database
from groundplane.storage.embedded import EmbeddedPostgres, running_urls

FIRST_MANAGER = "manager@localhost"


@contextlib.contextmanager
def database_urls(settings: Settings) -> Generator[tuple[str, str]]:
    """The owner's and the application's address: the customer's server, or the embedded one.

    For commands beside a running `serve`, its server; else one that is ours while we run.
    """
    if settings.database_url is not None:
        yield settings.database_url, settings.database_url
        return
    folder = settings.data / "postgres"
    running = running_urls(folder)
    if running is not None and _answers(running[1]):
        yield running
        return
    with EmbeddedPostgres(folder) as server:
        yield server.owner_url, server.app_url


def _answers(url: str) -> bool:
    """Whether a server is behind the address; a killed one leaves its address behind."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


async def first_start(settings: Settings, *, owns_workers: bool) -> str | None:
    """Make what a new instance needs; a sign-in token while no manager has ever signed in.

    Args:
        settings: with the address of a database that has this version's schema.
        owns_workers: no worker but ours can be at work on this database, and ours are dead.
    """
    assert settings.database_url is not None
    database = await Database.open(settings.database_url, most_connections=2)
    try:
        if owns_workers:
            await forget_workers(database)
        async with database.transaction() as db:
            account_id = await accounts.first_account(db)
            token = None
            if not await accounts.has_signed_in_manager(db, account_id):
                manager = await accounts.create_person(db, account_id, FIRST_MANAGER, Role.MANAGER)
                token = await accounts.create_sign_in_link(db, manager)
        return token
    finally:
        await database.close()


async def offer_demo(settings: Settings, writing: Writing | None) -> None:
    """The scene to label, unless it is there."""
    from groundplane import demo  # noqa: PLC0415 - knows tasks; the other starts need not import them

    assert settings.database_url is not None
    database = await Database.open(settings.database_url, most_connections=2)
    try:
        await demo.create_once(database, settings, writing)
    finally:
        await database.close()
