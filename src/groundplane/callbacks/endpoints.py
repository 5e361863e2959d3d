"""Endpoints (host and port, or the mail server) that do not answer are given a rest. None commits.

After FAILURES failures one after the other, of two deliveries at least, what is sent there is
held: no attempt is made but one at the end of a pause, which grows while that one fails too. An
answer ends it, and all that was held is due. Holding puts attempts off and takes none away: at
the end of a delivery's day its retries are made whether the endpoint rests or not.
"""

from datetime import UTC, datetime
from uuid import UUID

from groundplane.callbacks import endpoint_queries as queries
from groundplane.callbacks.model import WINDOW, Tried, is_email
from groundplane.callbacks.queries import ClaimRow
from groundplane.errors import FetchRefused
from groundplane.fetch.urls import parse_http_url
from groundplane.storage.database import Connection, Tenant

FAILURES = 4
SHORTEST_PAUSE_S = 60
# The longest delay of the retries: who comes back hears of it no later than by them alone.
LONGEST_PAUSE_S = 8100
# An attempt that decides takes 18 s at most; one whose worker died leaves it to the next.
PROBE_S = 60
MAIL = "mail"  # the operator's mail server is one endpoint, whoever the mail is for


def endpoint_of(url: str) -> str:
    """`host:port` or MAIL, what limits and rests are kept by; "" for what cannot be read."""
    if is_email(url):
        return MAIL
    try:
        target = parse_http_url(url)
    except FetchRefused:
        return ""
    return f"{target.host}:{target.port}"


async def may_try(
    db: Connection, tenant: Tenant, delivery_id: UUID, url: str, *, attempts: int
) -> bool:
    """Whether the next attempt is made now; if not, the delivery is held."""
    endpoint = endpoint_of(url)
    row = await queries.lock_endpoint(db, tenant, endpoint)
    if row is None or row.open_until is None:
        return True
    until = await queries.first_due_at(db, tenant, delivery_id) + WINDOW
    if until <= datetime.now(UTC):
        return True
    if row.is_due:
        await queries.pause(
            db, tenant, endpoint, pause_s=row.pause_s, stays_s=PROBE_S, probe=delivery_id
        )
        return True
    await queries.hold(db, tenant, delivery_id, attempts=attempts, endpoint=endpoint, until=until)
    return False


async def probe(
    db: Connection, tenant: Tenant, endpoint: str, *, claim_s: float
) -> ClaimRow | None:
    """The held delivery whose attempt is to decide; None: another worker was first."""
    row = await queries.lock_endpoint(db, tenant, endpoint)
    if row is None or not row.is_due:
        return None
    claimed = await queries.claim_probe(db, tenant, endpoint, claim_s=claim_s)
    if claimed is not None:
        await queries.pause(
            db,
            tenant,
            endpoint,
            pause_s=row.pause_s,
            stays_s=PROBE_S,
            probe=claimed.delivery_id,
        )
    return claimed


async def lock(db: Connection, tenant: Tenant, url: str) -> None:
    """To be called before a transaction that ends in `learn` writes to a delivery."""
    await queries.lock_endpoint(db, tenant, endpoint_of(url))


async def learn(db: Connection, tenant: Tenant, delivery_id: UUID, url: str, tried: Tried) -> None:
    """What an attempt tells about its endpoint."""
    if tried.is_alive is None:
        return
    endpoint = endpoint_of(url)
    if tried.is_alive:
        await queries.forget_endpoint(db, tenant, endpoint)
        await queries.release_held(db, tenant, endpoint)
        return
    row = await queries.count_failure(db, tenant, endpoint, delivery_id)
    if row is None or row.failures < FAILURES or row.deliveries < 2:
        return
    if row.open_until is not None and row.probe_delivery_id != delivery_id:
        return  # begun before the rest, or sent by hand: the pause stays as it is
    pause_s = min(max(2 * row.pause_s, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)
    await queries.pause(db, tenant, endpoint, pause_s=pause_s, stays_s=pause_s, probe=None)
