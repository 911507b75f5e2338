"""The caller's IP address, and the addresses that are ours; forwarded ones count only from proxies
that the operator trusts.

The scheme and the host that a proxy forwards are never used: links come from `settings.base_url`.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from app import settings
from app.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# More hops than any real chain of proxies, and a bound on what a header may make us parse.
MAX_HOPS = 20
MAX_HEADER_BYTES = 1024
# Behind a Unix socket there is no peer address: the peer is this machine.
LOCAL = ipaddress.IPv4Address("127.0.0.1")
# Each is needed several times in one request, and again by the same visitor's next.
remembered = functools.lru_cache(maxsize=4096)


def own_origins(request: ASGIConnection[Any, Any, Any, Any]) -> set[str]:
    """Ours: the one that is set, and the one that this request was sent to, as on a network where
    the product has several names."""
    base = settings.current().origin
    host = request.headers.get("host", "")
    return {base, f"{urlsplit(base).scheme}://{host}"} if host else {base}


def client_ip(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Always a valid address, whatever was sent."""
    return str(of_scope(request.scope, settings.current().trusted_proxies))


def of_scope(scope: Any, trusted: Sequence[Network]) -> Address:
    """Walks X-Forwarded-For from the right, past trusted hops, to the first that is not."""
    peer = peer_of(scope)
    if not (trusted and _is_in(peer, trusted)):
        return peer
    here = peer
    for hop in _hops(scope["headers"]):
        address = parse(hop)
        if address is None:
            return peer
        here = address
        if not _is_in(address, trusted):
            break
    return here


def peer_of(scope: Any) -> Address:
    client = scope.get("client")
    return (parse(str(client[0])) if client else None) or LOCAL


@remembered
def parse(text: str) -> Address | None:
    """Takes 1.2.3.4, 1.2.3.4:80, ::1, [::1] and [::1]:80; a zone (%eth0) is no address."""
    text = text.strip()
    if text.startswith("["):
        text, closing, rest = text[1:].partition("]")
        if not closing or (rest and not _is_port(rest)):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not _is_port(f":{port}"):
            return None
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (address.version == 6 and address.ipv4_mapped) or address


def on_record(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address for log and audit: its network, or the whole if the operator wants it."""
    return on_record_of(request.scope)


def on_record_of(scope: Any) -> str:
    current = settings.current()
    client = of_scope(scope, current.trusted_proxies)
    return str(client) if current.log_full_ip else truncated(client)


@remembered
def truncated(address: Address) -> str:
    """The network of an address: enough to see an attack, too little to point at a person."""
    width = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, width), strict=False))


def _hops(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """From the nearest hop to the farthest. Nothing at all when the header is absurdly long."""
    values = [value for name, value in headers if name == b"x-forwarded-for"]
    joined = b",".join(values)
    if not joined or len(joined) > MAX_HEADER_BYTES:
        return []
    return joined.decode("latin-1").split(",")[: -MAX_HOPS - 1 : -1]


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text[0] == ":" and digits.isascii() and digits.isdigit() and len(digits) <= 5
