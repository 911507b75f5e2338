"""How the settings name where the product stands, and other servers."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
INTERNAL = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".private"),
    *(".corp", ".home", ".lan", ".home.arpa", ".domain", ".workgroup"),
)


def split(url: str) -> SplitResult | None:
    """None for what is no address at all."""
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def origin(text: str, *, below: bool = False) -> SplitResult | None:
    """Of http or https; None when it is something else. `below`: it may have a path, too."""
    parts = split(text)
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    if below and PATH.fullmatch(parts.path):
        parts = parts._replace(path="")
    more = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    return parts if parts.hostname and not more else None


def is_internal(name: str) -> bool:
    return "." not in name or name.endswith(INTERNAL)


def reach_of(host: str) -> str:
    """From where a host can be reached: "machine", "network" or "world"."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return "machine"
        return "network" if is_internal(host) else "world"
    if address.is_loopback or address.is_unspecified:
        return "machine"
    return "world" if address.is_global else "network"
