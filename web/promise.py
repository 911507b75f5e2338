"""How soon an answer is promised, beside the office hours that it is counted in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post

from app import promise
from web.auth import ADMINS, AtDesk, console, see
from web.bodies import form_of

HERE = "/settings/hours"


@post("/promise", status_code=200)
async def save(request: Request[Any, Any, Any], desk: AtDesk) -> Response[Any]:
    """What is no number is refused like one that is too large."""
    given = form_of(request).get("reply_hours", "").strip()
    value = int(given) if given.isascii() and given.isdigit() else None
    if given and value is None:
        value = 0
    await promise.set_reply_hours(desk.org.id, value, by=desk.by)
    return see(f"{HERE}?done=promise")


router = console(HERE, [save], readers=ADMINS, writers=ADMINS)
