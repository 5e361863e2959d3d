"""A certificate authority of one's own, as self-hosters have it, and a server it vouches for."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class PrivateCa(NamedTuple):
    """`certificate` is the file that clients trust; `server` is 127.0.0.1."""

    certificate: Path
    server: ssl.SSLContext


def make_private_ca(folder: Path) -> PrivateCa:
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name, name = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
        for text in ("A private CA", "labels.example.com")
    )
    ca_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        _valid_for_a_day(ca_name, ca_name, ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(ca_id, critical=False)
        .add_extension(_usage(of_a_ca=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    known_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_id)
    certificate = (
        _valid_for_a_day(name, ca_name, key)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(known_by, critical=False)
        .add_extension(_usage(of_a_ca=False), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    trusted, chain = folder / "ca.pem", folder / "server.pem"
    trusted.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(chain)
    return PrivateCa(trusted, server)


def _valid_for_a_day(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )


def _usage(*, of_a_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not of_a_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=of_a_ca,
        crl_sign=of_a_ca,
        encipher_only=False,
        decipher_only=False,
    )
