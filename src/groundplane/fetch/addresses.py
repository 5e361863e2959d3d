"""Which addresses the fetcher may connect to: our own table, never `ipaddress.is_global`.

`is_global` of Python 3.11.7 passes multicast, NAT64, 6to4, site-local, 3fff::/20 and Azure's
168.63.129.16; 100.64.0.0/10 is neither private nor global there. A table that we can read is
the only judge here.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from groundplane.errors import FetchRefused, StartRefused
from groundplane.fetch.urls import parse_host

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})
"""What a public address may be asked on; an `allow` entry opens more."""

# IANA's special-purpose registries, and what clouds answer on their machines' side.
CLOSED_IPV4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host, RFC 1122
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carriers' shared space, RFC 6598; Alibaba's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local; the metadata of most clouds
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # IETF assignments; Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
# Only global unicast is open: NAT64, IPv4-compatible, mapped, translated, unique-local,
# link-local, site-local and multicast addresses all lie outside of it.
OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")
CLOSED_IPV6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in CLOSED_IPV4)
    return address in OPEN_IPV6 and not any(address in network for network in CLOSED_IPV6)


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """One thing that the operator opened: a network, or whatever a name resolves to."""

    network: Network | None
    host: str | None
    port: int | None  # None: every port

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10.0.0.0/8`, `127.0.0.1`, `127.0.0.1:9000`, `[::1]:9000`, `host` or `host:9000`.

        Raises:
            StartRefused: it is none of these.
        """
        text = text.strip()
        if network := _network(text):
            return cls(network, None, None)
        host, colon, port_text = text.rpartition(":")
        if not colon:
            host, port = text, None
        elif port_text.isascii() and port_text.isdecimal() and 0 < int(port_text) < 65_536:
            port = int(port_text)
        else:
            raise StartRefused(_not_an_entry(text))
        if network := _network(host.removeprefix("[").removesuffix("]")):
            return cls(network, None, port)
        try:
            return cls(None, parse_host(host), port)
        except FetchRefused:
            raise StartRefused(_not_an_entry(text)) from None

    def opens(self, host: str, address: Address, port: int) -> bool:
        if self.port is not None and port != self.port:
            return False
        if self.network is None:
            return host == self.host
        return address in self.network


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The table above and what the operator opened besides."""

    allow: tuple[AllowEntry, ...] = field(default=())

    @classmethod
    def parse(cls, allow: Iterable[str]) -> Self:
        return cls(tuple(AllowEntry.parse(entry) for entry in allow if entry.strip()))

    def vet(self, host: str, port: int, answer: Sequence[str]) -> list[Address]:
        """Every address of one answer of the resolver, or none of them.

        One closed address among open ones is how a name is turned against us between two
        lookups, so it spoils the whole answer.

        Raises:
            FetchRefused: the answer is empty, or an address or the port is not open.
        """
        addresses = [ipaddress.ip_address(text) for text in answer]
        if not addresses:
            raise FetchRefused(host, "the name has no address")
        for address in addresses:
            if any(entry.opens(host, address, port) for entry in self.allow):
                continue
            if not is_public(address):
                raise FetchRefused(host, "the address is not public and not in the allow list")
            if port not in PORTS:
                raise FetchRefused(host, "the port is not open and not in the allow list")
        return addresses


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def _not_an_entry(text: str) -> str:
    return f"GROUNDPLANE_FETCH_ALLOW: {text!r} is not a network, an address or a host name."
