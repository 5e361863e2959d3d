"""Verbs on callbacks. None commits: the caller's transaction does.

An event becomes a delivery once, with what it says written down at that moment. A delivery is
tried by jobs that may run twice or die anywhere: an attempt that was posted and not settled is
made again under the same id, so the customer hears at least once (reliability.md T10).
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import zstandard
from msgspec import UNSET, UnsetType

from groundplane.accounts import operations as accounts
from groundplane.accounts.signing import signing_secrets
from groundplane.callbacks import endpoint_queries, endpoints, mail_rules, queries
from groundplane.callbacks.endpoint_queries import WaitRow
from groundplane.callbacks.model import (
    SHOWN,
    AttemptView,
    DeliveryPage,
    DeliveryState,
    DeliveryView,
    EndpointView,
    Shown,
    Tried,
    WaitsFor,
    is_email,
    next_attempt_at,
    payload,
    subject,
)
from groundplane.callbacks.past import NO_RESPONSES, as_of
from groundplane.callbacks.queries import AttemptRow, ClaimRow, DeliveryRow, EventName
from groundplane.callbacks.signing import signed_headers
from groundplane.errors import InvalidParameter, InvalidRequest, NotFound
from groundplane.fetch.mail import Mail, MailRules
from groundplane.jobs.queue import Queue
from groundplane.storage.database import Connection, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.tasks import operations as tasks
from groundplane.tasks import queries as task_queries
from groundplane.tasks.lifecycle import CALLED_BACK
from groundplane.wire.values import timestamp

DELIVERY = "Callback delivery with that ID"
ENDPOINT = "Endpoint at rest with that address"
ATTEMPT_JOB = "callbacks.attempt"
ATTEMPT_QUEUE = "callbacks"
MOST_PER_ENDPOINT = 4
# An enqueued attempt is in its job's hands; only a job that was given up for good lets this end.
CLAIM_S = 3600.0
WAITS_FOR_TURN = "An earlier callback of it is still being tried; send that one again first."


class Posting(msgspec.Struct, frozen=True):
    """One attempt by HTTP, ready to be made without a transaction."""

    url: str
    body: bytes
    headers: dict[str, str]


async def notice(db: Connection, queue: Queue, tenant: Tenant, names: Sequence[EventName]) -> None:
    """Turn events that customers hear of into deliveries, each with its first attempt enqueued."""
    if not await queries.lock_notice(db, tenant, "tasks"):
        return  # another worker notices this tenant's events; two would lose their order
    for event in await queries.take_events(db, tenant, names):
        if event.event not in CALLED_BACK:
            continue
        row = await tasks.get(db, tenant, event.task_id)
        if row.callback_url is None:
            continue
        delivery_id = uuid4()
        has_moves = row.prior_responses != NO_RESPONSES
        moves = await task_queries.events(db, tenant, event.task_id) if has_moves else []
        body = payload(tasks.public_task(as_of(event, row, moves)))
        await queries.insert_delivery(
            db,
            tenant,
            delivery_id,
            event,
            url=row.callback_url,
            payload_zstd=zstandard.compress(body),
        )
        await begin(db, queue, tenant, delivery_id)


async def begin(db: Connection, queue: Queue, tenant: Tenant, delivery_id: UUID) -> None:
    """Enqueue a new delivery's first attempt, unless an earlier event is still tried."""
    row = await queries.delivery(db, tenant, delivery_id)
    if row is None:
        return
    if await endpoint_queries.lock_earlier(db, tenant, row):
        await endpoint_queries.wait_for_turn(db, tenant, delivery_id)
    else:
        await enqueue_due(db, queue, tenant, [delivery_id])


async def enqueue_due(
    db: Connection, queue: Queue, tenant: Tenant, delivery_ids: Sequence[UUID]
) -> None:
    """Enqueue the next attempt of each of these that is due and in nobody's hands."""
    for claimed in await queries.claim(db, tenant, delivery_ids, claim_s=CLAIM_S):
        await _enqueue(db, queue, tenant, claimed)


async def enqueue_probe(db: Connection, queue: Queue, tenant: Tenant, endpoint: str) -> None:
    """Enqueue the attempt that decides whether an endpoint's rest is over."""
    claimed = await endpoints.probe(db, tenant, endpoint, claim_s=CLAIM_S)
    if claimed is not None:
        await _enqueue(db, queue, tenant, claimed, is_free=True)


