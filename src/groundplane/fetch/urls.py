"""URLs, read strictly and once: what is parsed here is what is connected to.

Parsers that disagree are how a guard is walked around, so whatever two of them could read in
two ways is refused instead of repaired.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

from groundplane.errors import FetchRefused

MOST_CHARACTERS = 16_384
UNREADABLE = "The URL cannot be fetched: it is not a plain http:// or https:// address."

DEFAULT_PORTS = {"http": 80, "https": 443}
_SHAPE = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?",
    re.IGNORECASE | re.ASCII,
)
_CONTROL_OR_SPACE = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
# What a header of the next request could be made of, once somebody behind us decodes it.
_ENCODED_CONTROL = re.compile(r"%(?:0[0-9a-f]|1[0-9a-f]|7f)", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_NUMBER_LIKE = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_TARGET_CHARACTERS = "%/?:@!$&'()*+,;=-._~[]"


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """An http(s) URL in its one form: lower-case host without brackets, port always known."""

    scheme: str
    host: str
    port: int
    target: str  # path and query as they are sent

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_header}{self.target}"


def parse_http_url(url: str) -> HttpUrl:
    """Read an http(s) URL that has exactly one meaning.

    Refused: user info, backslashes, blanks and control characters (also percent-encoded),
    hosts that are not plain ASCII, and any IPv4 address but four decimal numbers. Other
    characters in path and query are percent-encoded as UTF-8; a fragment is dropped.

    Raises:
        FetchRefused: with a sentence for the customer.
    """
    if len(url) > MOST_CHARACTERS or "\\" in url or _CONTROL_OR_SPACE.search(url):
        raise FetchRefused(url, UNREADABLE)
    shape = _SHAPE.fullmatch(url)
    if shape is None or _ENCODED_CONTROL.search(url):
        raise FetchRefused(url, UNREADABLE)
    scheme = shape["scheme"].lower()
    port = int(shape["port"]) if shape["port"] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65_536:
        raise FetchRefused(url, UNREADABLE)
    try:
        host = parse_host(shape["host"])
    except FetchRefused:
        raise FetchRefused(url, UNREADABLE) from None
    target = quote((shape["path"] or "/") + (shape["query"] or ""), safe=_TARGET_CHARACTERS)
    return HttpUrl(scheme, host, port, target)


def parse_host(text: str) -> str:
    """A host name, an IPv4 address in four decimal numbers, or an IPv6 address in brackets.

    A name whose last label could be a number is an address in some C library: 0x7f.1, 0177.0.0.1,
    2130706433 and 127.1 are all 127.0.0.1 to glibc. Only the plain form passes.

    Returns:
        The lower-case name without a closing dot, or the address in its shortest form.

    Raises:
        FetchRefused: anything else.
    """
    if text.startswith("["):
        try:
            return str(ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]")))
        except ValueError:
            raise FetchRefused(text, UNREADABLE) from None
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER_LIKE.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise FetchRefused(text, UNREADABLE) from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise FetchRefused(text, UNREADABLE)
    return name


def address_in(host: str) -> str | None:
    """The host itself when it is an address, so that no resolver is asked."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
