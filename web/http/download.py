"""A file that the browser saves, sent as it is made."""

from __future__ import annotations

from urllib.parse import quote

from litestar.response import Stream

from app.messages.export.wish import Export


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
