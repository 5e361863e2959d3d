"""Signatures by which a receiver knows a callback for ours (Standard Webhooks 1.0.0)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence


def signed_headers(
    secrets: Sequence[str], message_id: str, timestamp_s: int, body: bytes
) -> dict[str, str]:
    """The three headers; one signature for each secret, divided by blanks.

    Args:
        secrets: `whsec_` and the key's base64 each.
        message_id: the same on every attempt of one event: receivers drop repeats by it.
        timestamp_s: when this attempt is made, seconds since 1970. Receivers refuse old ones.
        body: exactly the bytes that are sent.
    """
    message = b"%s.%d.%s" % (message_id.encode(), timestamp_s, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{_signature(one, message)}" for one in secrets),
    }


def _signature(secret: str, message: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
