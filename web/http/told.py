"""What the headers of a request say. Whatever a client sends, reading it never raises.

Litestar reads addresses and cookies as it finds them; what is read of a header anywhere in `web`
comes through here, or is compared as text and nothing else.
"""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from app.text import clean_line

Connection = ASGIConnection[Any, Any, Any, Any]


def by_htmx(request: Connection) -> bool:
    return request.headers.get("hx-request") == "true"


def place(request: Connection, name: str) -> str:
    """Path and query of the address in a header; empty when it is none."""
    try:
        parts = urlsplit(request.headers.get(name, ""))
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def here(request: Connection) -> str:
    """Path and query of the request itself, as they came. Litestar's `request.url` would read the
    Host header for it."""
    path: str = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def knows(request: Connection, tag: str) -> bool:
    """Whether the client has what goes by this ETag, given with its quotes."""
    known = ",".join(request.headers.getall("if-none-match", [])).split(",")
    return any(each.strip().removeprefix("W/") in {tag, "*"} for each in known)


def takes_gzip(request: Connection) -> bool:
    """As Accept-Encoding says it; a weight of 0 is a no."""
    for entry in ",".join(request.headers.getall("accept-encoding", [])).split(","):
        coding, _, weight = entry.partition(";")
        if coding.strip().lower() in {"gzip", "*"}:
            return weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def line(request: Connection, name: str) -> str:
    """The text of a header as a database can keep it: bytes that are UTF-8 are read as such."""
    text = request.headers.get(name, "")
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return clean_line(text)
