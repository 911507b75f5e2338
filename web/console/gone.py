"""What is not there any more when somebody asks to be rid of it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from litestar import Response

from app.errors import NotFound
from web.http.render import see


async def unless_gone(act: Awaitable[None], done: str, otherwise: str) -> Response[Any]:
    """Leads to `done`, or to the page as it is where another tab has done it already."""
    try:
        await act
    except NotFound:
        return see(otherwise)
    return see(done)
