"""System settings, events (系统设置 → 事件推送): the endpoints that other programs are told at."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.channel_settings import signing
from app.channel_settings.read import channel, kind_of, read, removed_entries
from app.channels.kinds import events_only
from app.deliveries.trial import Tested
from app.errors import Invalid
from app.feed.catalogue import TYPES
from app.feed.read import DAYS
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_faults import sentences
from web.console.channel_list import flash_of, home_of, lines, list_page, name_of
from web.console.frame import ENDPOINTS, frame
from web.http import words
from web.http.bodies import form_of
from web.http.operation import PREFIX
from web.http.render import answer, see
from web.http.request import Incoming


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    return await endpoints_page(request, desk)


@post("/{uid:str}/renew", status_code=200)
async def renew(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    """Shows the new secret, once."""
    pair = form_of(request).get("pair") == "yes"
    made = await signing.renew(desk.org.id, uid, pair=pair, by=desk.by)
    context = {
        **await frame(request, desk),
        "channel": await channel(desk.org.id, uid),
        "made": made,
        "keys": await signing.keys(desk.org.id, uid),
    }
    return answer(request, "endpoints/renewed.html", context)


@post("/{uid:str}/end", status_code=200)
async def end(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await signing.end(desk.org.id, uid, by=desk.by)
    return see(f"/settings/channels/{uid}?done=ended")


async def endpoints_page(
    request: Incoming,
    desk: Desk,
    *,
    error: Invalid | None = None,
    tested: dict[str, Tested] | None = None,
    missing: str = "",
    status: int = 422,
) -> Response[str]:
    locale = words.locale_of(request)
    mine = events_only((await read(desk.org.id))["notifications"])
    gone = events_only(await removed_entries(desk.org.id))
    context = {
        **await frame(request, desk),
        "alarms": [],
        **await lines(request, desk, mine),
        "flash": await flash_of(request, desk, "channels"),
        "removed": [(each, name_of(locale, each)) for each in gone],
        "problems": sentences(locale, error, {}),
        "tested": tested or {},
        "missing": missing,
        "types": [(each.name, words.say(locale, each.means)) for each in TYPES],
        "path": f"{PREFIX}/events",
        "days": DAYS,
    }
    return answer(request, "endpoints/list.html", context, status=status if error else 200)


async def home(desk: Desk, uid: str) -> str:
    """The list that a channel is in. Raises NotFound."""
    return home_of(await kind_of(desk.org.id, uid))


async def page_of(request: Incoming, desk: Desk, uid: str, **more: Any) -> Response[str]:
    """That list."""
    page = endpoints_page if await home(desk, uid) == ENDPOINTS else list_page
    return await page(request, desk, **more)


router = console(ENDPOINTS, [listing, renew, end], readers=ADMINS, writers=ADMINS)
