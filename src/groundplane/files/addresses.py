"""Addresses under which whoever knows one reads an uploaded file without a key.

What a task calls `scaledata://…` only this server can read. Such an address is the name of the
file and an end of its time, sealed with this instance's secret: nobody can make one, and none has
to be stored. It dies with its file, or after a week; a task shows a fresh one when it is asked.
"""

import base64
import binascii
import hmac
import struct
import time
from collections.abc import Callable
from uuid import UUID

from groundplane.files.operations import file_id_in
from groundplane.storage.database import Mode, Tenant
from groundplane.storage.secrets import InstanceSecret

DAY_S = 24 * 3600
LIFETIME_S = 7 * DAY_S
SEAL_BYTES = 16

_MODES = (Mode.LIVE, Mode.TEST)
_NAMED = struct.Struct(">12sB16sI")  # account, place in _MODES, file, end in epoch seconds


def link_maker(secret: InstanceSecret, tenant: Tenant, *, public_url: str) -> Callable[[str], str]:
    """From an attachment's address to one that can be fetched from anywhere.

    Of an uploaded file of this tenant it is an address of ours, the same for a day, which works
    for a week at least; any other address is left as it is.
    """
    ends_s = (int(time.time()) // DAY_S + 1) * DAY_S + LIFETIME_S

    def link(url: str) -> str:
        file_id = file_id_in(url, tenant)
        if file_id is None:
            return url
        return f"{public_url}/blobs/files/{_token(secret, tenant, file_id, ends_s)}"

    return link


def read_token(secret: InstanceSecret, token: str, now_s: float) -> tuple[Tenant, UUID] | None:
    """Whose file it opens at this time of the epoch; None: it is none of ours, or too old."""
    try:
        content = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        named, seal = content[: _NAMED.size], content[_NAMED.size :]
        account, mode, file, ends_s = _NAMED.unpack(named)
    except (binascii.Error, UnicodeEncodeError, struct.error):
        return None
    if not hmac.compare_digest(seal, _seal(secret, named)) or ends_s < now_s:
        return None
    return Tenant(account.hex(), _MODES[mode]), UUID(bytes=file)


def _token(secret: InstanceSecret, tenant: Tenant, file_id: UUID, ends_s: int) -> str:
    account = bytes.fromhex(tenant.account_id)
    named = _NAMED.pack(account, _MODES.index(tenant.mode), file_id.bytes, ends_s)
    return base64.urlsafe_b64encode(named + _seal(secret, named)).decode()


def _seal(secret: InstanceSecret, named: bytes) -> bytes:
    return secret.derive("uploaded file", named.hex())[:SEAL_BYTES]
