"""CORS: pages of sites that may show the form may read the answer."""

from __future__ import annotations

from typing import Any

from litestar import Request

from app.widget.hosts import allows
from app.widget.setup import Setup

# Key in a request's state for the headers of who may read its answer, errors included.
READERS = "readers"
ANY_SITE = {"Access-Control-Allow-Origin": "*"}


def readers(request: Request[Any, Any, Any], setup: Setup) -> dict[str, str]:
    """The CORS headers, without credentials, so that a page learns no more than anybody."""
    if setup.embedding == "any":
        return ANY_SITE
    origin = request.headers.get("origin", "")
    allowed = {"Access-Control-Allow-Origin": origin} if allows(setup, origin) else {}
    return {"Vary": "Origin", **allowed}
