"""What a manager sees and does about keys of buckets. A key's secret is never shown again."""

import msgspec

from groundplane.accounts.model import Person, Role
from groundplane.buckets import operations, queries
from groundplane.buckets.model import GivenKey
from groundplane.errors import NotFound
from groundplane.fetch.fetcher import Fetcher
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.wire.routing import JSONBody, NamedDependency, get, post, put
from groundplane.wire.values import timestamp


class BucketKey(msgspec.Struct):
    """`key_id` is the e-mail address of a service account, where it is one."""

    address: str
    endpoint: str
    region: str
    key_id: str
    changed_at: str


class BucketKeyList(msgspec.Struct):
    bucket_keys: list[BucketKey]


class BucketName(msgspec.Struct):
    address: str


class BucketCheck(msgspec.Struct):
    """`file` is the address of a file that is there; empty asks for one that is not."""

    address: str
    file: str = ""


class BucketChecked(msgspec.Struct):
    """`opens`: the key was taken. `sentence` says so, or why not."""

    opens: bool
    sentence: str


@get("/app/bucket-keys")
async def list_bucket_keys(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BucketKeyList:
    """The keys of the account, live and test alike, by the address that each opens."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        return await _all(db, tenant)


@put("/app/bucket-keys")
async def keep_bucket_key(
    data: JSONBody[GivenKey],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
) -> BucketKeyList:
    """Keep a key for a bucket or a folder, in place of the one that it had."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.keep(db, tenant, secret, data)
        return await _all(db, tenant)


@post("/app/bucket-keys/remove")
async def remove_bucket_key(
    data: JSONBody[BucketName],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> BucketKeyList:
    """Forget a key; what it would have opened is not fetched any more."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await operations.remove(db, tenant, data.address)
        return await _all(db, tenant)


@post("/app/bucket-keys/check")
async def check_bucket_key(
    data: JSONBody[BucketCheck],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
    fetcher: NamedDependency[Fetcher],
) -> BucketChecked:
    """Ask the bucket for a file by the key that is kept."""
    person.must_be(Role.MANAGER)
    file = operations.checked_file(data.address, data.file.strip())
    async with database.transaction(tenant) as db:
        known = {row.address for row in await queries.bucket_keys(db, tenant)}
        if data.address not in known:
            raise NotFound(operations.KEY)
        way = await operations.way_to(db, tenant, secret, file)
    opens, sentence = await operations.check(fetcher, file, way)
    return BucketChecked(opens, sentence)


ROUTES = (list_bucket_keys, keep_bucket_key, remove_bucket_key, check_bucket_key)


async def _all(db: Connection, tenant: Tenant) -> BucketKeyList:
    return BucketKeyList(
        [
            BucketKey(row.address, row.endpoint, row.region, row.key_id, timestamp(row.changed_at))
            for row in await queries.bucket_keys(db, tenant)
        ]
    )
