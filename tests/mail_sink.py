"""A real SMTP server on loopback that takes, refuses or drops messages as a test wants."""

import asyncio
import base64
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from groundplane.fetch.mail import MailServer, Security

USUAL = {
    "CONNECT": "220 sink.test ESMTP\r\n",
    "EHLO": "250-sink.test\r\n250 AUTH PLAIN\r\n",
    "STARTTLS": "220 Go on\r\n",
    "AUTH": "235 In\r\n",
    "DATA": "354 Go on\r\n",
}


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: list[str]
    message: EmailMessage
    is_secure: bool
    credentials: bytes | None


@dataclass
class Sink:
    """What it says to a command and to a message if not the usual, and what it was sent.

    Nothing at all, said to a message, hangs up.
    """

    tls: ssl.SSLContext | None = None
    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list[Received])

    def server(self, security: Security = Security.NONE, user: str | None = None) -> MailServer:
        return MailServer(security, "127.0.0.1", self.port, user, "pass:w/rd@" if user else "")

    async def talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_secure: bool
    ) -> None:
        sender, recipients, credentials = "", list[str](), None
        writer.write(self._answer("CONNECT"))
        while line := (await reader.readline()).decode().strip():
            word, _, rest = line.partition(" ")
            word = word.upper()  # smtplib writes small letters
            answer = self._answer(word, may_secure=self.tls is not None and not is_secure)
            writer.write(answer)
            if word == "STARTTLS" and self.tls is not None:
                await writer.start_tls(self.tls)
                is_secure = True
            elif word == "AUTH":
                credentials = base64.b64decode(rest.partition(" ")[2])
            elif word == "MAIL":
                sender = rest.partition(":")[2].split()[0].strip("<>")
            elif word == "RCPT":
                recipients.append(rest.partition(":")[2].strip("<>"))
            elif word == "DATA" and answer.startswith(b"354"):
                message = await _message(reader)
                answer = self._answer("MESSAGE")
                if answer.startswith(b"250"):
                    self.received.append(
                        Received(sender, recipients, message, is_secure, credentials)
                    )
                writer.write(answer)
            if word == "QUIT" or not answer:
                break

    def _answer(self, word: str, *, may_secure: bool = False) -> bytes:
        says = self.says.get(word, USUAL.get(word, "250 OK\r\n"))
        if word == "EHLO" and may_secure:
            says = says.replace("250 AUTH", "250-STARTTLS\r\n250 AUTH")
        return says.encode()


async def _message(reader: asyncio.StreamReader) -> EmailMessage:
    raw = await reader.readuntil(b"\r\n.\r\n")
    body = raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    message = message_from_bytes(body, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def mail_sink(
    tls: ssl.SSLContext | None = None, *, from_the_start: bool = False
) -> AsyncGenerator[Sink]:
    """On a free port of 127.0.0.1; with `tls` it offers STARTTLS, or speaks TLS from the start."""
    sink = Sink(tls)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await sink.talk(reader, writer, is_secure=from_the_start)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client hung up, as some of these tests want it to
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls if from_the_start else None)
    sink.port = int(server.sockets[0].getsockname()[1])
    yield sink
    server.close()
    await server.wait_closed()
