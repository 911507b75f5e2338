"""Reads request headers; never raises, whatever a client sends.

Litestar itself reads addresses and cookies; every other header that `web` parses is read here, or
is only compared as text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from app.text import clean_line
from web.http import prefix

Connection = ASGIConnection[Any, Any, Any, Any]


def by_htmx(request: Connection) -> bool:
    return request.headers.get("hx-request") == "true"


def place(request: Connection, name: str) -> str:
    """Path and query of the address in a header, as they are inside; empty when it is none."""
    try:
        parts = urlsplit(request.headers.get(name, ""))
    except ValueError:
        return ""
    path = prefix.within(str(request.scope.get(prefix.BELOW, "")), parts.path)
    return f"{path}?{parts.query}" if parts.query else path


def here(request: Connection) -> str:
    """Path and query of the request itself. Litestar's `request.url` would parse the Host
    header."""
    path: str = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def knows(request: Connection, tag: str) -> bool:
    """Whether If-None-Match has this ETag, which is given with its quotes."""
    return listed(request.headers.getall("if-none-match", []), tag)


def listed(given: Iterable[str], tag: str) -> bool:
    """Whether these values of If-None-Match have this ETag."""
    known = ",".join(given).split(",")
    return any(each.strip().removeprefix("W/") in {tag, "*"} for each in known)


def takes_gzip(request: Connection) -> bool:
    """Whether Accept-Encoding allows gzip; a weight of 0 means no."""
    for entry in ",".join(request.headers.getall("accept-encoding", [])).split(","):
        coding, _, weight = entry.partition(";")
        if coding.strip().lower() in {"gzip", "*"}:
            return weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def line(request: Connection, name: str) -> str:
    """A header as clean text that a database can store, read as UTF-8 where it is."""
    text = request.headers.get(name, "")
    if text.isascii():
        return clean_line(text)
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return clean_line(text)
