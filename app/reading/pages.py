"""Addresses of web pages, as browsers report them."""

from __future__ import annotations

from urllib.parse import urlsplit


def site_of(address: str) -> str:
    """Its host, with the port if it names one, in lower case; empty for what is no web address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.casefold() not in {"http", "https"}:
        return ""
    return parts.netloc.rpartition("@")[2].casefold()
