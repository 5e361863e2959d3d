"""The secrets that callbacks are signed with. None commits: the caller's transaction does.

One is current; after a rotation the one before it signs beside it for a day, so that a receiver
may change over at any time in between.
"""

import base64
import secrets

from groundplane.accounts import signing_queries
from groundplane.storage.database import Connection, Tenant
from groundplane.storage.secrets import InstanceSecret

PREFIX = "whsec_"  # as the Standard Webhooks specification writes symmetric secrets
SECRET_BYTES = 32
OVERLAP_H = 24


async def signing_secrets(db: Connection, tenant: Tenant, instance: InstanceSecret) -> list[str]:
    """Those that sign now, the current one first; it is made on first use."""
    sealed = await signing_queries.signing_secrets(db, tenant)
    if not sealed or sealed[0].retires_at is not None:
        await signing_queries.insert_signing_secret(db, tenant, instance.seal(_made()))
        sealed = await signing_queries.signing_secrets(db, tenant)
    return [instance.open(row.sealed).decode() for row in sealed]


async def rotate_signing_secret(
    db: Connection, tenant: Tenant, instance: InstanceSecret
) -> list[str]:
    """Make a new current one; the one before it signs for 24 hours more, older ones no longer."""
    await signing_queries.delete_retiring(db, tenant)
    await signing_queries.retire_current(db, tenant, after_h=OVERLAP_H)
    return await signing_secrets(db, tenant, instance)


def _made() -> bytes:
    return PREFIX.encode() + base64.b64encode(secrets.token_bytes(SECRET_BYTES))
