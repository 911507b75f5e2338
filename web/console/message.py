"""One message: everything known about it, and an agent's actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import deliveries, messages
from app.channels.kinds import KINDS
from app.errors import Conflict, Invalid
from app.messages import Row, Sent, Shown, remarks
from app.reading import phones
from web.console.auth import AtDesk, Desk, console
from web.console.delivery_words import PURPOSES, REASONS, SIGNS, STATES, TRIED
from web.console.frame import Flash
from web.console.inbox import (
    OUTCOMES,
    SOURCES,
    Filter,
    count_context,
    filter_of,
    list_context,
)
from web.http import browsers, words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

SPAM_REASONS = {
    "trap": N_("it filled in a field that people do not see."),
    "fast": N_("it was sent sooner than a person can write."),
    "links": N_("it has more than two links."),
    "blocked": N_("it has one of your blocked words."),
    "same_text": N_("the same text came from several addresses."),
    "flood": N_("more messages came in a minute than people write."),
}

DONE = {
    "handled": N_("Marked as handled."),
    "spam": N_("Marked as spam."),
    "reopened": N_("Open again."),
    "replayed": N_("It is sent once more."),
    "replied": N_("The visitor sees your reply on the page of the message."),
    "noted": N_("Noted for the team."),
}


class Banner(msgspec.Struct, frozen=True):
    kind: str
    sign: str
    text: str


class Event(msgspec.Struct, frozen=True):
    at: dt.datetime
    sign: str
    kind: str
    text: str


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    shown = await messages.show(desk.org.id, uid)
    done = request.query_params.get("done", "")
    return await _draw(request, desk, shown, done=done if done in DONE else "")


@post("/{uid:str}/read", status_code=200)
async def read(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await messages.read(desk.org.id, uid)
    chosen = filter_of(request)
    if not wants_fragment(request):
        return see(f"/inbox/{uid}{chosen.query()}")
    shown = await messages.show(desk.org.id, uid)
    context = {**await count_context(request, desk, chosen), "shown": shown}
    return answer(request, "inbox/seen.html", context)


@post("/{uid:str}/handle", status_code=200)
async def handle(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    outcome, note = form.get("outcome", ""), form.get("note", "")
    try:
        await messages.handle(desk.org.id, uid, outcome=outcome, note=note, by=desk.by)
    except Conflict:
        return await _conflict(request, desk, uid, form)
    except Invalid as error:
        return await refused(request, desk, uid, error, form)
    return await done(request, desk, uid, "handled")


@post("/{uid:str}/spam", status_code=200)
async def spam(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await messages.spam(desk.org.id, uid, by=desk.by)
    except Conflict:
        return await _conflict(request, desk, uid)
    return await done(request, desk, uid, "spam")


@post("/{uid:str}/reopen", status_code=200)
async def reopen(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await messages.reopen(desk.org.id, uid, by=desk.by)
    except Conflict:
        return await _conflict(request, desk, uid)
    return await done(request, desk, uid, "reopened")


@post("/{uid:str}/replay", status_code=200)
async def replay(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    delivery = form_of(request).get("delivery", "")
    await messages.show(desk.org.id, uid)
    if not delivery:
        raise Invalid.at("/delivery", "required", N_("Say which delivery is sent once more"))
    try:
        await deliveries.replay(desk.org.id, delivery=delivery, message=uid, by=desk.by)
    except Conflict as error:
        text = words.say(words.locale_of(request), error.detail)
        banner = Banner("warn", "triangle-alert", text)
        shown = await messages.show(desk.org.id, uid)
        return await _draw(request, desk, shown, banner=banner, status=409, acted=True)
    return await done(request, desk, uid, "replayed")


async def done(request: Incoming, desk: Desk, uid: str, what: str) -> Response[Any]:
    if not wants_fragment(request):
        query = filter_of(request).query(done=what)
        return see(f"/inbox/{uid}{query}")
    return await _draw(request, desk, await messages.show(desk.org.id, uid), done=what, acted=True)


async def _conflict(
    request: Incoming, desk: Desk, uid: str, typed: Mapping[str, str] | None = None
) -> Response[str]:
    """Somebody was faster: shows what they did. Overwrites nothing and keeps what was typed."""
    shown = await messages.show(desk.org.id, uid)
    row, locale = shown.message, words.locale_of(request)
    if row.status == "handled" and row.handled_at:
        time = words.short(locale, desk.org.timezone, row.handled_at)
        msgid = N_("{name} already marked this as handled ({time}). Nothing was changed.")
        text = words.say(locale, msgid, {"name": row.handled_by, "time": time})
    else:
        text = words.say(locale, N_("This was done already. Nothing was changed."))
    banner = Banner("warn", "triangle-alert", text)
    return await _draw(request, desk, shown, banner=banner, status=409, acted=True, typed=typed)


async def refused(
    request: Incoming, desk: Desk, uid: str, error: Invalid, typed: Mapping[str, str]
) -> Response[str]:
    shown, locale = await messages.show(desk.org.id, uid), words.locale_of(request)
    text = " ".join(words.say(locale, each.detail, each.facts) for each in error.problems)
    banner = Banner("err", "circle-alert", text)
    return await _draw(request, desk, shown, banner=banner, status=422, typed=typed)


async def _draw(
    request: Incoming,
    desk: Desk,
    shown: Shown,
    *,
    done: str = "",
    banner: Banner | None = None,
    status: int = 200,
    acted: bool = False,
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    chosen, locale = filter_of(request), words.locale_of(request)
    partial = wants_fragment(request)
    frame = count_context if partial else list_context
    context = {
        **await frame(request, desk, chosen),
        **detail_context(locale, shown, desk.org.timezone),
        "said": await remarks.of(desk.org.id, shown.message.uid),
        "banner": banner,
        "typed": typed or {},
        "flash": _flash(locale, shown.message, done, chosen) if done else None,
    }
    part = "inbox/acted.html" if acted else "inbox/detail.html"
    template = part if partial else "inbox/page.html"
    return answer(request, template, context, status=status)


def _flash(locale: str, row: Row, done: str, chosen: Filter) -> Flash:
    can_undo = done in {"handled", "spam"} and row.status != "pending"
    undo = f"/inbox/{row.uid}/reopen{chosen.query()}" if can_undo else ""
    return Flash("ok", "circle-check", words.say(locale, DONE[done]), undo=undo)


def detail_context(locale: str, shown: Shown, zone: str) -> dict[str, Any]:
    row = shown.message
    subject = words.say(locale, N_("Your message {reference}"), {"reference": row.reference})
    return {
        "shown": shown,
        "phone_link": f"tel:{phones.dial(row.phone)}" if phones.dial(row.phone) else "",
        "email_link": f"mailto:{quote(row.email, safe='@')}?{urlencode({'subject': subject})}",
        "page_link": safe_href(row.page_url),
        "browser": browsers.name(row.user_agent) or words.say(locale, N_("unknown")),
        "safe_href": safe_href,
        "consented": lambda given: dt.datetime.fromisoformat(given["at"]),
        "sources": {name: words.say(locale, text) for name, text in SOURCES.items()},
        "spam_reasons": {name: words.say(locale, text) for name, text in SPAM_REASONS.items()},
        "timeline": timeline(locale, shown),
        "signs": SIGNS,
        "states": {name: words.say(locale, text) for name, text in STATES.items()},
        "outcome_words": {name: words.say(locale, text) for name, text in TRIED.items()},
        "purposes": {name: words.say(locale, text) for name, text in PURPOSES.items()},
        "reasons": {name: words.say(locale, text) for name, text in REASONS.items()},
        "kind_names": {kind: words.say(locale, sender.label) for kind, sender in KINDS.items()},
    }


def safe_href(text: str) -> str:
    """The address rebuilt from its parts if it is http(s), else empty."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port else place
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def timeline(locale: str, shown: Shown) -> list[Event]:
    """What happened, in order, without what still waits."""
    row = shown.message
    events = [Event(row.created_at, "inbox", "", words.say(locale, N_("Message received")))]
    events += [
        Event(other.created_at, "repeat", "", words.say(locale, N_("Said again")))
        for other in shown.repeats
    ]
    events += [_told(locale, sent) for sent in shown.deliveries if sent.done_at]
    if row.read_at:
        events.append(Event(row.read_at, "eye", "", words.say(locale, N_("First read"))))
    if row.handled_at and row.status == "handled":
        events.append(Event(row.handled_at, "check-check", "ok", _handled(locale, row)))
    return sorted(events, key=lambda event: event.at)


def _told(locale: str, sent: Sent) -> Event:
    kind = {"sent": "ok", "failed": "err"}.get(sent.state, "")
    facts = {
        "channel": sent.channel_name or words.say(locale, KINDS[sent.kind].label),
        "state": words.say(locale, STATES[sent.state]),
    }
    text = words.say(locale, N_("Notice to {channel}: {state}"), facts)
    return Event(sent.done_at or sent.due_at, SIGNS[sent.state], kind, text)


def _handled(locale: str, row: Row) -> str:
    outcome = words.say(locale, OUTCOMES.get(row.outcome, N_("Handled")))
    facts = {"name": row.handled_by, "outcome": outcome}
    return words.say(locale, N_("{name}: {outcome}"), facts)


router = console("/inbox", [page, read, handle, spam, reopen, replay])
