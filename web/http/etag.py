"""ETags, and the answer to a client that has the page already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from litestar import Response

from web.http import told

DIGITS = 16


def etag(content: bytes) -> str:
    """With its quotes, as in the header."""
    return f'"{hashlib.sha256(content).hexdigest()[:DIGITS]}"'


def polled(content: bytes) -> dict[str, str]:
    """The headers of a fragment that htmx polls; it sends HX-PTag back."""
    tag = etag(content)
    return {"ETag": tag, "HX-PTag": tag.strip('"')}


def unchanged(request: told.Connection, headers: Mapping[str, str]) -> Response[Any] | None:
    """304 with these headers if the client already has what their ETag names."""
    by_htmx = headers.get("HX-PTag", "")
    known = told.knows(request, headers["ETag"])
    if not known and not (by_htmx and request.headers.get("hx-ptag") == by_htmx):
        return None
    return Response(b"", status_code=304, headers=dict(headers))
