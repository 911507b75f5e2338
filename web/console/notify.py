"""Many messages are told again, once somebody has said yes to what that means."""

from __future__ import annotations

from typing import Any

from litestar import Response, post

from app.errors import Conflict, Invalid
from app.messages import long_acts
from web.console.auth import AtDesk, console
from web.console.inbox import after, refused, ticked
from web.console.inbox_filter import filter_of
from web.http.request import Incoming


@post("/", status_code=200)
async def notify(request: Incoming, desk: AtDesk) -> Response[Any]:
    chosen = filter_of(request)
    try:
        meant = await ticked(request, desk, chosen)
        done = await long_acts.notify_all(desk.org.id, meant, by=desk.by)
    except (Invalid, Conflict) as error:
        return await refused(request, desk, chosen, error)
    return await after(request, desk, chosen, done, what="notified")


router = console("/inbox/notify", [notify])
