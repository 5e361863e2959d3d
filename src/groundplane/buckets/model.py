"""Where a file in a bucket is, and what opens it."""

import re
from dataclasses import dataclass
from typing import Literal, Self

import msgspec

from groundplane.errors import FetchRefused, InvalidParameter
from groundplane.fetch.urls import parse_http_url

Scheme = Literal["s3", "gs"]

MOST_NAME_BYTES = 1024  # of S3 and of Google alike
GOOGLE = "https://storage.googleapis.com"
GOOGLE_REGION = "auto"
DEFAULT_REGION = "us-east-1"
UNREADABLE = "The address is not that of a file in a bucket, like s3://bucket/folder/file.json."

_SHAPE = re.compile(
    r"(?P<scheme>s3|gs)://(?P<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:/(?P<name>.*))?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REGION = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_PLAIN = re.compile(r"[!-~]{1,1024}", re.ASCII)


def is_address(url: str) -> bool:
    return url[:5].lower() in ("s3://", "gs://")


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, a folder in one, or a file in one. A name stands as it is, never decoded."""

    scheme: Scheme
    bucket: str
    name: str = ""  # without slashes at its ends

    @classmethod
    def parse(cls, address: str) -> Self | None:
        """None of anything else; so, too, of names that some servers read as another's."""
        shape = _SHAPE.fullmatch(address)
        if shape is None:
            return None
        name = shape["name"] or ""
        folders = name.split("/")
        if _CONTROL.search(name) or len(name.encode(errors="replace")) > MOST_NAME_BYTES:
            return None
        if "." in folders or ".." in folders or name.startswith("/"):
            return None
        return cls("gs" if shape["scheme"].lower() == "gs" else "s3", shape["bucket"], name)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{self.name}" if self.name else "")

    def holders(self) -> list[str]:
        """Addresses of all that it lies in, and its own."""
        parts = self.name.split("/") if self.name else []
        return [
            str(Place(self.scheme, self.bucket, "/".join(parts[:count])))
            for count in range(len(parts) + 1)
        ]


def file_at(url: str) -> Place:
    """Raises FetchRefused: the address is not that of a file in a bucket."""
    place = Place.parse(url)
    if place is None or not place.name or place.name.endswith("/"):
        raise FetchRefused(url, UNREADABLE)
    return place


class SharedSecret(msgspec.Struct, frozen=True, tag="shared"):
    """The secret half of a key of S3, or of an HMAC key of Google."""

    secret: str

    def __repr__(self) -> str:
        return "SharedSecret()"


class ServiceAccount(msgspec.Struct, frozen=True, tag="service_account"):
    """The private key of Google's service account, as PEM text."""

    private_key: str

    def __repr__(self) -> str:
        return "ServiceAccount()"


Secret = SharedSecret | ServiceAccount


class GivenKey(msgspec.Struct, kw_only=True):
    """A key as a manager gives it.

    Attributes:
        address: the bucket or folder that it opens: s3://bucket, gs://bucket/folder.
        endpoint: where the bucket is asked for; empty: Amazon's or Google's own.
        region: of the bucket; empty: us-east-1, and nothing at Google.
        key_id: the access key's id; empty for a service account.
        secret: its secret, or the JSON key file of a service account.
    """

    address: str
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str

    def __repr__(self) -> str:
        return f"GivenKey({self.address!r})"


class Endpoint(msgspec.Struct, frozen=True):
    """Where a key is used, and by what name it is known there."""

    address: str
    endpoint: str
    region: str
    key_id: str


class _KeyFile(msgspec.Struct):
    client_email: str
    private_key: str


def read_key(given: GivenKey) -> tuple[Endpoint, Secret]:
    """Raises InvalidParameter: it cannot be a key; no sentence repeats the secret."""
    place = Place.parse(given.address.strip().rstrip("/"))
    if place is None:
        raise InvalidParameter(
            "address", "must be a bucket or a folder in one, like s3://bucket or gs://bucket/folder"
        )
    region = given.region.strip() or (DEFAULT_REGION if place.scheme == "s3" else GOOGLE_REGION)
    if not _REGION.fullmatch(region):
        raise InvalidParameter("region", "must be a region's name, like eu-central-1")
    endpoint = _endpoint(given.endpoint.strip(), place.scheme, region)
    text = given.secret.strip()
    if text.startswith("{"):
        if place.scheme != "gs":
            raise InvalidParameter("secret", "of an s3:// bucket cannot be a key file")
        email, account = _service_account(text)
        return Endpoint(str(place), endpoint, region, email), account
    key_id = given.key_id.strip()
    if not _PLAIN.fullmatch(key_id):
        raise InvalidParameter("key_id", "is required" if not key_id else "is not a key's id")
    if not _PLAIN.fullmatch(text):
        raise InvalidParameter("secret", "is required" if not text else "is not a key's secret")
    return Endpoint(str(place), endpoint, region, key_id), SharedSecret(text)


def _endpoint(given: str, scheme: Scheme, region: str) -> str:
    if not given:
        china = ".cn" if region.startswith("cn-") else ""
        return GOOGLE if scheme == "gs" else f"https://s3.{region}.amazonaws.com{china}"
    try:
        target = parse_http_url(given)
    except FetchRefused:
        target = None
    if target is None or target.target != "/":
        raise InvalidParameter("endpoint", "must be an address like https://storage.example.com")
    return str(target).rstrip("/")


def _service_account(text: str) -> tuple[str, ServiceAccount]:
    from groundplane.buckets.signing import rsa_key  # noqa: PLC0415 - a start can do without

    problem = InvalidParameter("secret", "is not the JSON key file of a service account")
    try:
        file = msgspec.json.decode(text, type=_KeyFile)
    except msgspec.DecodeError:
        raise problem from None
    account = ServiceAccount(file.private_key)
    if not _PLAIN.fullmatch(file.client_email) or rsa_key(account) is None:
        raise problem
    return file.client_email, account
