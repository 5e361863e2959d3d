"""Mail by a real SMTP server on loopback, or into the outbox."""

import dataclasses
import ssl
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from fetch_rig import tls_contexts

from groundplane.errors import StartRefused
from groundplane.fetch.mail import Mail, Mailer, MailServer, Security, compose
from groundplane.settings import read_settings
from mail_sink import mail_sink

FROM = "labels@example.com"
MAIL = Mail("ops@customer.example", "0b7c", "Task 65f0: completed", '{\n  "name": "Straße"\n}')


def mailer(server: MailServer, tls: ssl.SSLContext | None = None) -> Mailer:
    return Mailer(server, FROM, Path("never written"), ssl_context=tls)


async def test_a_message_arrives_as_it_was_written() -> None:
    async with mail_sink() as sink:
        mailed = await mailer(sink.server()).send(MAIL)
        again = await mailer(sink.server()).send(MAIL)
    assert (mailed.status, mailed.is_kept, mailed.outcome) == (
        *(250, True, "The mail server took the message."),
    )
    assert again.is_kept
    first, second = sink.received
    assert (first.sender, first.recipients) == (FROM, [MAIL.recipient])
    assert (first.message["From"], first.message["To"]) == (FROM, MAIL.recipient)
    assert first.message["Subject"] == MAIL.subject
    assert first.message["Message-ID"] == second.message["Message-ID"] == "<0b7c@example.com>"
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert first.message.get_content_type() == "text/plain"
    assert first.message.get_content().splitlines() == MAIL.text.splitlines()


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_tls_is_used_and_the_certificate_checked(tmp_path: Path, security: Security) -> None:
    server_tls, client_tls = tls_contexts(tmp_path, also="127.0.0.1")
    async with mail_sink(server_tls, from_the_start=security is Security.TLS) as sink:
        server = sink.server(security, user="us er")
        mailed = await mailer(server, client_tls).send(MAIL)
        stranger = await mailer(server).send(MAIL)
    assert mailed.is_kept
    (received,) = sink.received
    assert (received.is_secure, received.credentials) == (True, b"\0us er\0pass:w/rd@")
    assert (stranger.is_kept, stranger.is_alive) == (False, False)
    assert stranger.outcome == "The mail server could not be reached."


async def test_without_starttls_nothing_is_sent_where_it_is_demanded() -> None:
    async with mail_sink() as sink:
        mailed = await mailer(sink.server(Security.STARTTLS, user="u")).send(MAIL)
    assert (sink.received, mailed.is_kept) == ([], False)
    assert "does not offer" in mailed.outcome


@pytest.mark.parametrize(
    ("word", "answer", "status", "is_alive", "outcome"),
    [
        ("CONNECT", "554 Go away\r\n", 554, False, "The mail server answered 554."),
        (
            "AUTH",
            "535 No\r\n",
            535,
            False,
            "The mail server refused the user or password (535).",
        ),
        ("MAIL", "550 Not you\r\n", 550, False, "The mail server refused the sender (550)."),
        ("RCPT", "550 Unknown\r\n", 550, True, "The mail server answered 550."),
        ("RCPT", "421 Closing\r\n", 421, False, "The mail server answered 421."),
        ("MESSAGE", "552 Too big\r\n", 552, True, "The mail server answered 552."),
        ("MESSAGE", "", None, False, "The mail server could not be reached."),
    ],
)
async def test_each_refusal_says_what_it_was_and_whether_others_may_go(
    word: str, answer: str, status: int | None, outcome: str, *, is_alive: bool
) -> None:
    async with mail_sink() as sink:
        sink.says[word] = answer
        mailed = await mailer(sink.server(user="u")).send(MAIL)
    assert sink.received == []
    assert (mailed.status, mailed.is_alive, mailed.outcome) == (status, is_alive, outcome)
    assert not mailed.is_kept


async def test_a_message_that_was_taken_counts_whatever_becomes_of_the_goodbye() -> None:
    async with mail_sink() as sink:
        sink.says["QUIT"] = "500 What\r\n"
        assert (await mailer(sink.server()).send(MAIL)).is_kept


