"""Addresses and networks of machines, as people write them."""

from __future__ import annotations

import ipaddress
import re

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SCOPE = re.compile(r"%[^/]+")
MAPPED_BITS = 96
"""Before an IPv4 address within an IPv6 one."""


def network_of(text: str) -> Network | None:
    """An address is a network of one; None for anything else. IPv4 within IPv6 is IPv4, and a scope
    is left out."""
    bare = SCOPE.sub("", text.strip()) if ":" in text else text.strip()
    try:
        network = ipaddress.ip_network(bare, strict=False)
    except ValueError:
        return None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= MAPPED_BITS:
        return ipaddress.ip_network((mapped, network.prefixlen - MAPPED_BITS))
    return network


def around(address: str) -> str:
    """The network of an address without the part that is one household's: its /24, or /48 of IPv6.
    Of a network, that one or a wider one; empty for anything else."""
    network = network_of(address)
    if network is None:
        return ""
    width = min(network.prefixlen, 24 if network.version == 4 else 48)
    return str(ipaddress.ip_network((network.network_address, width), strict=False))


def written(network: Network) -> str:
    """An address alone without the length of its network."""
    alone = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if alone else str(network)