async def try_now(db: Connection, queue: Queue, tenant: Tenant, endpoint: str) -> None:
    """Let an endpoint's rest be over now, and try one of what is held for it.

    Raises:
        NotFound: it does not rest.
    """
    row = await endpoint_queries.lock_endpoint(db, tenant, endpoint)
    if row is None or row.open_until is None:
        raise NotFound(ENDPOINT)
    await endpoint_queries.pause(
        db, tenant, endpoint, pause_s=row.pause_s, stays_s=0, probe=row.probe_delivery_id
    )
    await enqueue_probe(db, queue, tenant, endpoint)


async def sending(
    db: Connection,
    tenant: Tenant,
    secret: InstanceSecret,
    delivery_id: UUID,
    *,
    attempts: int,
    is_free: bool,
    rules: MailRules,
) -> Posting | Mail | Tried | None:
    """The attempt that follows `attempts` made ones, or what became of one that nobody may make.

    None: it was settled already, or is held or put off.

    Args:
        db: the transaction.
        tenant: whose delivery.
        secret: opens what the attempt is signed with.
        delivery_id: the delivery.
        attempts: how many were made before.
        is_free: go although the endpoint rests.
        rules: whom mail goes to.
    """
    row = await queries.delivery(db, tenant, delivery_id)
    if row is None or row.attempts != attempts:
        return None
    if not is_free and not await endpoints.may_try(
        db, tenant, delivery_id, row.url, attempts=attempts
    ):
        return None
    if is_email(row.url):
        goes = await mail_rules.judge(
            db, tenant, delivery_id, row.url, attempts=attempts, is_free=is_free, rules=rules
        )
        if goes is not True:
            return goes or None
    body = zstandard.decompress(await queries.payload_zstd(db, tenant, delivery_id))
    if is_email(row.url):
        return Mail(row.url, str(delivery_id), subject(body), msgspec.json.format(body).decode())
    secrets = await signing_secrets(db, tenant, secret)
    headers = {
        "content-type": "application/json",
        "scale-callback-auth": await accounts.callback_secret(db, tenant, secret),
        "groundplane-event-seq": str(row.event_seq),
    }
    return Posting(
        row.url, body, headers | signed_headers(secrets, str(delivery_id), int(time.time()), body)
    )


async def settle(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    attempts: int,
    *,
    at: datetime,
    tried: Tried,
) -> None:
    """Record an attempt and what follows from it, unless another run of it was first.

    A delivery that was settled before and is sent again by hand only ever gets better.

    Args:
        db: the transaction.
        tenant: whose delivery.
        delivery_id: the delivery.
        attempts: how many had been made before this one.
        at: when it was begun.
        tried: what became of it.
    """
    row = await queries.delivery(db, tenant, delivery_id)
    if row is None:
        return
    await endpoints.lock(db, tenant, row.url)
    first_at = await endpoint_queries.first_due_at(db, tenant, delivery_id)
    state, due = _after(row, attempts + 1, tried, first_at)
    counted = await queries.settle_delivery(
        db, tenant, delivery_id, attempts=attempts, state=state.value, next_attempt_at=due
    )
    if not counted:
        return
    attempt = AttemptRow(
        delivery_id, attempts + 1, at, tried.duration_ms, tried.status, tried.outcome
    )
    await queries.insert_attempt(db, tenant, attempt)
    await endpoints.learn(db, tenant, delivery_id, row.url, tried)
    if state is DeliveryState.PENDING:
        return
    await endpoint_queries.let_next_have_its_turn(db, tenant, row)
    if row.task_id is not None:
        await queries.set_callback_succeeded(
            db, tenant, row.task_id, row.event_seq, succeeded=state is DeliveryState.DELIVERED
        )


async def resend(db: Connection, queue: Queue, tenant: Tenant, delivery_id: UUID) -> DeliveryView:
    """Enqueue one more attempt now, whatever the state.

    Raises:
        NotFound: no such delivery, or not this tenant's.
        InvalidRequest: an earlier event of its task or batch is still being tried.
    """
    row = await queries.delivery(db, tenant, delivery_id)
    if row is None:
        raise NotFound(DELIVERY)
    if row.state == DeliveryState.PENDING and row.next_attempt_at is None:
        raise InvalidRequest(WAITS_FOR_TURN)
    claimed = ClaimRow(row.delivery_id, row.url, row.attempts)
    await _enqueue(db, queue, tenant, claimed, is_free=True)
    return (await views(db, tenant, [row]))[0]


async def of_task(db: Connection, tenant: Tenant, task_id: str) -> list[DeliveryView]:
    """Raises NotFound: no such task, or not this tenant's."""
    await tasks.get(db, tenant, task_id)
    return await views(db, tenant, await queries.deliveries(db, tenant, task_id))


