"""One delivery: every try, the answer, the text that was sent, and its replay."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import deliveries
from app.deliveries import detail
from app.deliveries.detail import Detail
from app.deliveries.replayed import OVER
from app.errors import Conflict
from web.console import delivery_words
from web.console.auth import AtDesk, Desk, console
from web.console.deliveries import (
    DONE,
    HERE,
    Filter,
    filter_of,
)
from web.console.flash import Banner, flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await _draw(request, desk, await detail.one(desk.org.id, uid))


@get("/{uid:str}/again")
async def ask(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    """Asks before a replay, since a channel that has it gets it twice."""
    found = await detail.one(desk.org.id, uid)
    return await _draw(request, desk, found, template="deliveries/again.html")


@post("/{uid:str}/replay", status_code=200)
async def replay(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """`from` says where the button was: then the list is shown again with its filters."""
    form = form_of(request)
    found = await detail.one(desk.org.id, uid)
    if found.delivery.state == "sent" and form.get("sure") != "1":
        return see(f"{HERE}/{uid}/again")
    try:
        await deliveries.replay(
            desk.org.id, delivery=uid, as_sent=form.get("as_sent") == "1", by=desk.by
        )
    except Conflict as error:
        text = words.say(words.locale_of(request), error.detail)
        banner = Banner("warn", "triangle-alert", text)
        return await _draw(request, desk, found, banner=banner, status=409)
    if form.get("from") == "list":
        return see(f"{HERE}{filter_of(request).query(done='replayed')}")
    return see(f"{HERE}/{uid}{Filter().query(done='replayed')}")


async def _draw(
    request: Incoming,
    desk: Desk,
    found: Detail,
    *,
    banner: Banner | None = None,
    status: int = 200,
    template: str = "deliveries/detail.html",
) -> Response[str]:
    locale, zone = words.locale_of(request), desk.zone
    row = found.delivery
    context = {
        **await frame(request, desk),
        **delivery_words.table(locale),
        "found": found,
        "row": row,
        "waits": delivery_words.waiting(locale, zone, row, found.now),
        "recipients": delivery_words.recipients(locale, found.recipients),
        "withdrawals": [
            (delivery_words.withdrawn(locale, each), each.done_at) for each in found.recalls
        ],
        "by_hand": {each.dispatch for each in found.tries if each.dispatch} - _first(found),
        "can_replay": not row.test and row.state in OVER and row.channel_on and desk.may_act,
        "banner": banner,
        "flash": flash(request, DONE),
    }
    return answer(request, template, context, status=status)


def _first(found: Detail) -> set[str | None]:
    """The first dispatch; later ones are replays."""
    return {found.tries[0].dispatch} if found.tries else set()


router = console(HERE, [page, ask, replay])
