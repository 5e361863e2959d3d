"""Noticing events, waking what is due, and the attempts themselves."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from groundplane.callbacks import batch_news, batch_queries, endpoint_queries, operations, queries
from groundplane.callbacks.model import Tried, by_http, by_mail
from groundplane.fetch.mail import Mail
from groundplane.jobs.context import Context
from groundplane.jobs.queue import JobDefinition, PeriodicDefinition
from groundplane.storage.database import Mode, Tenant

EVERY_S = 1.0
MOST_AT_ONCE = 500


class _Named(Protocol):
    """A row of any tenant, found before its tenant's transaction begins."""

    @property
    def account_id(self) -> str: ...
    @property
    def mode(self) -> str: ...


Name = TypeVar("Name", bound=_Named)


async def notice(context: Context) -> None:
    """Turn what happened to tasks since the last time into deliveries."""
    async with context.database.transaction() as db:
        names = await queries.unnoticed_events(db, MOST_AT_ONCE)
    for tenant, theirs in _by_tenant(names):
        async with context.database.transaction(tenant) as db:
            await operations.notice(db, context.queue, tenant, theirs)


async def notice_batches(context: Context) -> None:
    """As notice, of what happened to batches."""
    async with context.database.transaction() as db:
        names = await batch_queries.unnoticed_events(db, MOST_AT_ONCE)
    for tenant, theirs in _by_tenant(names):
        async with context.database.transaction(tenant) as db:
            await batch_news.notice(db, context.queue, tenant, theirs)


async def wake(context: Context) -> None:
    """Enqueue the retries that have become due; the far ones wait in their table until then."""
    async with context.database.transaction() as db:
        names = await queries.due_deliveries(db, MOST_AT_ONCE)
    for tenant, theirs in _by_tenant(names):
        async with context.database.transaction(tenant) as db:
            due = [name.delivery_id for name in theirs]
            await operations.enqueue_due(db, context.queue, tenant, due)


async def probe(context: Context) -> None:
    """Try endpoints whose rest is over, each with one of what is held for it."""
    async with context.database.transaction() as db:
        names = await endpoint_queries.due_probes(db, MOST_AT_ONCE)
    for name in names:
        tenant = Tenant(name.account_id, Mode(name.mode))
        async with context.database.transaction(tenant) as db:
            await operations.enqueue_probe(db, context.queue, tenant, name.endpoint)


async def attempt(
    context: Context,
    *,
    account_id: str,
    mode: str,
    delivery_id: str,
    attempts: int,
    is_free: bool = False,
) -> None:
    """Post or mail a delivery once. Run twice, it settles once; killed between, it goes out again.

    The settling compares the number of attempts instead of fencing the job: a success that a
    superseded run brought home still counts.
    """
    tenant, delivery = Tenant(account_id, Mode(mode)), UUID(delivery_id)
    async with context.database.transaction(tenant) as db:
        sending = await operations.sending(
            db,
            tenant,
            context.secret,
            delivery,
            attempts=attempts,
            is_free=is_free,
            rules=context.mailer.rules,
        )
    if sending is None:
        return
    at = datetime.now(UTC)
    if isinstance(sending, Tried):
        tried = sending
    elif isinstance(sending, Mail):
        tried = by_mail(await context.mailer.send(sending))
    else:
        tried = by_http(await context.fetcher.post(sending.url, sending.body, sending.headers))
    async with context.database.transaction(tenant) as db:
        await operations.settle(db, tenant, delivery, attempts, at=at, tried=tried)


JOBS = (
    # Its own failures are never the receiver's, so it goes on until the database is back.
    JobDefinition(operations.ATTEMPT_JOB, operations.ATTEMPT_QUEUE, attempt, attempts=20),
)
PERIODIC = (
    PeriodicDefinition("callbacks.notice", "housekeeping", EVERY_S, notice),
    PeriodicDefinition("callbacks.notice_batches", "housekeeping", EVERY_S, notice_batches),
    PeriodicDefinition("callbacks.wake", "housekeeping", EVERY_S, wake),
    PeriodicDefinition("callbacks.probe", "housekeeping", EVERY_S, probe),
)


def _by_tenant(names: Iterable[Name]) -> Iterable[tuple[Tenant, list[Name]]]:
    """Each tenant's rows, in the order in which they came."""
    of_tenant: dict[Tenant, list[Name]] = defaultdict(list)
    for name in names:
        of_tenant[Tenant(name.account_id, Mode(name.mode))].append(name)
    return of_tenant.items()
