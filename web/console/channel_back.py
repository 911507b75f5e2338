"""Restoring a removed channel, and sending the notices that a broken one missed."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from app import channel_settings, deliveries
from app.errors import Invalid
from web.console.auth import ADMINS, AtDesk, console
from web.console.endpoints import home, page_of
from web.console.frame import CHANNELS
from web.http.render import see
from web.http.request import Incoming


@post("/{uid:str}/bring-back", status_code=200)
async def bring_back(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await channel_settings.restore(desk.org.id, uid, by=desk.by)
    except Invalid as error:
        return await page_of(request, desk, uid, error=error)
    return see(f"{await home(desk, uid)}?done=back")


@post("/{uid:str}/resend", status_code=200)
async def resend(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Sends what the channel missed; deliveries that wait already are not doubled."""
    await channel_settings.channel(desk.org.id, uid)
    count = await deliveries.replay(desk.org.id, channel=uid, missed=True, by=desk.by)
    return see(f"{await home(desk, uid)}?done={'resent' if count else 'nothing'}")


router = console(CHANNELS, [bring_back, resend], readers=ADMINS, writers=ADMINS)
