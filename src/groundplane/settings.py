"""The only place that reads the environment. Read once at the start, frozen, passed in.

Every variable is in docs/reference/settings.md; a house test holds the two together.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from groundplane.errors import StartRefused
from groundplane.fetch.mail import (
    DEFAULT_PER_HOUR,
    USUAL_PORT,
    MailRules,
    MailServer,
    Security,
)

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8100
MOST_PORT = 65_535
DEFAULT_EMBED_HOSTS = ("docs.google.com",)
ADDRESS_FILE = "public_url"
DEFAULT_MOST_UPLOAD_MB = 80
DEFAULT_MAIL_FROM = "groundplane@localhost"
MAIL_FROM = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNREADABLE_SMTP_URL = (
    "GROUNDPLANE_SMTP_URL cannot be read. It must look like smtps://user:password@mail.example.com "
    "(with a port if it is not the usual one), smtp+starttls://user:password@mail.example.com or smtp://localhost."
)
MIB = 1024 * 1024
DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+")
EMBED_HOST = re.compile(DOMAIN.pattern + r"(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides.

    Attributes:
        data: folder of this instance: secrets, embedded PostgreSQL, local blobs.
        database_url: a PostgreSQL server by libpq URL; None for the embedded one.
        blobs_url: s3://, gs:// or a folder; None for `data/blobs`.
        public_url: how browsers and customers reach us, without a trailing slash.
        fetch_allow: CIDRs and hosts that the guarded fetcher may reach although private.
        files_root: folder under which file:// attachments are allowed; None refuses them all.
        embed_hosts: hosts whose documents an instruction may show in a frame.
        most_upload_bytes: what one uploaded file may have.
        mail_server: what e-mail callbacks are handed to; None writes them to `outbox`.
        mail_from: whose mail it is.
        mail_rules: whom it goes to, and how often.
    """

    data: Path
    database_url: str | None
    blobs_url: str | None
    public_url: str
    fetch_allow: tuple[str, ...]
    files_root: Path | None
    embed_hosts: tuple[str, ...] = DEFAULT_EMBED_HOSTS
    most_upload_bytes: int = DEFAULT_MOST_UPLOAD_MB * MIB
    mail_server: MailServer | None = None
    mail_from: str = DEFAULT_MAIL_FROM
    mail_rules: MailRules = field(default_factory=MailRules)

    @property
    def blobs(self) -> str:
        return self.blobs_url or str(self.data / "blobs")

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"


