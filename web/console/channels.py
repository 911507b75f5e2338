"""System settings, channels (系统设置 → 留言通知): list with health, limits, tests, switches."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import channel_settings
from app.channel_settings import taps
from app.deliveries import tempo
from app.errors import Invalid, Problem, TooMany
from web.console.auth import (
    ADMINS,
    AtDesk,
    console,
)
from web.console.channel_list import (
    TOO_MANY_TESTS,
    home_of,
    in_seconds,
    lines,
    list_page,
    name_of,
    shared,
    shown_state,
)
from web.console.endpoints import home, page_of
from web.console.filled import whole_number
from web.console.frame import CHANNELS, frame
from web.console.polled import unless_known
from web.http import words
from web.http.bodies import form_of, is_on
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    return await list_page(request, desk)


@get("/states")
async def states(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The lines of the list as they are by now, for a page that has been open for a while."""
    if not wants_fragment(request):
        return see(CHANNELS)
    return unless_known(request, "channels/states.html", await lines(request, desk))


@post(["/{uid:str}/up", "/{uid:str}/down"], status_code=200)
async def move(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    step = -1 if request.scope["path"].endswith("/up") else 1
    await channel_settings.move(desk.org.id, uid, step, by=desk.by)
    if not wants_fragment(request):
        return see(f"{CHANNELS}#line-{uid}")
    return answer(request, "channels/lines.html", await lines(request, desk))


@post("/{uid:str}/withdraw", status_code=200)
async def withdraw(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """The links in notices that went out so far."""
    await taps.withdraw(desk.org.id, uid, by=desk.by)
    return see(f"{CHANNELS}/{uid}?done=withdrawn")


@post("/limits", status_code=200)
async def limits(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    total = whole_number(form.get("rate_limit_total_per_minute", ""))
    values: dict[str, Any] = {
        "rate_limit_per_minute": whole_number(form.get("rate_limit_per_minute", "")),
        "rate_limit_total_per_minute": total,
        "dedup_window_seconds": in_seconds(form.get("dedup_minutes", "")),
    }
    try:
        await channel_settings.set_limits(desk.org.id, **values, by=desk.by)
    except Invalid as error:
        return await list_page(request, desk, form=form, error=error)
    return see(f"{CHANNELS}?done=limits")


@post("/{uid:str}/test", status_code=200)
async def test(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    egress = request.app.state.egress
    try:
        [tested] = await channel_settings.test(desk.org.id, egress, uid=uid)
    except TooMany as error:
        facts = {"n": str(error.after)}
        refused = Invalid([Problem("", "too_many", TOO_MANY_TESTS, facts)])
        return await page_of(request, desk, uid, error=refused, status=429)
    if wants_fragment(request):
        channel = await channel_settings.channel(desk.org.id, uid)
        context = {
            **shared(request, words.locale_of(request)),
            "result": tested,
            "desk": desk,
            "shown": shown_state(channel),
        }
        return answer(request, "channels/tested_here.html", context)
    return await page_of(request, desk, uid, tested={uid: tested})


@post("/{uid:str}/arrived", status_code=200)
async def arrived(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Somebody who looked says whether a test arrived."""
    seen = form_of(request).get("seen") == "yes"
    await channel_settings.arrived(desk.org.id, uid, seen=seen, by=desk.by)
    if wants_fragment(request):
        return answer(request, "channels/arrived.html", {"uid": uid, "seen": seen})
    if seen:
        return see(f"{await home(desk, uid)}?done=arrived")
    return await page_of(request, desk, uid, missing=uid)


@post("/{uid:str}/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    place, turn_on = await home(desk, uid), is_on(request)
    await channel_settings.switch(desk.org.id, uid, turn_on, by=desk.by)
    return see(f"{place}?done={'on' if turn_on else 'off'}")


@get("/{uid:str}/remove")
async def ask_to_remove(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    channel = await channel_settings.channel(desk.org.id, uid)
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "channel": channel,
        "heading": name_of(locale, channel),
        "home": home_of(channel["type"]),
        "sent": await tempo.sent_lately(desk.org.id, uid),
        "days": tempo.DAYS,
    }
    return answer(request, "channels/remove.html", context)


@post("/{uid:str}/remove", status_code=200)
async def remove(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await channel_settings.archive(desk.org.id, uid, by=desk.by)
    return see(f"{await home(desk, uid)}?done=removed&of={uid}")


router = console(
    CHANNELS,
    [listing, states, withdraw, move, limits, test, arrived, switch, ask_to_remove, remove],
    readers=ADMINS,
    writers=ADMINS,
)
