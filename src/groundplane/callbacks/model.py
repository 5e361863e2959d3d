"""A callback: when it is tried, what it says, and how it is shown in the app."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import UNSET, Raw, UnsetType

from groundplane.fetch.fetcher import Posted
from groundplane.fetch.mail import Mailed
from groundplane.tasks.model import PublicTask

# Seconds from each failure to the next attempt: 20 retries within a day (reliability.md T29).
RETRY_DELAYS_S = (5, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, *(8100,) * 10)
JITTER = 0.2
# Five minutes less than the day that Scale promises: the last attempts take time too.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
SHORTEST_DELAY = timedelta(seconds=5)
GONE = 410  # the receiver's own word for "never again"
TOO_MANY_REQUESTS = 429

Random = Callable[[float, float], float]


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Shown(StrEnum):
    """Which deliveries a manager looks at."""

    ALL = "all"
    WAITING = "waiting"
    RESTING = "resting"  # held, since the endpoint does not answer
    DELIVERED = "delivered"
    FAILED = "failed"


SHOWN: Mapping[Shown, tuple[DeliveryState | None, bool | None]] = {
    Shown.ALL: (None, None),
    Shown.WAITING: (DeliveryState.PENDING, False),
    Shown.RESTING: (DeliveryState.PENDING, True),
    Shown.DELIVERED: (DeliveryState.DELIVERED, None),
    Shown.FAILED: (DeliveryState.FAILED, None),
}


class WaitsFor(StrEnum):
    """What a pending delivery waits for, if not for its own next attempt."""

    ENDPOINT = "endpoint"  # it does not answer, and rests
    EARLIER_EVENT = "earlier_event"  # of the same task or batch


class Tried(msgspec.Struct, frozen=True):
    """What became of one attempt, by HTTP or by mail.

    Attributes:
        status: the receiver's, or the mail server's; None: there was no answer.
        outcome: a sentence for the customer.
        duration_ms: how long it took.
        is_received: the event is told.
        is_alive: somebody answers there; refusing one is no reason to hold the others. None:
            nobody was asked.
        is_final: no further attempt is wanted.
        retry_after_s: what the receiver asked for.
    """

    status: int | None
    outcome: str
    duration_ms: int
    is_received: bool
    is_alive: bool | None
    is_final: bool = False
    retry_after_s: int | None = None


def by_http(posted: Posted) -> Tried:
    status = posted.status
    return Tried(
        status,
        posted.outcome,
        posted.duration_ms,
        is_received=posted.received,
        is_alive=status is not None and status < 500 and status != TOO_MANY_REQUESTS,
        is_final=status == GONE,
        retry_after_s=posted.retry_after_s,
    )


def by_mail(mailed: Mailed) -> Tried:
    return Tried(
        mailed.status,
        mailed.outcome,
        mailed.duration_ms,
        is_received=mailed.is_kept,
        is_alive=mailed.is_alive,
        is_final=mailed.is_final,
    )


def next_attempt_at(
    made: int,
    tried: Tried,
    *,
    first_at: datetime,
    now: datetime,
    uniform: Random = random.uniform,
) -> datetime | None:
    """When to try again after attempt number `made` (from 1) failed; None: never.

    A receiver's Retry-After may put it off. Nothing moves it out of the window that begins with
    its first turn, except that two attempts are never less than 5 s apart.
    """
    if made > len(RETRY_DELAYS_S) or tried.is_final:
        return None
    delay_s = RETRY_DELAYS_S[made - 1] * uniform(1 - JITTER, 1 + JITTER)
    asked_s = min(tried.retry_after_s or 0, WINDOW.total_seconds())
    planned = now + timedelta(seconds=max(delay_s, asked_s))
    return max(min(planned, first_at + WINDOW), now + SHORTEST_DELAY * (1 - JITTER))


def is_email(url: str) -> bool:
    """Whether a callback_url that the API accepted is an address of mail (api.md 6.2)."""
    return not url.lower().startswith(("http://", "https://"))


class Payload(msgspec.Struct):
    """The body of a callback (api.md 6.2); what an audit told is said here and in the task."""

    task_id: str
    status: str
    response: Raw | UnsetType
    customer_review_status: str | UnsetType
    customer_review_comments: list[str] | UnsetType
    prior_responses: list[Raw] | UnsetType
    task: PublicTask


class AttemptView(msgspec.Struct):
    attempt: int
    at: str
    duration_ms: int
    status: int | None
    outcome: str


class DeliveryView(msgspec.Struct, kw_only=True):
    """One event's callback; `delivery_id` is what the receiver sees as webhook-id each time."""

    delivery_id: str
    task_id: str | UnsetType = UNSET
    batch_id: str | UnsetType = UNSET
    batch: str | UnsetType = UNSET  # its name
    event: str
    event_seq: int
    url: str
    state: DeliveryState
    created_at: str
    next_attempt_at: str | UnsetType = UNSET
    waits_for: WaitsFor | UnsetType = UNSET
    settled_at: str | UnsetType = UNSET
    attempts: list[AttemptView]


class DeliveryList(msgspec.Struct):
    deliveries: list[DeliveryView]


class EndpointView(msgspec.Struct):
    """An endpoint at rest: `host:port`, or `mail` for the mail server."""

    endpoint: str
    failures: int
    open_until: str  # when one delivery is tried
    held: int


class EndpointName(msgspec.Struct):
    endpoint: str


class DeliveryPage(msgspec.Struct):
    deliveries: list[DeliveryView]
    next_token: str | None
    resting: list[EndpointView]


class _ToldBatch(msgspec.Struct):
    name: str


class _Told(msgspec.Struct):
    status: str
    task_id: str = ""
    customer_review_status: str | None = None
    batch: _ToldBatch | None = None


def subject(body: bytes) -> str:
    """What a mail with this payload is about."""
    told = msgspec.json.decode(body, type=_Told)
    if told.batch is not None:
        return f"Batch {told.batch.name}: {told.status}"
    return f"Task {told.task_id}: {told.customer_review_status or told.status}"


def payload(task: PublicTask) -> bytes:
    return msgspec.json.encode(
        Payload(
            task.task_id,
            task.status,
            task.response,
            task.customer_review_status,
            task.customer_review_comments,
            task.prior_responses,
            task,
        )
    )
