"""Mail: by the operator's SMTP server, or into a folder when there is none.

Which server is the operator's decision, so the rules of fetch/addresses.py do not bind it. A
message goes to one address, and nothing that a customer wrote can add a header or a recipient.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import smtplib
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path

ACCEPTED = 250
CLOSING = 421  # the server's word for "not now, to nobody"
TIMEOUT_S = 15.0  # of each step; a server that is slower than this is not there
MOST_SUBJECT_CHARACTERS = 200
DEFAULT_PER_HOUR = 200
# What a server says before a recipient is named is about us, and so about every message.
_ABOUT_THE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)

_log = logging.getLogger(__name__)


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+starttls"  # demanded, not hoped for
    TLS = "smtps"


USUAL_PORT = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    security: Security
    host: str
    port: int
    user: str | None = None
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `message_id` is the same each time it is sent, so that readers drop repeats."""

    recipient: str
    message_id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of one message.

    Attributes:
        status: the server's reply code; None: there was none.
        outcome: a sentence for the customer.
        duration_ms: how long it took.
        is_kept: the server took it, or it lies in the outbox.
        is_alive: the same server may well take another message.
        is_final: no further attempt can be better.
    """

    status: int | None
    outcome: str
    duration_ms: int
    is_kept: bool = False
    is_alive: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class MailRules:
    """The operator's.

    Attributes:
        domains: whose addresses get mail, those of their subdomains included; "*" is all.
        per_hour: messages to one address.
    """

    domains: tuple[str, ...] = ()
    per_hour: int = DEFAULT_PER_HOUR

    def is_of_named_domain(self, recipient: str) -> bool:
        domain = recipient.rpartition("@")[2].lower()
        return any(named in ("*", domain) or domain.endswith(f".{named}") for named in self.domains)


class Mailer:
    """Sends mail, and says what became of it instead of raising.

    Args:
        server: the operator's; None writes each message to a file of `outbox`.
        sender: the address in From, and where servers send what they cannot deliver.
        outbox: the folder; made when it is needed.
        rules: whom it may go to; its callers see to that.
        ssl_context: the system's trust store unless given.
    """

    def __init__(
        self,
        server: MailServer | None,
        sender: str,
        outbox: Path,
        *,
        rules: MailRules = MailRules(),
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._server, self._sender, self._outbox = server, sender, outbox
        self._ssl_context = ssl_context
        self.rules = rules

    async def send(self, mail: Mail) -> Mailed:
        """Returns when a server answered for the message, or when it is on disk."""
        return await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> Mailed:
        start_s = time.monotonic()

        def took_ms() -> int:
            return round((time.monotonic() - start_s) * 1000)

        try:
            message = compose(self._sender, mail)
        except (ValueError, HeaderParseError, IndexError):
            outcome = "Not sent: this is not an address of mail."
            return Mailed(None, outcome, took_ms(), is_alive=True, is_final=True)
        if self._server is None:
            kept = self._keep(message, f"{mail.message_id}.eml")
            outcome = (
                "Written to the outbox: this server has no mail server configured."
                if kept
                else "The outbox could not be written."
            )
            return Mailed(None, outcome, took_ms(), is_kept=kept, is_alive=kept)
        try:
            self._submit(self._server, message)
        except (smtplib.SMTPException, OSError) as error:
            status = _code(error)
            said = {"message_id": mail.message_id, "reason": repr(error)}
            _log.warning("mail_not_sent", extra=said)
            is_alive = isinstance(error, _ABOUT_THE_MESSAGE) and status != CLOSING
            return Mailed(status, _sentence(error, status), took_ms(), is_alive=is_alive)
        outcome = "The mail server took the message."
        return Mailed(ACCEPTED, outcome, took_ms(), is_kept=True, is_alive=True)

    def _submit(self, server: MailServer, message: EmailMessage) -> None:
        """Raises smtplib.SMTPException or OSError: the server did not take it."""
        context = self._ssl_context or ssl.create_default_context()
        name = self._sender.rpartition("@")[2]
        smtp = (
            smtplib.SMTP_SSL(server.host, server.port, name, timeout=TIMEOUT_S, context=context)
            if server.security is Security.TLS
            else smtplib.SMTP(server.host, server.port, name, timeout=TIMEOUT_S)
        )
        try:
            if server.security is Security.STARTTLS:
                smtp.starttls(context=context)
            if server.user is not None:
                smtp.login(server.user, server.password)
            smtp.send_message(message)
            # It was taken; what a server makes of the goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _keep(self, message: EmailMessage, name: str) -> bool:
        """Whole or not at all, and on disk; sent again it is the same file."""
        half_written = self._outbox / f".{secrets.token_hex(8)}"
        try:
            self._outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            with half_written.open("xb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            half_written.replace(self._outbox / name)
            folder = os.open(self._outbox, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                half_written.unlink(missing_ok=True)
            _log.error("outbox_not_written", extra={"reason": repr(error)})
            return False
        return True


def compose(sender: str, mail: Mail) -> EmailMessage:
    """Raises ValueError, HeaderParseError or IndexError: the recipient is no single address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=_with_ascii_domain(mail.recipient))
    message["Subject"] = one_line(mail.subject)
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{mail.message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    message.set_content(mail.text, cte="quoted-printable")
    return message


def one_line(text: str) -> str:
    """The text as a header may hold it: anything that could end a line is a blank."""
    return "".join(c if c.isprintable() else " " for c in text)[:MOST_SUBJECT_CHARACTERS].strip()


def _with_ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _sentence(error: Exception, status: int | None) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server refused the user or password ({status})."
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"The mail server refused the sender ({status})."
    if status is not None:
        return f"The mail server answered {status}."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server does not offer what is configured (TLS, or a way to sign in)."
    return "The mail server could not be reached."
