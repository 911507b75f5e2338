"""Where a URL or a mail host leads, by its text alone: nothing is resolved here."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from ipaddress import IPv4Address
from urllib.parse import SplitResult, quote

import httpx
import msgspec

from app import own_address
from app.egress.addresses import Address, Rules, canonical, is_public
from app.egress.refused import UrlRefused
from app.own_address import is_internal

MAX_URL = 8000
"""With the query that a GET carries. Settings hold shorter ones."""
MAX_NAME = 253

# Ports that need no entry in the operator's list.
USUAL_PORTS: dict[str, tuple[int, ...]] = {
    "https": (443,),
    "http": (),
    "smtp": (25, 465, 587, 2525, 143, 993),
}
DEFAULT_PORT = {"https": 443, "http": 80}

# Parsers disagree about these, which attackers use.
FORBIDDEN = re.compile(r'[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\<>"{}|^`]')
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# The C library reads a name whose last part is a number as an address in many notations.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Target(msgspec.Struct, frozen=True):
    """`host` is ASCII and lower case, without brackets or a final dot; `path` includes the
    query."""

    scheme: str
    host: str
    port: int
    address: Address | None = None
    path: bytes = b"/"

    def __repr__(self) -> str:
        return f"Target({self.scheme}, {self.host}, {self.port})"  # The path is a credential.

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT.get(self.scheme) else f"{host}:{self.port}"

    @property
    def listed_only(self) -> bool:
        """True if only addresses on the operator's list are allowed."""
        unusual_port = self.port not in USUAL_PORTS[self.scheme]
        return unusual_port or (self.address is None and is_internal(self.host))


@functools.lru_cache(maxsize=256)
def read_url(url: str) -> Target:
    """By its text alone, so the same each time. Raises UrlRefused."""
    if len(url) > MAX_URL:
        raise UrlRefused("url_length", limit=str(MAX_URL))
    if FORBIDDEN.search(url):
        raise UrlRefused("url_characters")
    if "#" in url:
        raise UrlRefused("url_fragment")
    parts = own_address.split(url)
    if parts is None or not parts.hostname:
        raise UrlRefused("url_syntax")
    if parts.scheme not in DEFAULT_PORT:
        raise UrlRefused("url_scheme")
    if "@" in parts.netloc:
        raise UrlRefused("url_userinfo")
    host, address = _read_host(_agreed_host(url, parts))
    return Target(parts.scheme, host, _port(parts), address, _path(parts))


def read_mail_host(host: str, port: int) -> Target:
    if FORBIDDEN.search(host) or re.search("[/?#@]", host):
        raise UrlRefused("host_syntax")
    if not 0 < port < 65536:
        raise UrlRefused("url_port", port=str(port), ports=_ports("smtp"))
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    name, address = _read_host(host if host.isascii() else _ascii(host))
    return Target("smtp", name, port, address)


def check(rules: Rules, target: Target, hosts: Collection[str] | None = None) -> None:
    """Raises UrlRefused. What the operator's list opens passes; else `hosts` are the only ones
    allowed."""
    if target.address is not None and rules.lists(target.address, target.port):
        return
    if target.address is None and target.listed_only and rules.opens(target.port):
        return  # Its addresses are checked against the list when it is resolved.
    if target.scheme == "http":
        raise UrlRefused("url_scheme")
    if target.address is None and is_internal(target.host):
        raise UrlRefused("host_internal")
    if target.address is not None and not is_public(target.address):
        raise UrlRefused("host_private")
    if target.listed_only:
        raise UrlRefused("url_port", port=str(target.port), ports=_ports(target.scheme))
    if hosts is not None and target.host not in hosts:
        raise UrlRefused("host_vendor", hosts=", ".join(sorted(hosts)))


def _ports(scheme: str) -> str:
    return ", ".join(map(str, USUAL_PORTS[scheme]))


def _port(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORT[parts.scheme]


def _path(parts: SplitResult) -> bytes:
    """The path and query as typed; only non-ASCII is escaped."""
    text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(text, safe=PRINTABLE).encode("ascii")


def _agreed_host(url: str, parts: SplitResult) -> str:
    """The host in ASCII. Raises UrlRefused when two parsers find different ones: such a URL is an
    attack."""
    host = (parts.hostname or "").lower()
    other = _other_parser(url)
    if other is None or (other[0], other[2]) != (parts.scheme, _port(parts)):
        raise UrlRefused("url_syntax")
    expected = host if host.isascii() else _ascii(host)
    if other[1] != expected or ("[" in parts.netloc) != (":" in host):
        raise UrlRefused("host_syntax")
    return expected


def _ascii(host: str) -> str:
    """Raises UrlRefused for dots of other scripts, which could turn a name into an address."""
    found = _other_parser(f"https://{host}/")
    if found is None or found[1].count(".") != host.count("."):
        raise UrlRefused("host_syntax")
    return found[1]


def _other_parser(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port by httpx, else None. `raw_host`, because `host` fails on some existing
    names."""
    try:
        parsed = httpx.URL(url)
        port = DEFAULT_PORT[parsed.scheme] if parsed.port is None else parsed.port
        return parsed.scheme, parsed.raw_host.decode("ascii").lower(), port
    except Exception:  # It raises its own, the IDNA package's and plain ValueErrors.
        return None


def _read_host(host: str) -> tuple[str, Address | None]:
    address = _literal(host)
    if address is not None:
        return host, address
    name = host.lower().removesuffix(".")
    labels = name.split(".")
    if NUMBER.fullmatch(labels[-1]) or len(name) > MAX_NAME:
        raise UrlRefused("host_syntax")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise UrlRefused("host_syntax")
    return name, None


def _literal(host: str) -> Address | None:
    """An IPv4 address in canonical form or IPv6 without a zone; None for anything else."""
    try:
        return canonical(host) if ":" in host else IPv4Address(host)
    except ValueError:
        return None
