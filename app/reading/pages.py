"""Addresses of web pages, as browsers report them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.ASCII)


def site_of(address: str) -> str:
    """Its host, with the port if it names one, in lower case; empty for what is no web address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.casefold() not in {"http", "https"}:
        return ""
    return parts.netloc.rpartition("@")[2].casefold()


def host_of(typed: str) -> str:
    """The host that somebody named, as browsers report it: from an address, a name or `*.name`, in
    any script. Empty for what names none."""
    text = typed.strip().casefold()
    address = text if "://" in text else f"https://{text}"
    name, colon, port = site_of(address.replace("://*.", "://", 1)).partition(":")
    try:
        host = name.rstrip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    return f"{host}{colon}{port}" if HOST.fullmatch(host) and (port.isdigit() or not colon) else ""


def is_of(site: str, host: str) -> bool:
    """Whether a site is that host or a part of it (shop.example.com of example.com). A host without
    a port means all ports."""
    if ":" not in host:
        site = site.partition(":")[0]
    return site == host or site.endswith(f".{host}")