def read_settings(
    data: Path,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of the environment; an empty variable counts as unset.

    Raises:
        StartRefused: a value cannot be used, in a sentence that names the variable.
    """
    files_root = environment.get("GROUNDPLANE_FILES_ROOT") or None
    if files_root is not None and not Path(files_root).is_dir():
        raise StartRefused(f"GROUNDPLANE_FILES_ROOT names {files_root}, which is not a folder.")
    mail_server = _mail_server(environment.get("GROUNDPLANE_SMTP_URL") or None)
    return Settings(
        data=data.absolute(),
        database_url=environment.get("GROUNDPLANE_DATABASE_URL") or None,
        blobs_url=environment.get("GROUNDPLANE_BLOBS_URL") or None,
        public_url=_public_url(
            environment.get("GROUNDPLANE_PUBLIC_URL") or None, f"http://{_reachable(host)}:{port}"
        ),
        fetch_allow=_listed(environment.get("GROUNDPLANE_FETCH_ALLOW")),
        files_root=None if files_root is None else Path(files_root).resolve(),
        embed_hosts=_embed_hosts(environment.get("GROUNDPLANE_EMBED_HOSTS") or None),
        most_upload_bytes=_count("GROUNDPLANE_MOST_UPLOAD_MB", environment, DEFAULT_MOST_UPLOAD_MB)
        * MIB,
        mail_server=mail_server,
        mail_from=_mail_from(environment.get("GROUNDPLANE_MAIL_FROM") or None, mail_server),
        mail_rules=MailRules(
            _mail_domains(environment.get("GROUNDPLANE_MAIL_DOMAINS")),
            _count("GROUNDPLANE_MAIL_PER_HOUR", environment, DEFAULT_PER_HOUR),
        ),
    )


def listening_port(*, environment: Mapping[str, str] = os.environ) -> int:
    """Where `serve` listens unless it is told.

    Raises:
        StartRefused: the value is no port.
    """
    port = _count("GROUNDPLANE_PORT", environment, DEFAULT_PORT)
    if port > MOST_PORT:
        raise StartRefused(f"GROUNDPLANE_PORT is {port}, but a port is at most {MOST_PORT}.")
    return port


def scale_api_key(*, environment: Mapping[str, str] = os.environ) -> str | None:
    """Of the account that `import-scale` reads."""
    return environment.get("SCALE_API_KEY") or None


def remember_public_url(settings: Settings) -> None:
    """For commands beside a running server: links that they print must lead to it."""
    (settings.data / ADDRESS_FILE).write_text(settings.public_url)


def with_remembered_public_url(
    settings: Settings, *, environment: Mapping[str, str] = os.environ
) -> Settings:
    """The address that the last server on this folder had, unless the environment says one."""
    file = settings.data / ADDRESS_FILE
    if environment.get("GROUNDPLANE_PUBLIC_URL") or not file.is_file():
        return settings
    return replace(settings, public_url=file.read_text())


def _listed(given: str | None) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in (given or "").split(",") if entry.strip())


def _embed_hosts(given: str | None) -> tuple[str, ...]:
    """Checked, since they go into the policy that every page is sent with."""
    if given is None:
        return DEFAULT_EMBED_HOSTS
    if given.strip() == "none":
        return ()
    hosts = tuple(host.lower() for host in _listed(given))
    for host in hosts:
        if not EMBED_HOST.fullmatch(host):
            raise StartRefused(
                f"GROUNDPLANE_EMBED_HOSTS names {host}, but must be hosts like docs.google.com, "
                "separated by commas, or none."
            )
    return hosts


def _count(name: str, environment: Mapping[str, str], default: int) -> int:
    given = environment.get(name)
    if not given:
        return default
    if not re.fullmatch(r"[1-9]\d{0,4}", given, re.ASCII):
        raise StartRefused(f"{name} is {given}, but must be a whole number like {default}.")
    return int(given)


def _mail_domains(given: str | None) -> tuple[str, ...]:
    domains = tuple(domain.lower() for domain in _listed(given))
    for domain in domains:
        if domain != "*" and not DOMAIN.fullmatch(domain):
            raise StartRefused(
                f"GROUNDPLANE_MAIL_DOMAINS names {domain}, but must be domains like example.com, "
                "separated by commas, or *."
            )
    return domains


def _mail_server(given: str | None) -> MailServer | None:
    """The value holds a password, so no sentence repeats it."""
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        security, port = Security(parts.scheme), parts.port
    except ValueError:
        raise StartRefused(UNREADABLE_SMTP_URL) from None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise StartRefused(UNREADABLE_SMTP_URL)
    if parts.username and security is Security.NONE and parts.hostname not in LOOPBACK:
        raise StartRefused(
            "GROUNDPLANE_SMTP_URL would send a password in clear. Use smtps:// or smtp+starttls://."
        )
    return MailServer(
        security,
        parts.hostname,
        port or USUAL_PORT[security],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password or ""),
    )


def _mail_from(given: str | None, server: MailServer | None) -> str:
    if given is None:
        if server is not None:
            raise StartRefused(
                "GROUNDPLANE_SMTP_URL is set, so GROUNDPLANE_MAIL_FROM must be: the address that "
                "mail is sent from."
            )
        return DEFAULT_MAIL_FROM
    if not MAIL_FROM.fullmatch(given):
        raise StartRefused(
            f"GROUNDPLANE_MAIL_FROM is {given}, but must look like labels@example.com."
        )
    return given


def _reachable(host: str) -> str:
    # 0.0.0.0 and :: are where we listen, not where anybody can go.
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return DEFAULT_HOST
    return f"[{host}]" if ":" in host else host


def _public_url(given: str | None, default: str) -> str:
    if given is None:
        return default
    url = given.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise StartRefused(
            f"GROUNDPLANE_PUBLIC_URL is {given}, but must look like https://labels.example.com."
        )
    return url
