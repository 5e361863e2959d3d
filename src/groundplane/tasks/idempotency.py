"""The header Idempotency-Key: a creation that is sent again is answered as it was the first time.

The answer is written in the transaction that makes the task, and an answer without a task (an
error) in one of its own. Who answers holds an advisory lock until that transaction ends, so of two
requests at once one is told to come again. The database frees the lock of a process that died; no
row ever says "in flight", so nothing stays so.
"""

import hashlib
from http import HTTPStatus

import msgspec
import zstandard

from groundplane.errors import (
    GroundplaneError,
    IdempotencyKeyUsed,
    InvalidRequest,
    TooManyRequests,
)
from groundplane.storage.database import Connection, Tenant
from groundplane.tasks import idempotency_queries as queries
from groundplane.tasks.idempotency_queries import AnswerRow
from groundplane.wire.errors import ErrorBody, status_of

HEADER = "Idempotency-Key"
MOST_KEY_CHARACTERS = 255
IN_FLIGHT = "A request with this idempotency key is being answered right now. Send it again."
# What another attempt may end differently in is never remembered.
PASSING = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})


class Keyed(msgspec.Struct, frozen=True):
    """A request that named a key: what a later one must equal to get the same answer."""

    key: str
    key_id: str
    request_sha256: bytes


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes


def keyed(headers: list[str], key_id: str, path: str, body: bytes, media: str) -> Keyed:
    """A request that named a key.

    Two bodies are the same when they are the same JSON, whatever its spacing and order.

    Args:
        headers: the values of Idempotency-Key, at least one.
        key_id: the API key that asks.
        path: what the route's path held, e.g. the task type.
        body: as it was sent.
        media: its media type.

    Raises:
        InvalidRequest: the key is empty, too long or not printable ASCII, or there are two.
    """
    key = headers[0].strip()
    if len(set(headers)) > 1 or not (
        0 < len(key) <= MOST_KEY_CHARACTERS and key.isascii() and key.isprintable()
    ):
        raise InvalidRequest(
            f"The header {HEADER} must hold one key of 1 to {MOST_KEY_CHARACTERS} printable"
            " ASCII characters."
        )
    digest = hashlib.sha256()
    for part in (path.encode(), media.encode(), _canonical(body)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return Keyed(key, key_id, digest.digest())


async def answered(db: Connection, tenant: Tenant, asked: Keyed) -> Answer | None:
    """What this request was answered in the last 24 hours.

    Raises:
        IdempotencyKeyUsed: the key stands for another request, or another API key's.
    """
    row = await queries.answer(db, tenant, asked.key, younger_than_s=queries.REMEMBERED_S)
    if row is None:
        return None
    if (row.key_id, row.request_sha256) != (asked.key_id, asked.request_sha256):
        raise IdempotencyKeyUsed
    return Answer(row.status, zstandard.decompress(row.body_zstd))


async def begin(db: Connection, tenant: Tenant, asked: Keyed) -> Answer | None:
    """As `answered`; None means that until this transaction ends nobody else may answer.

    Raises:
        TooManyRequests: somebody is answering the same key.
        IdempotencyKeyUsed: as answered.
    """
    if not await queries.lock(db, tenant, asked.key):
        raise TooManyRequests(IN_FLIGHT)
    return await answered(db, tenant, asked)


async def remember(db: Connection, tenant: Tenant, asked: Keyed, answer: Answer) -> None:
    """For 24 hours, in the transaction of what is answered and after `begin`."""
    row = AnswerRow(
        asked.key_id, asked.request_sha256, answer.status, zstandard.compress(answer.body)
    )
    await queries.upsert_answer(db, tenant, asked.key, row)


def answer_of(error: GroundplaneError) -> Answer | None:
    """What a refused request is answered from now on; None: it may pass and is not remembered."""
    status = status_of(error)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in PASSING:
        return None
    return Answer(status, msgspec.json.encode(ErrorBody(status, str(error))))


async def remember_unless_answered(
    db: Connection, tenant: Tenant, asked: Keyed, answer: Answer
) -> Answer:
    """This answer, or that of another request with the key which was answered meanwhile.

    Raises: as begin.
    """
    before = await begin(db, tenant, asked)
    if before is None:
        await remember(db, tenant, asked, answer)
    return before or answer


def _canonical(body: bytes) -> bytes:
    """One spelling of the same JSON; what is no JSON stays as it is."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError):
        return body
