"""A file that the browser saves: sent as it is made, or as a stranger has sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import quote

from litestar import Response
from litestar.response import Stream

from app.messages.export.wish import Export
from web.http.faults import Refused
from web.http.request import Incoming
from web.http.words import N_

T = TypeVar("T")
CAGED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""A browser that opens it all the same runs nothing of it."""


async def while_there(request: Incoming, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns; when the client leaves before, it is cancelled, and Refused raised."""
    making, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((making, gone), return_when=asyncio.FIRST_COMPLETED)
        if making.done():
            return making.result()
        raise Refused(400, "disconnected", N_("The client left before the answer was made."))
    finally:
        making.cancel()
        gone.cancel()
        await asyncio.wait((making, gone))


async def _gone(request: Incoming) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def kept_file(name: str, content: bytes) -> Response[bytes]:
    """Only ever saved, never shown, whatever it is."""
    saved_as = quote(name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{saved_as}",
        **CAGED,
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def shown_picture(content: bytes) -> Response[bytes]:
    """One that we have drawn ourselves."""
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    headers = {**CAGED, "Cache-Control": "private, max-age=86400"}
    return Response(content, media_type=kind, headers=headers)


def saved(export: Export) -> Stream:
    """What breaks off does not look complete: without a length it is sent in chunks, of which the
    last is missing then."""
    name = quote(export.name, safe="")
    headers = {
        # Of the two, browsers take the second; the first is for what is older than RFC 6266.
        "Content-Disposition": (
            f"attachment; filename=\"{export.plain_name}\"; filename*=UTF-8''{name}"
        )
    }
    if export.length is not None:
        headers["Content-Length"] = str(export.length)
    return Stream(export.pieces, media_type=export.media_type, headers=headers)