async def newest(
    db: Connection, tenant: Tenant, shown: Shown, *, after: UUID | None, limit: int
) -> DeliveryPage:
    """A page of all deliveries, and the endpoints at rest.

    Raises:
        InvalidParameter: `after`, the last of the page before, is no delivery.
    """
    state, held = SHOWN[shown]
    last = None if after is None else await queries.delivery(db, tenant, after)
    if after is not None and last is None:
        raise InvalidParameter("next_token", "is not a token of this list")
    rows = await queries.newest_deliveries(
        db, tenant, state=state, held=held, after=last, limit=limit + 1
    )
    page = rows[:limit]
    return DeliveryPage(
        await views(db, tenant, page),
        str(page[-1].delivery_id) if len(rows) > limit else None,
        [
            EndpointView(row.endpoint, row.failures, timestamp(row.open_until), row.held)
            for row in await endpoint_queries.resting(db, tenant)
        ],
    )


async def views(db: Connection, tenant: Tenant, rows: Sequence[DeliveryRow]) -> list[DeliveryView]:
    """Deliveries as a manager sees them, in the same order."""
    made: dict[UUID, list[AttemptView]] = defaultdict(list)
    for attempt in await queries.attempts(db, tenant, [row.delivery_id for row in rows]):
        made[attempt.delivery_id].append(
            AttemptView(
                attempt.attempt,
                timestamp(attempt.at),
                attempt.duration_ms,
                attempt.status,
                attempt.outcome,
            )
        )
    waits = {
        wait.delivery_id: wait
        for wait in await endpoint_queries.waits(db, tenant, [row.delivery_id for row in rows])
    }
    return [
        DeliveryView(
            delivery_id=str(row.delivery_id),
            task_id=UNSET if row.task_id is None else row.task_id,
            batch_id=UNSET if row.batch_id is None else row.batch_id,
            batch=UNSET if row.batch is None else row.batch,
            event=row.event,
            event_seq=row.event_seq,
            url=row.url,
            state=DeliveryState(row.state),
            created_at=timestamp(row.created_at),
            next_attempt_at=_next_attempt_at(row, waits.get(row.delivery_id)),
            waits_for=_waits_for(waits.get(row.delivery_id)),
            settled_at=_moment(row.settled_at),
            attempts=made[row.delivery_id],
        )
        for row in rows
    ]


def lane(delivery_id: UUID, url: str) -> str:
    """The lock of an attempt's job: of the jobs of one endpoint, at most four run at a time.

    The others wait in the queue and hold nothing, so an endpoint that hangs delays only itself
    (reliability.md T30). Two attempts of one delivery share a lane and never overlap.
    """
    return f"callbacks:{endpoints.endpoint_of(url)}:{delivery_id.int % MOST_PER_ENDPOINT}"


async def _enqueue(
    db: Connection, queue: Queue, tenant: Tenant, claimed: ClaimRow, *, is_free: bool = False
) -> None:
    args = {
        "account_id": tenant.account_id,
        "mode": tenant.mode.value,
        "delivery_id": str(claimed.delivery_id),
        "attempts": claimed.attempts,
        "is_free": is_free,
    }
    lock = lane(claimed.delivery_id, claimed.url)
    await queue.defer(db, ATTEMPT_JOB, args, queue=ATTEMPT_QUEUE, lock=lock)


def _after(
    row: DeliveryRow, made: int, tried: Tried, first_at: datetime
) -> tuple[DeliveryState, datetime | None]:
    """The state after attempt number `made`, and when the next one is due."""
    if tried.is_received:
        return DeliveryState.DELIVERED, None
    if row.state != DeliveryState.PENDING:
        return DeliveryState(row.state), None
    due = next_attempt_at(made, tried, first_at=first_at, now=datetime.now(UTC))
    return (DeliveryState.FAILED, None) if due is None else (DeliveryState.PENDING, due)


def _waits_for(wait: WaitRow | None) -> WaitsFor | UnsetType:
    if wait is None:
        return UNSET
    return WaitsFor.ENDPOINT if wait.held else WaitsFor.EARLIER_EVENT


def _next_attempt_at(row: DeliveryRow, wait: WaitRow | None) -> str | UnsetType:
    """Of a held delivery, when its endpoint is tried: by then its own time may have come."""
    return _moment(wait.open_until if wait is not None and wait.held else row.next_attempt_at)


def _moment(moment: datetime | None) -> str | UnsetType:
    return UNSET if moment is None else timestamp(moment)
