"""Which pages of other sites may read an answer: those that may show the form."""

from __future__ import annotations

from typing import Any

from litestar import Request

from app.widget.hosts import allows
from app.widget.setup import Setup

# The key under which a request's state says who may read its answer, errors included.
READERS = "readers"
ANY_SITE = {"Access-Control-Allow-Origin": "*"}


def readers(request: Request[Any, Any, Any], setup: Setup) -> dict[str, str]:
    """Headers; without credentials, so that a reader learns no more than anybody would."""
    if setup.embedding == "any":
        return ANY_SITE
    origin = request.headers.get("origin", "")
    allowed = {"Access-Control-Allow-Origin": origin} if allows(setup, origin) else {}
    return {"Vary": "Origin", **allowed}
