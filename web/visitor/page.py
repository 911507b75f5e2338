"""The visitor's form as a page: its contents, faults and token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from litestar import Response

from app import presence, settings
from app.at_once import AtOnce
from app.brands.shape import Brand
from app.errors import Problem, Unavailable
from app.fields import Form
from app.signed import form_token
from web.http import moments, words
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_
from web.visitor import asked, attached, questions, visit

# "Back" shows the same page: sent again it is still one message.
FRESH = {"Cache-Control": "private, no-cache"}
REDRAWN = AtOnce(2)
"""A form that is refused is drawn again in some 2 ms of the processor. If a flood's were drawn all
at once, whoever is not refused would wait for all of them at each step of the way."""
KEPT = ("page_url", "referrer", visit.ZONE)
WELCOME = N_("Tell us what you need and how to reach you; we will get back to you.")
ONLINE = N_("We are online. You can also leave a message here; we will get back to you.")
OFFLINE = N_(
    "We are offline right now. Tell us what you need and how to reach you; "
    "we will get back to you as soon as we can."
)
BACK_AT = N_(
    "We are offline right now and back at {time}. "
    "Tell us what you need and how to reach you; we will get back to you."
)


async def draw(
    request: Incoming,
    slug: str,
    brand: Brand | None,
    form: Form,
    values: dict[str, str],
    *,
    problems: list[Problem] | None = None,
    doubts: list[Problem] | None = None,
    status: int = 200,
    notice: str = "",
    after: int = 0,
) -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **visit.frame(request, slug, brand),
        **questioned(form, values, problems or [], locale, doubts=doubts),
        **await _greeting(locale, brand, visit.zone(request)),
        "usual": await visit.usual(request, brand),
        "action": visit.address(request, f"/w/{slug}"),
        "languages": visit.languages(request, f"/w/{slug}"),
        "token": _token(slug, form, values.get("token", ""), problems or []),
        "notice": words.say(locale, notice),
        "counted": f"/w/{slug}/begun",
        "begun": values.get("begun", ""),
        "held": await attached.held(brand, slug, form, values),
        "ahead": visit.address(request, f"/w/{slug}/files"),
        "after": after,
    }
    template = "leave/form.html" if wants_fragment(request) else "leave/page.html"
    status = 422 if problems or doubts else status
    headers = {**visit.HEADERS, **({} if values.get("token") else FRESH)}
    return answer(request, template, context, status=status, headers=headers)


def questioned(
    form: Form,
    values: Mapping[str, str],
    problems: list[Problem],
    locale: str,
    *,
    doubts: list[Problem] | None = None,
) -> dict[str, Any]:
    """The questions with the answers; every fault and doubt both in a summary above and at its
    field."""
    sentences = questions.sentences(form, locale, [*problems, *(doubts or [])])
    faults = dict(reversed(sentences))
    return {
        "only_doubts": bool(doubts) and not problems,
        asked.SURE: asked.seen_with(form, values, doubts or []),
        "blocks": questions.blocks(form, values, faults, locale),
        "carried": questions.carried(form, values),
        "with_files": form.files is not None,
        "values": {name: values.get(name, "") for name in KEPT},
        "problems": [(questions.target(form, name), said) for name, said in sentences],
    }


async def _greeting(locale: str, brand: Brand | None, zone: str) -> dict[str, Any]:
    """Whether somebody is there, and if not, when; nothing when unknown.

    Where the visitor's zone is not known, the time has the name of its zone, and `back` is the
    moment, for zone.js, which knows better; `back_said` is how it stands in the sentence.
    """
    said: dict[str, Any] = {"greeting": words.say(locale, WELCOME), "back": None}
    if brand is None:
        return said
    try:
        found = await presence.state(brand.org, brand=brand.id)
    except Unavailable:
        return said
    if found.state == "online":
        return {**said, "greeting": words.say(locale, ONLINE)}
    if found.next_change_at is None:
        return {**said, "greeting": words.say(locale, OFFLINE)}
    now = dt.datetime.now(dt.UTC)
    told = moments.coming if zone else moments.coming_there
    time = told(locale, zone or brand.org.timezone, found.next_change_at, now)
    return {
        "greeting": words.say(locale, BACK_AT, {"time": time}),
        "back": None if zone else found.next_change_at,
        "back_said": time,
    }


def _token(slug: str, form: Form, given: str, problems: list[Problem]) -> str:
    """The form's token, which stays on a resent page unless invalid or expired, so that it is one
    message."""
    codes = {problem.code for problem in problems}
    if "token_expired" in codes:
        # A page that was open for a day can be sent again at once.
        waited = dt.timedelta(seconds=settings.current().submit_seconds)
        return form_token.issue(slug, form.number, now=dt.datetime.now(dt.UTC) - waited)
    if given and "token_invalid" not in codes:
        return given
    return form_token.issue(slug, form.number)
