"""A small internet on loopback: names, public addresses that lead to our server, and a record.

Every connection of the fetcher passes `Rig.connect`, so an address that is not in
`Rig.connects` was never tried.
"""

import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from groundplane.fetch.fetcher import Fetcher, FetchLimits
from groundplane.fetch.network import tcp_connect
from loopback import Answer, Seen, Site, following, running_site

PUBLIC = "93.184.216.34"
QUICK = FetchLimits(connect_timeout_s=0.2, total_timeout_s=5)
# Of a handshake that has to succeed: a busy machine needs more than `QUICK` grants it.
PATIENT = FetchLimits(connect_timeout_s=3, total_timeout_s=30)


@dataclass
class Rig:
    site: Site
    client_tls: ssl.SSLContext
    ports: dict[int, int]  # asked port → port on loopback
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    connects: list[tuple[str, int]] = field(default_factory=list)

    def name(self, name: str, *answers: Sequence[str]) -> None:
        """Each lookup takes the next answer; the last one stays."""
        self.names[name] = [list(answer) for answer in answers]

    def page(self, path: str, *answers: Answer) -> None:
        self.site.page(path, *answers)

    @property
    def seen(self) -> list[Seen]:
        return self.site.seen

    def fetcher(self, *, allow: Sequence[str] = (), files_root: Path | None = None) -> Fetcher:
        return Fetcher(
            allow=allow,
            files_root=files_root,
            resolver=self.resolve,
            connect=self.connect,
            ssl_context=self.client_tls,
        )

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        assert port > 0
        self.lookups.append(host)
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        return following(self.names[host])

    async def connect(
        self, address: str, port: int, timeout_s: float
    ) -> httpcore.AsyncNetworkStream:
        """What is there always answers, however short `timeout_s` and busy the machine."""
        self.connects.append((address, port))
        if port not in self.ports:
            raise httpcore.ConnectError("refused")
        patience_s = max(timeout_s, PATIENT.connect_timeout_s)
        return await tcp_connect("127.0.0.1", self.ports[port], patience_s)


@asynccontextmanager
async def running_rig(folder: Path) -> AsyncGenerator[Rig]:
    """A rig whose public addresses answer on 80, 8080 (http) and 443 (https, name pub.test)."""
    server_tls, client_tls = tls_contexts(folder)
    async with running_site(server_tls) as site:
        assert site.secure_port is not None
        rig = Rig(site, client_tls, {80: site.port, 8080: site.port, 443: site.secure_port})
        rig.name("pub.test", [PUBLIC])
        yield rig


def tls_contexts(folder: Path, *, also: str = PUBLIC) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that is pub.test (and the address `also`), and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pub.test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("pub.test")]
                + [x509.IPAddress(ipaddress.ip_address(one)) for one in {PUBLIC, also}]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "pub.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client
