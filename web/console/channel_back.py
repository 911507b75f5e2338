"""Restoring a removed channel, and sending the notices that a broken one missed."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from app import channel_settings, deliveries
from app.errors import Invalid
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_form import home_of
from web.console.channel_list import list_page
from web.console.frame import CHANNELS
from web.http.render import see
from web.http.request import Incoming


@post("/{uid:str}/bring-back", status_code=200)
async def bring_back(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await channel_settings.restore(desk.org.id, uid, by=desk.by)
    except Invalid as error:
        return await list_page(request, desk, error=error)
    return see(f"{await _home(desk, uid)}?done=back")


@post("/{uid:str}/resend", status_code=200)
async def resend(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Sends what the channel missed; deliveries that wait already are not doubled."""
    await channel_settings.channel(desk.org.id, uid)
    count = await deliveries.replay(desk.org.id, channel=uid, missed=True, by=desk.by)
    return see(f"{await _home(desk, uid)}?done={'resent' if count else 'nothing'}")


async def _home(desk: Desk, uid: str) -> str:
    return home_of((await channel_settings.channel(desk.org.id, uid))["type"])


router = console(CHANNELS, [bring_back, resend], readers=ADMINS, writers=ADMINS)
