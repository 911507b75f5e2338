"""The log of deliveries (投递记录), and replaying failed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post

from app import deliveries
from app.deliveries import log, named
from app.deliveries.forecast import forecast
from app.deliveries.replayed import still_waiting
from app.errors import NotFound
from app.hours.schedule import zones
from app.reading import dates
from app.reading.uids import uid_or_none
from web.console import delivery_words
from web.console.auth import AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.polled import unless_known
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/deliveries"
ROWS = 50
REFERENCE_MAX = 32
TABS = {
    "": N_("All"),
    "failed": N_("Failed"),
    "pending": N_("Waiting or on the way"),
    "sent": N_("Delivered"),
    "cancelled": N_("Not sent"),
    "test": N_("Tests"),
}
DONE = {
    "replayed": N_("It waits to be sent once more."),
    "replaying": N_("They wait to be sent once more."),
    "stopped": N_("Stopped. What had not gone yet is listed as failed again."),
}


class Filter(msgspec.Struct, frozen=True):
    """The filter in the page's address; `zone` is whose days they are, where not the reader's."""

    state: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    zone: str = ""
    reference: str = ""

    def query(self, **changes: str) -> str:
        """ "?state=…", without empty values; empty when all are."""
        wanted = {**msgspec.structs.asdict(self), **changes}
        given = {name: value for name, value in wanted.items() if value}
        return f"?{urlencode(given)}" if given else ""


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[Any]:
    chosen = filter_of(request)
    cursor = request.query_params.get("cursor", "")
    context = await _context(request, desk, chosen, cursor)
    if not wants_fragment(request):
        return answer(request, "deliveries/page.html", context)
    if cursor:
        return answer(request, "deliveries/rows.html", context)
    return unless_known(request, "deliveries/log.html", context)


@get("/replay")
async def ask(request: Incoming, desk: AtDesk) -> Response[str]:
    """Asks before a replay: how many, through which channels, and for how long. Sends nothing."""
    channel, since = _channel(request.query_params), request.query_params.get("since", "")
    moment = dates.moment(since, desk.zone)
    found = await forecast(desk.org.id, channel=channel or None, since=moment)
    context = {
        **await frame(request, desk),
        **delivery_words.table(words.locale_of(request)),
        "channels": await named.channels(desk.org.id),
        "channel": channel,
        "since": since if moment else "",
        "foreseen": found,
        "total": sum(each.count for each in found),
        "minutes": max((each.minutes for each in found), default=0),
        "may_act": desk.may_act,
    }
    return answer(request, "deliveries/replay.html", context)


@post("/replay", status_code=200)
async def replay(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    channel, since = _channel(form), dates.moment(form.get("since", ""), desk.zone)
    _must_be_meant(form, channel=channel, since=since)
    await deliveries.replay(
        desk.org.id,
        channel=channel or None,
        since=since,
        as_sent=form.get("as_sent") == "1",
        by=desk.by,
    )
    return see(f"{HERE}{Filter(state='pending', channel=channel).query(done='replaying')}")


@post("/replay/stop", status_code=200)
async def stop(request: Incoming, desk: AtDesk) -> Response[Any]:
    channel = _channel(form_of(request))
    _must_be_meant(form_of(request), channel=channel)
    await deliveries.stop_replay(desk.org.id, channel=channel or None, by=desk.by)
    return see(f"{HERE}{Filter(state='failed', channel=channel).query(done='stopped')}")


def _must_be_meant(form: Mapping[str, str], **read: Any) -> None:
    """Raises NotFound for unreadable values, which must not mean "all"."""
    if any(form.get(name) and not value for name, value in read.items()):
        raise NotFound


def filter_of(request: Incoming) -> Filter:
    asked = request.query_params
    state = asked.get("state", "")
    return Filter(
        state=state if state in TABS else "",
        channel=_channel(asked),
        since=dates.shown(asked.get("since", "")),
        until=dates.shown(asked.get("until", "")),
        zone=asked["zone"] if asked.get("zone") in zones() else "",
        reference=asked.get("reference", "").strip()[:REFERENCE_MAX],
    )


async def _context(request: Incoming, desk: Desk, chosen: Filter, cursor: str) -> dict[str, Any]:
    locale, zone = words.locale_of(request), desk.zone
    wanted = _wanted(desk, chosen)
    page = await log.listed(desk.org.id, wanted, limit=ROWS, cursor=cursor)
    counts = await log.counts(desk.org.id, wanted)
    return {
        **await frame(request, desk),
        **delivery_words.table(locale),
        "filter": chosen,
        "query": chosen.query(),
        "rows": page.items,
        "waits": {
            row.uid: delivery_words.waiting(locale, zone, row, page.now) for row in page.items
        },
        "more": f"{HERE}{chosen.query(cursor=page.next_cursor)}" if page.next_cursor else "",
        "cursor": cursor,
        "tallies": counts,
        "tabs": _tabs(locale, chosen, counts),
        "live": counts.pending > 0 and not cursor,
        "replaying": await still_waiting(desk.org.id, channel=chosen.channel or None),
        "channels": await named.channels(desk.org.id),
        "may_act": desk.may_act,
        "flash": flash(request, DONE),
    }


def _tabs(locale: str, chosen: Filter, counts: log.Counts) -> list[tuple[str, str, str, str]]:
    """(state, words, count, address) of each tab."""
    return [
        (
            state,
            words.say(locale, text),
            _told(getattr(counts, state)) if state else "",
            f"{HERE}{chosen.query(state=state)}",
        )
        for state, text in TABS.items()
    ]


def _told(count: int) -> str:
    return str(count) if count < log.COUNTED_MAX else f"{log.COUNTED_MAX - 1}+"


def _wanted(desk: Desk, chosen: Filter) -> log.Filter:
    zone = chosen.zone or desk.zone
    return log.Filter(
        state=chosen.state,
        channel=chosen.channel,
        since=dates.midnight(dates.iso_day(chosen.since), zone),
        until=dates.midnight(dates.iso_day(chosen.until), zone, days=1),
        reference=chosen.reference,
    )


def _channel(given: Mapping[str, str]) -> str:
    """A valid uid, or empty."""
    return str(uid_or_none(given.get("channel", "")) or "")


router = console(HERE, [listing, ask, replay, stop])
