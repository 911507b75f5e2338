"""The promised time for an answer, counted in office hours."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post

from app.errors import Invalid
from app.presence import promise
from web.console.auth import ADMINS, AtDesk, console
from web.console.filled import whole_number
from web.console.hours import HERE, draw
from web.http.bodies import form_of
from web.http.render import see


@post("/promise", status_code=200)
async def save(request: Request[Any, Any, Any], desk: AtDesk) -> Response[Any]:
    """Text that is no number is refused as out of range."""
    form = form_of(request)
    given = whole_number(form.get("reply_hours", ""))
    value = 0 if isinstance(given, str) else given
    try:
        await promise.set_reply_hours(desk.org.id, value, by=desk.by)
    except Invalid as error:
        return await draw(request, desk, error=error, form=form)
    return see(f"{HERE}?done=promise")


router = console(HERE, [save], readers=ADMINS, writers=ADMINS)
