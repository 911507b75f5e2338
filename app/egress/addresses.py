"""Which addresses may be connected to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import msgspec

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


# `is_global` is not enough: it differs between patch levels of Python, and accepts multicast,
# relays into IPv4 and some clouds' metadata services.
DENIED = _networks(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
    *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    *("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
    *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    "::ffff:0:0:0/96",
)

# Cloud metadata services, which hand out the machine's credentials. A wide entry of the allow list
# does not open them; only naming the single address does.
METADATA = _networks(
    *("169.254.0.0/16", "100.100.100.200/32", "100.96.0.96/32", "168.63.129.16/32"),
    *("192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::254/128", "fe80::a9fe:a9fe/128"),
)

MAPPED = IPv6Network("::ffff:0:0/96")

# The widest private networks there are: 10.0.0.0/8 and fc00::/7. Wider means "everything".
SHORTEST_PREFIX = {4: 8, 6: 7}

ENTRY = re.compile(
    r"(?P<network>\[[0-9a-f:.]+\](?:/\d{1,3})?|[0-9.]+(?:/\d{1,2})?)(?::(?P<port>\d{1,5}))?"
    r"|(?P<bare>[0-9a-f:.]+(?:/\d{1,3})?)",
    re.IGNORECASE,
)


class Allowed(msgspec.Struct, frozen=True):
    """A network that the operator opens, at one port or (None) at all."""

    network: IPv4Network | IPv6Network
    port: int | None = None


def parse_allowed(text: str) -> tuple[Allowed, ...]:
    """Reads "127.0.0.1/32:8099, 10.0.0.0/8, [fd00::]/8:443"; ValueError names the faulty entry."""
    return tuple(_allowed(entry.strip()) for entry in text.split(",") if entry.strip())


def _allowed(entry: str) -> Allowed:
    match = ENTRY.fullmatch(entry)
    if match is None:
        raise ValueError(f"{entry!r} is not written like 10.0.0.0/8 or 127.0.0.1/32:8099")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{entry!r} names a port that does not exist")
    return Allowed(_network(entry, re.sub(r"[\[\]]", "", match["network"] or match["bare"])), port)


def _network(entry: str, text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{entry!r} is not a network: {error}") from None
    if network.prefixlen < SHORTEST_PREFIX[network.version]:
        raise ValueError(f"{entry!r} is too wide: name the private networks one by one")
    if isinstance(network, IPv6Network) and network.overlaps(MAPPED):
        raise ValueError(f"{entry!r} stands for an IPv4 network: write it as one")
    return network


def canonical(text: str) -> Address:
    """IPv4 inside ::ffff:0:0/96 is IPv4. ValueError for names, other notations and zones."""
    if "%" in text:
        raise ValueError("an address with a zone leads to the neighbourhood only")
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    if any(address in network for network in DENIED):
        return False
    return address.is_global and not address.is_multicast


class Rules:
    """Which addresses are permitted: the public internet, and what the operator opened."""

    def __init__(self, allow: Sequence[Allowed] = ()) -> None:
        self.allow = tuple(allow)

    def opens(self, port: int) -> bool:
        return any(entry.port in (None, port) for entry in self.allow)

    def lists(self, address: Address, port: int) -> bool:
        delicate = any(address in network for network in METADATA)
        return any(
            address in entry.network
            and entry.port in (None, port)
            and (not delicate or entry.network.num_addresses == 1)
            for entry in self.allow
        )

    def permits(self, address: Address, port: int, *, listed_only: bool) -> bool:
        return self.lists(address, port) or (not listed_only and is_public(address))
