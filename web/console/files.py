"""Visitors' pictures and files, for who is signed in and may see the message."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app import messages
from app.errors import Conflict
from app.files import read
from web.console.auth import AtDesk, console
from web.console.flash import Banner
from web.console.frame import frame
from web.http import words
from web.http.download import kept_file, shown_picture
from web.http.render import answer
from web.http.request import Incoming


@get("/{uid:str}")
async def file(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Only ever saved, never shown: it is whatever a stranger has sent."""
    found = await read.one(desk.org.id, uid)
    try:
        return kept_file(found.name, await read.content(found))
    except Conflict as error:
        said = words.say(words.locale_of(request), error.detail, error.facts)
        context = {
            **await frame(request, desk),
            "banner": Banner("err", "circle-alert", said),
            "message": await messages.one(desk.org.id, str(found.message)),
        }
        return answer(request, "inbox/no_file.html", context, status=409)


@get("/{uid:str}/small")
async def small(desk: AtDesk, uid: FromPath[str]) -> Response[bytes]:
    """The small picture, drawn by us."""
    return shown_picture(await read.small(await read.one(desk.org.id, uid)))


router = console("/files", [file, small])
