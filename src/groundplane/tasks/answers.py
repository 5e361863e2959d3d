"""Test mode: a task is answered at once, with a made-up answer, by nobody."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

import msgspec

from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import answer_queries, blob_keeping, operations
from groundplane.tasks.lifecycle import Event, State
from groundplane.tasks.operations import Dependent, Order
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.types.kind import ResultFile, SourceTask
from groundplane.wire.values import JSON

T = TypeVar("T")


class StoredFile(msgspec.Struct, frozen=True):
    """A ResultFile whose bytes are durable."""

    sha256: str
    size_bytes: int
    content_type: str


StoredAnswer = Mapping[str, object]
"""JSON values, with a StoredFile where an address is to be."""


async def store(
    blobs: Blobs, tenant: Tenant, order: Order, source: SourceTask | None
) -> StoredAnswer:
    """The answer of the order's type, its files durable."""
    answer = order.kind.fabricate(order.own, source)
    stored = {file: await _put(blobs, tenant, file) for file in _leaves(answer, ResultFile)}
    return cast("StoredAnswer", _replaced(answer, ResultFile, stored))


async def create_answered(
    db: Connection,
    blobs: Blobs,
    tenant: Tenant,
    order: Order,
    answer: StoredAnswer,
    public_url: str,
    *,
    dependent: Dependent | None = None,
) -> TaskRow:
    """A new task that is completed already.

    Its callback counts as received before it is sent, as it does with Scale; what becomes of the
    attempts is written over it.

    Raises: as operations.create and blob_keeping.keep.
    """
    row = await operations.create(db, tenant, order, dependent=dependent)
    files = _leaves(answer, StoredFile)
    sizes = {file.sha256: file.size_bytes for file in files}
    await blob_keeping.keep(db, blobs, tenant, row.task_id, sizes)
    addresses: dict[StoredFile, str] = {}
    for file in files:
        token = await grant(db, tenant, row.task_id, file)
        addresses[file] = f"{public_url}/blobs/{token}"
    await answer_queries.count_as_called_back(db, tenant, row.task_id)
    await operations.move(
        db,
        tenant,
        row.task_id,
        State.CREATED,
        Event.ANSWERED,
        response=cast("dict[str, JSON]", _replaced(answer, StoredFile, addresses)),
    )
    return await operations.get(db, tenant, row.task_id)


async def grant(db: Connection, tenant: Tenant, task_id: str, file: StoredFile) -> str:
    """A secret address part under which anybody may read this file until it is revoked."""
    token = secrets.token_urlsafe(24)
    token_hash = hashlib.sha256(token.encode()).digest()
    await answer_queries.insert_capability(
        db, tenant, task_id, token_hash, file.sha256, file.content_type
    )
    return token


async def _put(blobs: Blobs, tenant: Tenant, file: ResultFile) -> StoredFile:
    sha256 = await blobs.put(tenant.account_id, file.content)
    return StoredFile(sha256, len(file.content), file.content_type)


def _leaves(tree: object, kind: type[T]) -> list[T]:
    """The values of that class in an answer, each once."""
    if isinstance(tree, kind):
        return [tree]
    inner: Iterable[object] = ()
    if isinstance(tree, dict):
        inner = cast("dict[str, object]", tree).values()
    elif isinstance(tree, list):
        inner = cast("list[object]", tree)
    return list(dict.fromkeys(leaf for one in inner for leaf in _leaves(one, kind)))


def _replaced(tree: object, kind: type[T], by: Mapping[T, object]) -> object:
    if isinstance(tree, kind):
        return by[tree]
    if isinstance(tree, dict):
        items = cast("dict[str, object]", tree).items()
        return {name: _replaced(one, kind, by) for name, one in items}
    if isinstance(tree, list):
        return [_replaced(one, kind, by) for one in cast("list[object]", tree)]
    return tree
