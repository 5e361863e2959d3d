"""Addresses that open a file in a bucket for a quarter of an hour.

Amazon's "Signature Version 4 in query parameters" and Google's "V4 signing process", which is
the same with other words. Made here and not by the library that keeps our blobs: that one
completes what it is given from the environment (a session's token, an endpoint), and the
operator's credentials would go to a customer's server.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from groundplane.buckets.model import Endpoint, Place, Secret, ServiceAccount, SharedSecret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

OPEN_FOR_S = 900


def signed_url(file: Place, at: Endpoint, secret: Secret, now: datetime) -> str:
    """An http(s) address of `file` at the endpoint. Who has it can read the file."""
    match secret:
        case SharedSecret():
            vendor, service, algorithm = "aws4", "s3", "AWS4-HMAC-SHA256"
        case ServiceAccount():
            vendor, service, algorithm = "goog4", "storage", "GOOG4-RSA-SHA256"
    prefix = "X-Amz" if vendor == "aws4" else "X-Goog"
    at_utc = now.astimezone(UTC)
    timestamp, date = f"{at_utc:%Y%m%dT%H%M%SZ}", f"{at_utc:%Y%m%d}"
    scope = (date, at.region, service, f"{vendor}_request")
    path = f"/{file.bucket}/{quote(file.name, safe='/~')}"
    query = urlencode(
        {
            f"{prefix}-Algorithm": algorithm,
            f"{prefix}-Credential": "/".join((at.key_id, *scope)),
            f"{prefix}-Date": timestamp,
            f"{prefix}-Expires": str(OPEN_FOR_S),
            f"{prefix}-SignedHeaders": "host",
        },
        quote_via=quote,
        safe="~",
    )
    host = at.endpoint.partition("://")[2]
    request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    message = "\n".join((algorithm, timestamp, "/".join(scope), digest)).encode()
    signature = (
        _shared_signature(secret, scope, message)
        if isinstance(secret, SharedSecret)
        else _rsa_signature(secret, message)
    )
    return f"{at.endpoint}{path}?{query}&{prefix}-Signature={signature.hex()}"


def rsa_key(account: ServiceAccount) -> "RSAPrivateKey | None":
    """None: the text is no private key, or not one of RSA."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - few ever need it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - the same

    try:
        key = serialization.load_pem_private_key(account.private_key.encode(), password=None)
    except (ValueError, TypeError):  # TypeError: it wants a password
        return None
    return key if isinstance(key, RSAPrivateKey) else None


def _shared_signature(secret: SharedSecret, scope: tuple[str, ...], message: bytes) -> bytes:
    key = b"AWS4" + secret.secret.encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.digest(key, message, hashlib.sha256)


def _rsa_signature(account: ServiceAccount, message: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - few ever need it
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - the same

    key = rsa_key(account)
    assert key is not None, "it was read before it was kept"
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