async def test_nobody_there_is_a_failure_that_is_not_the_messages() -> None:
    async with mail_sink() as sink:
        server = sink.server()
    mailed = await mailer(server).send(MAIL)
    assert (mailed.status, mailed.is_alive, mailed.is_final) == (None, False, False)


# What a customer may write ----------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_no_name_ends_a_line_of_the_headers(end: str) -> None:
    evil = dataclasses.replace(MAIL, subject=f"Batch a{end}Bcc: x@evil.example{end}{end}b: done")
    received = message_from_bytes(compose(FROM, evil).as_bytes(), policy=default)
    assert set(received.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("Content-Type", "Content-Transfer-Encoding"),
    }
    assert "Bcc: x@evil.example" in received["Subject"]


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example\r\nBcc:x@evil.example",
        "a@b.example\nx@evil.example",
        "a@b.example>\r\nRCPT TO:<x@evil.example",
        "a@b.example,x@evil.example",
        "a,x@evil.example",
        "a@b.example\0",
        "ä@b.example",
        "a@" + "b" * 64 + ".example",
        "@b.example",
        "a",
        "",
    ],
)
async def test_what_is_not_one_address_is_sent_to_nobody(recipient: str, tmp_path: Path) -> None:
    async with mail_sink() as sink:
        mailed = await mailer(sink.server()).send(dataclasses.replace(MAIL, recipient=recipient))
    assert (sink.received, mailed.is_kept, mailed.is_final) == ([], False, True)
    outbox = Mailer(None, FROM, tmp_path / "outbox")
    assert not (await outbox.send(dataclasses.replace(MAIL, recipient=recipient))).is_kept
    assert not (tmp_path / "outbox").exists()


def test_names_of_hosts_in_every_language_go_out_in_ascii() -> None:
    message = compose(FROM, dataclasses.replace(MAIL, recipient="a@straße.example"))
    assert message["To"] == "a@strasse.example"


# The outbox -------------------------------------------------------------------------------------


async def test_without_a_server_a_message_is_one_file(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    for _ in range(2):
        mailed = await Mailer(None, FROM, outbox).send(MAIL)
        assert (mailed.is_kept, mailed.status) == (True, None)
        assert "outbox" in mailed.outcome
    (file,) = outbox.iterdir()
    assert file.name == "0b7c.eml"
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert (message["To"], message["Subject"]) == (MAIL.recipient, MAIL.subject)


async def test_an_outbox_that_cannot_be_written_is_no_delivery(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    mailed = await Mailer(None, FROM, tmp_path / "outbox").send(MAIL)
    assert (mailed.is_kept, mailed.is_alive, mailed.is_final) == (False, False, False)


# Settings ---------------------------------------------------------------------------------------


def server_of(url: str, sender: str = FROM) -> MailServer | None:
    environment = {"GROUNDPLANE_SMTP_URL": url, "GROUNDPLANE_MAIL_FROM": sender}
    return read_settings(Path("data"), environment=environment).mail_server


def test_the_scheme_says_tls_and_the_usual_port() -> None:
    assert server_of("") is None
    assert server_of("smtp://localhost") == MailServer(Security.NONE, "localhost", 25)
    assert server_of("smtps://u%40x:p%3A%2F@mail.example") == MailServer(
        Security.TLS, "mail.example", 465, "u@x", "p:/"
    )
    starttls = server_of("smtp+starttls://u:secret@mail.example:2525")
    assert starttls == MailServer(Security.STARTTLS, "mail.example", 2525, "u", "secret")
    assert "secret" not in repr(starttls)


@pytest.mark.parametrize(
    "url",
    [
        *("http://u:hidden@mail.example", "smtps://u:hidden@", "smtps://u:hidden@mail.example:x"),
        *("smtps://u:hidden@mail.example/path", "smtp://u:hidden@mail.example"),
    ],
)
def test_a_server_that_cannot_be_used_is_refused_without_saying_the_password(url: str) -> None:
    with pytest.raises(StartRefused, match="GROUNDPLANE_SMTP_URL") as caught:
        server_of(url)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.example\r\nBcc: x@y.c", "a b@c.example"])
def test_a_server_needs_a_sender(sender: str) -> None:
    with pytest.raises(StartRefused, match="GROUNDPLANE_MAIL_FROM"):
        server_of("smtp://localhost", sender)
