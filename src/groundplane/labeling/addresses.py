"""Addresses under which a browser or a customer reads a blob without a key.

An address is a 128-bit secret that this instance derives from the task and the content, so it is
the same each time (browsers keep what they fetched) and only its hash is stored. Revoking the row
kills it for good.
"""

import base64
import hashlib
from collections.abc import Iterable

from groundplane.labeling import blob_queries
from groundplane.labeling.blob_queries import NewCapability
from groundplane.scenes.model import BlobRef
from groundplane.storage.database import Connection, Tenant
from groundplane.storage.secrets import InstanceSecret

TOKEN_BYTES = 16


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def grant(
    db: Connection,
    tenant: Tenant,
    task_id: str,
    blobs: Iterable[BlobRef],
    *,
    secret: InstanceSecret,
    public_url: str,
) -> dict[str, str]:
    """sha256 → absolute address; each works until it is revoked."""
    tokens: dict[str, str] = {}
    rows: list[NewCapability] = []
    for blob in blobs:
        if blob.sha256 in tokens:
            continue
        names = (tenant.account_id, tenant.mode.value, task_id, blob.sha256)
        derived = secret.derive("capability", *names)[:TOKEN_BYTES]
        token = base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
        tokens[blob.sha256] = token
        rows.append(
            NewCapability(hash_token(token), blob.sha256, blob.content_type, blob.content_encoding)
        )
    await blob_queries.insert_capabilities(db, tenant, task_id, rows)
    return {sha256: f"{public_url}/blobs/{token}" for sha256, token in tokens.items()}
