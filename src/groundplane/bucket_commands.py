"""`groundplane buckets`: what a manager does about keys of buckets on a page, without a browser."""

import sys
from getpass import getpass
from pathlib import Path

from cyclopts import App

from groundplane.accounts import operations as accounts
from groundplane.buckets import operations, queries
from groundplane.buckets.model import GivenKey
from groundplane.command_parts import DataFolder, fail, say, with_database
from groundplane.fetch.fetcher import Fetcher
from groundplane.settings import Settings
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.values import timestamp

buckets = App(name="buckets", help="Keys of buckets.")


@buckets.command(name="list")
def list_bucket_keys(*, data: DataFolder = Path("data")) -> None:
    """Print a line a key: what it opens, its id, where and in which region, since when.

    Args:
        data: folder of the instance.
    """

    async def read(database: Database, _settings: Settings) -> list[str]:
        tenant = await _tenant(database)
        async with database.transaction(tenant) as db:
            rows = await queries.bucket_keys(db, tenant)
        return [
            f"{row.address}  {row.key_id}  {row.endpoint}  {row.region}  "
            f"since {timestamp(row.changed_at)}"
            for row in rows
        ]

    say("\n".join(with_database(data, read)) or "There are no keys of buckets.")


@buckets.command(name="add")
def add_bucket_key(
    address: str,
    /,
    *,
    data: DataFolder = Path("data"),
    endpoint: str = "",
    region: str = "",
    key_id: str = "",
) -> None:
    """Keep a key of a bucket, in place of the one that it had, and say whether it opens it.

    Its secret, or a service account's key file, is read from standard input, or asked for. Ends
    with 1 when the bucket does not take the key, which is kept all the same.

    Args:
        address: what it opens: s3://bucket, gs://bucket, or a folder in one.
        data: folder of the instance.
        endpoint: of another server that speaks S3; otherwise Amazon's or Google's own.
        region: of the bucket; otherwise us-east-1, and nothing at Google.
        key_id: the access key's id; left out for a service account.
    """
    # Never an argument, as for import-scale.
    secret = getpass("Secret of the key: ") if sys.stdin.isatty() else sys.stdin.read()
    given = GivenKey(
        address=address, endpoint=endpoint, region=region, key_id=key_id, secret=secret.strip()
    )

    async def add(database: Database, settings: Settings) -> tuple[bool, str]:
        tenant = await _tenant(database)
        sealing = InstanceSecret.load_or_create(settings.data)
        async with database.transaction(tenant) as db:
            kept = await operations.keep(db, tenant, sealing, given)
        return await _opens(database, settings, tenant, kept, "")

    _say_whether(with_database(data, add))


@buckets.command(name="check")
def check_bucket_key(address: str, /, *, file: str = "", data: DataFolder = Path("data")) -> None:
    """Ask the bucket for a file by the key that is kept, and say what it says; 1 when it refuses.

    Args:
        address: what the key opens, from `groundplane buckets list`.
        file: the address of a file that is there, for a key that may not list the bucket.
        data: folder of the instance.
    """

    async def check(database: Database, settings: Settings) -> tuple[bool, str]:
        tenant = await _tenant(database)
        return await _opens(database, settings, tenant, address, file)

    _say_whether(with_database(data, check))


@buckets.command(name="remove")
def remove_bucket_key(address: str, /, *, data: DataFolder = Path("data")) -> None:
    """Forget a key; what it would have opened is not fetched any more.

    Args:
        address: from `groundplane buckets list`.
        data: folder of the instance.
    """

    async def remove(database: Database, _settings: Settings) -> None:
        tenant = await _tenant(database)
        async with database.transaction(tenant) as db:
            await operations.remove(db, tenant, address)

    with_database(data, remove)
    say(f"The key of {address} is forgotten.")


async def _opens(
    database: Database, settings: Settings, tenant: Tenant, address: str, file: str
) -> tuple[bool, str]:
    """Whether the key of `address` opens it, and a sentence about it."""
    asked = operations.checked_file(address, file)
    sealing = InstanceSecret.load_or_create(settings.data)
    async with database.transaction(tenant) as db:
        way = await operations.way_to(db, tenant, sealing, asked)
    fetcher = Fetcher(allow=settings.fetch_allow, files_root=settings.files_root)
    try:
        return await operations.check(fetcher, asked, way)
    finally:
        await fetcher.aclose()


def _say_whether(checked: tuple[bool, str]) -> None:
    opens, sentence = checked
    if not opens:
        fail(sentence)
    say(sentence)


async def _tenant(database: Database) -> Tenant:
    """A key is of both halves of the account."""
    async with database.transaction() as db:
        return Tenant(await accounts.first_account(db), Mode.LIVE)
