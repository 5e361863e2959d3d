"""Whom callbacks are mailed to, and how often. None commits.

An address in `callback_url` is a stranger's until a manager has said otherwise: by inviting the
person, or by naming the domain in the settings. Without that, whoever holds an API key could have
this server's mail sent to anybody.
"""

from datetime import UTC, datetime
from uuid import UUID

from groundplane.callbacks import mail_queries as queries
from groundplane.callbacks.endpoint_queries import first_due_at
from groundplane.callbacks.model import WINDOW, Tried
from groundplane.fetch.mail import MailRules
from groundplane.storage.database import Connection, Tenant

STRANGER = (
    "Not sent: nobody of this account has that address. Invite the person, or name the domain in "
    "GROUNDPLANE_MAIL_DOMAINS; then send it again."
)
TOO_MANY = (
    "Not sent within a day: more messages than GROUNDPLANE_MAIL_PER_HOUR were for this address."
)


async def judge(
    db: Connection,
    tenant: Tenant,
    delivery_id: UUID,
    recipient: str,
    *,
    attempts: int,
    is_free: bool,
    rules: MailRules,
) -> Tried | bool:
    """Whether a message goes now; what became of it, if it must never go.

    What is too much for this hour is put off to the next, unless it `is_free`: a person asked.
    """
    if not rules.is_of_named_domain(recipient) and not await queries.is_somebody(
        db, tenant, recipient
    ):
        return _never(STRANGER)
    hour = await queries.count_message(db, tenant, recipient)
    if is_free or hour.messages <= rules.per_hour:
        return True
    until = await first_due_at(db, tenant, delivery_id) + WINDOW
    if until <= datetime.now(UTC):
        return _never(TOO_MANY)
    next_at = min(hour.ends_at, until)
    await queries.put_off(db, tenant, delivery_id, attempts=attempts, until=next_at)
    return False


def _never(sentence: str) -> Tried:
    return Tried(None, sentence, 0, is_received=False, is_alive=None, is_final=True)
