"""The address table and the allow list.

The addresses come from IANA's IPv4 and IPv6 special-purpose registries and the metadata
services of the large clouds; each closed network is tried at both ends.
"""

import ipaddress

import pytest

from groundplane.errors import FetchRefused, StartRefused
from groundplane.fetch.addresses import CLOSED_IPV4, CLOSED_IPV6, AddressRules, is_public

CLOSED = [
    "127.0.0.1",
    "100.64.0.1",  # neither private nor global to ipaddress
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",  # global to ipaddress
    "192.0.0.192",
    "192.88.99.1",
    "224.0.0.1",  # global to ipaddress
    "239.1.1.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::ffff:127.0.0.1",  # mapped
    "::ffff:93.184.216.34",  # mapped, though public: no resolver of ours needs it
    "::ffff:0:7f00:1",  # translated
    "64:ff9b::a9fe:a9fe",  # NAT64
    "64:ff9b:1::a9fe:a9fe",
    "100::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:db8::1",
    "2002:a9fe:a9fe::",  # 6to4
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "93.184.216.34",
    "1.1.1.1",
    "192.0.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700:4700::1111",
]


@pytest.mark.parametrize("text", CLOSED)
def test_closed_addresses_are_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("network", [*CLOSED_IPV4, *CLOSED_IPV6], ids=str)
def test_a_closed_network_is_closed_from_its_first_address_to_its_last(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> None:
    assert not is_public(network[0])
    assert not is_public(network[-1])


@pytest.mark.parametrize("text", PUBLIC)
def test_ordinary_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def test_one_closed_address_spoils_the_whole_answer() -> None:
    rules = AddressRules()
    with pytest.raises(FetchRefused):
        rules.vet("mixed.test", 80, ["93.184.216.34", "10.0.0.5"])
    with pytest.raises(FetchRefused):
        rules.vet("mixed.test", 80, ["10.0.0.5", "93.184.216.34"])


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 9200, 65_535])
def test_a_public_address_is_asked_on_web_ports_only(port: int) -> None:
    with pytest.raises(FetchRefused):
        AddressRules().vet("pub.test", port, ["93.184.216.34"])


@pytest.mark.parametrize(
    ("entry", "opened", "still_closed"),
    [
        ("10.0.0.0/8", ("any.test", 5432, "10.9.8.7"), ("any.test", 5432, "11.9.8.7")),
        ("127.0.0.1", ("any.test", 9, "127.0.0.1"), ("any.test", 9, "127.0.0.2")),
        ("127.0.0.1:9000", ("any.test", 9000, "127.0.0.1"), ("any.test", 9001, "127.0.0.1")),
        ("[::1]:9000", ("any.test", 9000, "::1"), ("any.test", 9001, "::1")),
        ("fd00::/8", ("any.test", 1, "fd12::1"), ("any.test", 1, "fc12::1")),
        ("Data.Internal", ("data.internal", 1, "10.1.1.1"), ("x.data.internal", 1, "10.1.1.1")),
        ("data:8123", ("data", 8123, "10.1.1.1"), ("data", 80, "10.1.1.1")),
    ],
)
def test_an_allow_entry_opens_what_it_names_and_nothing_else(
    entry: str, opened: tuple[str, int, str], still_closed: tuple[str, int, str]
) -> None:
    rules = AddressRules.parse([entry])
    assert [str(address) for address in rules.vet(opened[0], opened[1], [opened[2]])]
    with pytest.raises(FetchRefused):
        rules.vet(still_closed[0], still_closed[1], [still_closed[2]])


@pytest.mark.parametrize(
    "entry", ["10.0.0.5/8", "10.0.0.0/33", "0x7f.1", "a b", "host:0", "host:99999", "http://x/"]
)
def test_an_allow_entry_that_is_none_stops_the_start(entry: str) -> None:
    with pytest.raises(StartRefused, match="GROUNDPLANE_FETCH_ALLOW"):
        AddressRules.parse([entry])


def test_empty_allow_entries_are_nothing() -> None:
    assert AddressRules.parse(["", " "]).allow == ()
