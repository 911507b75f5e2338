"""While the operator maintains the installation, visitors are served and everybody else waits."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app import maintenance
from web.http.faults import Refused
from web.http.request import MAIL
from web.http.words import N_

SERVED = (
    "web.visitor.",
    "web.http.",
    "web.api.leave",
    "web.api.presence",
    "web.api.openapi",
    "web.reference",
)
"""Modules of visitors, of the site around them, and of whoever looks after the processes."""
AFTER = 60
SAID = N_(
    "The desk is being maintained. What visitors write is taken meanwhile, and notices go out"
    " afterwards. Try again in a few minutes."
)


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises Refused. Mail that comes in is taken, too."""
    # The framework wraps what runs in a thread.
    handles = getattr(handler.fn, "func", handler.fn)
    if handles.__module__.startswith(SERVED) or connection.scope["path"].startswith(MAIL):
        return
    if await maintenance.is_on():
        raise Refused(503, "maintenance", SAID, headers={"Retry-After": str(AFTER)})
