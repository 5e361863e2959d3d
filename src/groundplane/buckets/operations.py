"""Verbs on keys of buckets. None commits: the caller's transaction does."""

from datetime import UTC, datetime

import msgspec

from groundplane.buckets import queries
from groundplane.buckets.answers import NO_FILE, NOT_FOR_KEY, explain
from groundplane.buckets.model import Endpoint, GivenKey, Place, Secret, file_at, read_key
from groundplane.buckets.signing import signed_url
from groundplane.errors import FetchFailed, FetchRefused, InvalidParameter, NotFound
from groundplane.fetch.fetcher import Fetcher, FetchLimits, Way
from groundplane.storage.database import Connection, Tenant
from groundplane.storage.secrets import InstanceSecret

KEY = "Key of that bucket"
ASKED_FOR = "groundplane-asks-whether-this-key-opens-the-bucket"  # no file is called so
CHECK_LIMITS = FetchLimits(size_bytes=1 << 62, total_timeout_s=15)  # nothing of it is read
OPENS = "The key opens the bucket."
OPENS_FILE = "The key opens this file."
MAY_NOT_LIST = (
    "The bucket knows the key, but does not tell it which files there are. "
    "Check with the address of a file that is there."
)


async def keep(db: Connection, tenant: Tenant, instance: InstanceSecret, given: GivenKey) -> str:
    """Keep a key, in place of the one that its bucket or folder had; its address.

    Raises:
        InvalidParameter: it cannot be a key.
    """
    at, secret = read_key(given)
    await queries.keep_key(db, tenant, at, instance.seal(msgspec.json.encode(secret)))
    return at.address


async def remove(db: Connection, tenant: Tenant, address: str) -> None:
    """Raises NotFound: there is none at this address."""
    if not await queries.delete_key(db, tenant, address):
        raise NotFound(KEY)


async def way_to(db: Connection, tenant: Tenant, instance: InstanceSecret, url: str) -> Way:
    """How a file in a bucket is fetched: by the key of the bucket, or of the nearest folder.

    Raises:
        FetchRefused: there is no key for it, or the address is none of a file in a bucket.
    """
    file = file_at(url)
    row = await queries.nearest_key(db, tenant, file.holders()[:-1])
    if row is None:
        bucket = Place(file.scheme, file.bucket)
        raise FetchRefused(url, f"No key for {bucket} is kept here. A manager can add one.")
    secret = msgspec.json.decode(instance.open(row.sealed), type=Secret)
    at = Endpoint(row.address, row.endpoint, row.region, row.key_id)
    return Way(signed_url(file, at, secret, datetime.now(UTC)), explain)


def checked_file(address: str, file: str) -> str:
    """What is asked for to see whether the key of `address` opens it.

    Raises:
        InvalidParameter: `file` is not a file there; empty stands for one that cannot be there.
    """
    if not file:
        return f"{address}/{ASKED_FOR}"
    place = Place.parse(file)
    if place is None or address not in place.holders()[:-1] or file.endswith("/"):
        raise InvalidParameter("file", f"must be the address of a file in {address}")
    return str(place)


async def check(fetcher: Fetcher, file: str, way: Way) -> tuple[bool, str]:
    """Whether the key does what it is for, and a sentence about it; holds no transaction."""
    is_made_up = file.endswith(f"/{ASKED_FOR}")
    try:
        async with fetcher.open(file, CHECK_LIMITS, way):
            return True, OPENS_FILE
    except (FetchFailed, FetchRefused) as error:
        if is_made_up and error.reason == NO_FILE:
            return True, OPENS
        if is_made_up and error.reason == NOT_FOR_KEY:
            return False, MAY_NOT_LIST
        return False, error.reason
