"""The visitor's private page about their message: its status, the replies, a box to add more.

Its link is the only key: signed, for one message, valid for 30 days.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app import limits, messages
from app.brands.shape import Brand
from app.erasure.gone import erased_at
from app.errors import Invalid, NotFound, TooMany
from app.files import read as files
from app.mail import stop
from app.messages import Row, masked, remarks
from app.messages.wording import WITHDRAWN
from app.reading import uids
from app.signed import status_link
from app.text import without_controls
from web.http import words
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.render import PACKED, answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_
from web.visitor import promised, questions, trouble, visit

STEPS = (
    ("received", N_("Has arrived")),
    ("working", N_("Being worked on")),
    ("handled", N_("Handled")),
)
PARTS = ("contact", "download", "withdraw", "erase")
"""What else a visitor can do, each at an address behind that of the page."""
DONE = {
    "added": N_("Added to your message."),
    "yes": N_("Thank you. Good to hear that it is solved."),
    "no": N_("Thank you for telling us. We look at it again."),
    "corrected": N_("Corrected. We reach you there from now on."),
    "withdrawn": N_("Withdrawn. Nobody works on it any more."),
    "erasure": N_("We have your request to erase it, and tell you on this page when it is done."),
    "resumed": N_("Your message stands again, and we go on with it."),
    "quiet": N_("We do not mail you about this message any more."),
}


@get("/")
async def page(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[str]:
    brand, row = await opened(request, slug, uid)
    if row is None:
        return await gone(request, slug, brand, uid)
    done = request.query_params.get("done", "")
    return await draw(request, slug, brand, row, done=done)


@post("/", status_code=200)
async def change(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    """Adds to the message, says whether it is solved, or ends mail about it."""
    brand, row = await opened(request, slug, uid)
    if row is None:
        return await gone(request, slug, brand, uid)
    form = form_of(request)
    text = form.get("text", "")
    try:
        await limits.allow_submit(client_ip(request), brand.org)
        if form.get("solved") in {"yes", "no"}:
            await remarks.judge(brand.org.id, row.uid, solved=form["solved"] == "yes")
            return see(here(request, slug, uid, form["solved"]))
        if form.get("mail") == "stop":
            await stop.stop(brand.org.id, uids.uid(row.uid))
            return see(here(request, slug, uid, "quiet"))
        await remarks.append(brand.org.id, row.uid, text, once=form.get("once", ""))
    except Invalid as error:
        return await draw(request, slug, brand, row, error=error, text=text)
    except TooMany as error:
        return await _refused(request, slug, brand, row, text, error.after)
    return see(here(request, slug, uid, "added"))


async def _refused(
    request: Incoming, slug: str, brand: Brand, row: Row, text: str, after: int
) -> Response[str]:
    """Keeps the text: with htmx on the screen, without it on the new page."""
    notice = words.say(words.locale_of(request), trouble.TOO_MANY)
    if wants_fragment(request):
        context = {"notice": notice, "after": after}
        refused = answer(request, "leave/refusal.html", context, status=429, headers=visit.HEADERS)
    else:
        refused = await draw(
            request, slug, brand, row, text=text, notice=notice, after=after, status=429
        )
    refused.set_header("Retry-After", str(after))
    return refused


def over(request: Incoming, slug: str, brand: Brand, path: str) -> Response[str]:
    """The same page for a wrong link, an old link and no message, with a link to the form. `path`
    is that of the page in each language: what is only sent to cannot be opened."""
    context = {
        **visit.frame(request, slug, brand),
        "again": visit.address(request, f"/w/{slug}"),
        "languages": visit.languages(request, path),
    }
    return answer(request, "leave/over.html", context, status=404, headers=visit.HEADERS)


async def gone(request: Incoming, slug: str, brand: Brand, uid: str) -> Response[str]:
    """Instead of a message: when it was erased, if the link was its own; nothing of it is left."""
    path, key = f"/w/{slug}/m/{uid}", request.query_params.get("k", "")
    own = status_link.opens(slug, uid, key)
    at = await erased_at(brand.org.id, uid) if own else None
    if at is None:
        return over(request, slug, brand, path)
    return erased(request, slug, brand, at, path, key)


def erased(
    request: Incoming, slug: str, brand: Brand, at: dt.datetime, path: str, key: str
) -> Response[str]:
    """`path` and `key` are those of the page in each language."""
    zone = visit.zone(request) or brand.org.timezone
    context = {
        **visit.frame(request, slug, brand),
        "again": visit.address(request, f"/w/{slug}"),
        "languages": visit.languages(request, path, k=key),
        "at": words.full(words.locale_of(request), zone, at),
    }
    return answer(request, "leave/erased.html", context, status=410, headers=visit.HEADERS)


async def opened(request: Incoming, slug: str, uid: str) -> tuple[Brand, Row | None]:
    """The message of a link that is its own; None for any other, and for what was erased."""
    brand = await visit.brand_of(request, slug)
    if not status_link.opens(slug, uid, request.query_params.get("k", "")):
        return brand, None
    try:
        row = await messages.one(brand.org.id, uid)
    except NotFound:
        return brand, None
    return brand, None if row.erased_at else row


def address(request: Incoming, slug: str, uid: str) -> str:
    return visit.address(request, f"/w/{slug}/m/{uid}", k=status_link.key(slug, uid))


def here(request: Incoming, slug: str, uid: str, done: str = "", *, part: str = "") -> str:
    """The page of the message, or a part of it, by the link that led here."""
    given = request.query_params.get("k", "")
    return visit.address(request, f"/w/{slug}/m/{uid}{part}", k=given, done=done)


async def draw(
    request: Incoming,
    slug: str,
    brand: Brand,
    row: Row,
    *,
    done: str = "",
    error: Invalid | None = None,
    text: str = "",
    notice: str = "",
    after: int = 0,
    status: int = 200,
) -> Response[str]:
    locale = words.locale_of(request)
    worked = row
    if row.status == "repeat" and row.repeat_of:
        # The first message's status; its remarks are only for the holder of its own link.
        worked = await messages.one(brand.org.id, row.repeat_of)
    said = await remarks.of(brand.org.id, row.uid, for_visitor=True)
    fault = error.problems[0] if error else None
    answered = row.solved == "yes" or any(each.author for each in said)
    withdrawn = row.outcome == WITHDRAWN
    reached = len(STEPS) if row.solved == "yes" else _reached(worked, said)
    context = {
        **visit.frame(request, slug, brand),
        "reference": row.shown_reference,
        "row": row,
        "steps": [(name, words.say(locale, label)) for name, label in STEPS],
        "reached": reached,
        "withdrawn": withdrawn,
        "parts": {part: here(request, slug, row.uid, part=f"/{part}") for part in PARTS},
        "contact": " · ".join(masked(each) for each in (row.phone, row.wechat, row.email) if each),
        "said": said,
        "sent_files": await files.of(brand.org.id, uids.uid(row.uid)) if row.files else [],
        "solved": row.solved,
        "mailed": bool(row.email)
        and any(each.author for each in said)
        and not await stop.stopped(uids.uid(row.uid)),
        "promise": "" if answered or withdrawn else await promised.sentence(request, brand, worked),
        "here": here(request, slug, row.uid),
        "languages": visit.languages(
            request, f"/w/{slug}/m/{row.uid}", k=request.query_params.get("k", "")
        ),
        "draft": f"{slug}/{row.uid}",
        "again": visit.address(request, f"/w/{slug}"),
        "done": words.say(locale, DONE[done]) if done in DONE else "",
        "added": done == "added",
        "fault": questions.sentence(locale, fault) if fault else "",
        "text": without_controls(text),
        "notice": notice,
        "after": after,
        "when": lambda moment: words.full(
            locale, visit.zone(request) or brand.org.timezone, moment
        ),
    }
    template = "leave/status.html" if wants_fragment(request) else "leave/told.html"
    status = 422 if fault else status
    return answer(request, template, context, status=status, headers=visit.HEADERS)


def _reached(row: Row, said: list[remarks.Remark]) -> int:
    """How many of STEPS are done. Spam looks only received, and what was withdrawn, too."""
    if row.outcome == WITHDRAWN:
        return 1
    if row.status == "handled":
        return len(STEPS)
    answered = any(each.author for each in said)
    return 2 if row.status == "pending" and (row.read_at or answered) else 1


router = Router("/w/{slug:str}/m/{uid:str}", route_handlers=[page, change], middleware=[PACKED])
