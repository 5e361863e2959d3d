"""A callback: when it is tried, what it says, and how it is shown in the app."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import UNSET, Raw, UnsetType

from groundplane.fetch.fetcher import Posted
from groundplane.tasks.model import PublicTask

# Seconds from each failure to the next attempt: 20 retries within a day (reliability.md T29).
RETRY_DELAYS_S = (5, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, *(8100,) * 10)
JITTER = 0.2
# Five minutes less than the day that Scale promises: the last attempts take time too.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
SHORTEST_DELAY = timedelta(seconds=5)
GONE = 410  # the receiver's own word for "never again"

NO_SMTP = Posted(None, "Not sent: this server has no SMTP configured for e-mail callbacks.", 0)

Random = Callable[[float, float], float]


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WaitsFor(StrEnum):
    """What a pending delivery waits for, if not for its own next attempt."""

    ENDPOINT = "endpoint"  # it does not answer, and rests
    EARLIER_EVENT = "earlier_event"  # of the same task or batch


def next_attempt_at(
    made: int,
    posted: Posted,
    *,
    first_at: datetime,
    now: datetime,
    uniform: Random = random.uniform,
) -> datetime | None:
    """When to try again after attempt number `made` (from 1) failed; None: never.

    A receiver's Retry-After may put it off. Nothing moves it out of the window that begins with
    its first turn, except that two attempts are never less than 5 s apart.
    """
    if made > len(RETRY_DELAYS_S) or posted.status == GONE:
        return None
    delay_s = RETRY_DELAYS_S[made - 1] * uniform(1 - JITTER, 1 + JITTER)
    asked_s = min(posted.retry_after_s or 0, WINDOW.total_seconds())
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
    prior_responses: Raw | UnsetType
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
