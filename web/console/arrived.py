"""What the link in a test message opens: whoever reads the test says that it arrived. No sign-in;
only the button changes something, so that a platform's preview of the link does not."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app import channel_settings
from app.channel_settings import arrival
from app.channels.kinds import KINDS
from app.deliveries.rows import ChannelRow
from app.errors import NotFound
from web.console import auth
from web.console.login_form import languages
from web.http import told, words
from web.http.render import answer
from web.http.request import Incoming


@get("/{uid:str}")
async def page(request: Incoming, uid: FromPath[str]) -> Response[str]:
    return _page(request, await _opened(request, uid))


@post("/{uid:str}", status_code=200)
async def confirm(request: Incoming, uid: FromPath[str]) -> Response[Any]:
    channel = await _opened(request, uid)
    if channel is not None:
        await channel_settings.arrived(
            channel.organization, str(channel.id), seen=True, by=arrival.BY_LINK
        )
    return _page(request, channel, done=True)


async def _opened(request: Incoming, uid: str) -> ChannelRow | None:
    try:
        return await arrival.of_link(uid, request.query_params.get("k", ""))
    except NotFound:
        return None


def _page(request: Incoming, channel: ChannelRow | None, *, done: bool = False) -> Response[str]:
    locale, own = words.locale_of(request), told.here(request)
    name = channel and (channel.name or words.say(locale, KINDS[channel.kind].label))
    context = {
        "channel": name,
        "done": done,
        "action": own,
        "languages": languages(request, own),
    }
    return answer(request, "arrived.html", context, status=200 if channel else 404)


router = Router("/arrived", route_handlers=[page, confirm], guards=[auth.from_our_own_pages])
