"""Visitors' pictures and files, for who is signed in and may see the message."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from app.files import read
from web.console.auth import AtDesk, console
from web.http.download import kept_file, shown_picture


@get("/{uid:str}")
async def file(desk: AtDesk, uid: FromPath[str]) -> Response[bytes]:
    """Only ever saved, never shown: it is whatever a stranger has sent."""
    found = await read.one(desk.org.id, uid)
    return kept_file(found.name, await read.content(found))


@get("/{uid:str}/small")
async def small(desk: AtDesk, uid: FromPath[str]) -> Response[bytes]:
    """The small picture, drawn by us."""
    return shown_picture(await read.small(await read.one(desk.org.id, uid)))


router = console("/files", [file, small])
