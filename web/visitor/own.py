"""What a visitor does with a message that is theirs: correct how they are reached, download,
withdraw and erase it. The link of its page is the key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Stream

from app import fields, limits
from app.brands.shape import Brand
from app.erasure import by_visitor, own_copy, packed, retention
from app.errors import Invalid, NotFound, Problem, TooMany
from app.fields import Field, Form, built_in, check
from app.languages import DEFAULT
from app.messages import Row, corrected, masked, withdrawn
from app.messages.wording import WITHDRAWN
from web.http import words
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.download import saved
from web.http.render import PACKED, UNPACKED, answer, see
from web.http.request import Incoming
from web.http.words import N_
from web.visitor import asked, questions, status, trouble, visit

NEW = "new-"
"""Before the names of the inputs: the browser fills in nothing that it remembers of the form."""
NOTHING_NEW = N_("Enter what is to be corrected")
NOT_LIKE_THE_FORM = {"data-again", "data-prefill", "required"}


@get("/contact")
async def contact(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[str]:
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)
    return await _draw_contact(request, slug, brand, row, {})


@post("/contact", status_code=200)
async def correct(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    """As the form reads it; what is doubtful is asked about once."""
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)
    sent = form_of(request)
    values = {key: sent.get(NEW + key, "") for key in corrected.CONTACT}
    values[asked.SURE] = sent.get(asked.SURE, "")
    form = await _form(brand, row)
    sheet = check.look(form, {**values, "content": "-"}, language=words.locale_of(request))
    doubts = asked.open_doubts(form, values, sheet.doubts)
    problems = [*sheet.problems]
    if not any(values[key].strip() for key in corrected.CONTACT):
        problems.append(Problem("/contact", "required", NOTHING_NEW, {}))
    if problems or doubts:
        try:
            await limits.allow_fault(client_ip(request), brand.org)
        except TooMany as error:
            return await _too_many(request, slug, brand, row, error)
        doubts = sheet.doubts if doubts else []
        return await _draw_contact(request, slug, brand, row, values, problems, doubts)

    async def put() -> str:
        await corrected.correct(brand.org.id, row.uid, sheet.system, sheet.written)
        return "corrected"

    try:
        return await _done(request, slug, brand, row, put)
    except Invalid as error:
        return await _draw_contact(request, slug, brand, row, values, error.problems)


@post("/download", status_code=200, opt={UNPACKED: True})
async def download(
    request: Incoming, slug: FromPath[str], uid: FromPath[str]
) -> Stream | Response[str]:
    """A ZIP file of all of it that is theirs to see."""
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)
    try:
        await limits.allow_copy(client_ip(request), brand.org)
    except TooMany as error:
        return await _too_many(request, slug, brand, row, error)
    file = await own_copy.pack(brand.org.id, row, words.locale_of(request))
    found = saved(packed.export(f"{row.shown_reference}.zip", file))
    found.headers["Cache-Control"] = "private, no-store"
    return found


@post("/withdraw", status_code=200)
async def withdraw(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    """Withdraws it, or takes that back. What somebody is to erase waits for that."""
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)
    back = form_of(request).get("back") == "yes"

    async def change() -> str:
        if back:
            await withdrawn.resume(brand.org.id, row.uid)
            return "resumed"
        if await by_visitor.asked_at(brand.org.id, row.uid):
            # Withdrawn it would lie with what is done, and nobody would erase it.
            return "erasure"
        is_new = await withdrawn.withdraw(brand.org.id, row.uid)
        return "withdrawn" if is_new or row.outcome == WITHDRAWN else ""

    return await _done(request, slug, brand, row, change)


@get("/erase")
async def sure(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[str]:
    """Asks whether it is to go for good."""
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)
    zone = visit.zone(request) or brand.org.timezone
    # What was handled since and is still there is asked for anew.
    waits = row.status != "handled"
    at = await by_visitor.asked_at(brand.org.id, row.uid) if waits else None
    context = {
        **_frame(request, slug, brand, row, "/erase"),
        "asks": retention.of(brand.org).by_visitors == "ask",
        "asked": words.full(words.locale_of(request), zone, at) if at else "",
        "reference": row.shown_reference,
        "repeats": row.status == "repeat",
        "withdrawn": row.outcome == WITHDRAWN,
        "open": not at and row.status not in ("handled", "repeat"),
        "withdraw": status.here(request, slug, row.uid, part="/withdraw"),
    }
    return answer(request, "leave/erase.html", context, headers=visit.HEADERS)


@post("/erase", status_code=200)
async def erase(request: Incoming, slug: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    brand, row = await status.opened(request, slug, uid)
    if row is None:
        return await status.gone(request, slug, brand, uid)

    async def remove() -> str:
        if retention.of(brand.org).by_visitors == "ask":
            await by_visitor.ask(brand.org.id, row.uid)
            return "erasure"
        await by_visitor.erase(brand.org.id, row.uid)
        return ""

    return await _done(request, slug, brand, row, remove)


async def _done(
    request: Incoming, slug: str, brand: Brand, row: Row, act: Callable[[], Awaitable[str]]
) -> Response[Any]:
    """Leads to the page of the message, with what was done, or says why it was not."""
    try:
        await limits.allow_submit(client_ip(request), brand.org)
        return see(status.here(request, slug, row.uid, await act()))
    except TooMany as error:
        return await _too_many(request, slug, brand, row, error)
    except NotFound:
        # It was erased in the same moment.
        return await status.gone(request, slug, brand, row.uid)


async def _too_many(
    request: Incoming, slug: str, brand: Brand, row: Row, error: TooMany
) -> Response[str]:
    notice = words.say(words.locale_of(request), trouble.TOO_MANY)
    refused = await status.draw(
        request, slug, brand, row, notice=notice, after=error.after, status=429
    )
    refused.set_header("Retry-After", str(error.after))
    return refused


async def _form(brand: Brand, row: Row) -> Form:
    """The contacts that the form asks for, and those that are known. None must be filled in."""
    published = await fields.published(brand.id)
    found = []
    for key in corrected.CONTACT:
        field = published.field(key)
        if field is None or not field.is_system:
            field = built_in().field(key) if getattr(row, key) else None
        if field is not None:
            found.append(msgspec.structs.replace(field, required=False, group=""))
    return Form(fields=tuple(found), number=1)


async def _draw_contact(
    request: Incoming,
    slug: str,
    brand: Brand,
    row: Row,
    values: Mapping[str, str],
    problems: list[Problem] | None = None,
    doubts: list[Problem] | None = None,
) -> Response[str]:
    locale, form = words.locale_of(request), await _form(brand, row)
    sentences = questions.sentences(form, locale, [*(problems or []), *(doubts or [])])
    faults = dict(reversed(sentences))
    context = {
        **_frame(request, slug, brand, row, "/contact"),
        "asks": [_question(form, each, row, values, faults, locale) for each in form.fields],
        "problems": [
            (NEW + (name if form.field(name) else form.fields[0].key), said)
            for name, said in sentences
            if form.fields
        ],
        "only_doubts": bool(doubts) and not problems,
        "sure": asked.seen_with(form, values, doubts or []),
        "withdrawn": row.outcome == WITHDRAWN,
    }
    code = 422 if sentences else 200
    return answer(request, "leave/contact.html", context, status=code, headers=visit.HEADERS)


def _question(
    form: Form,
    field: Field,
    row: Row,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    locale: str,
) -> questions.Question:
    """Says what is known, masked: whoever holds the link need not know more."""
    now = getattr(row, field.key)
    said = N_("Now: {value}. Leave it empty to keep that.")
    hint = words.say(locale, said, {"value": masked(now)}) if now else ""
    own = msgspec.structs.replace(field, hint={DEFAULT: hint})
    found = questions.question(form, own, values, faults, locale)
    more = {key: said for key, said in found.more.items() if key not in NOT_LIKE_THE_FORM}
    return msgspec.structs.replace(found, name=NEW + field.key, more=more)


def _frame(request: Incoming, slug: str, brand: Brand, row: Row, part: str) -> dict[str, Any]:
    given = request.query_params.get("k", "")
    return {
        **visit.frame(request, slug, brand),
        "action": status.here(request, slug, row.uid, part=part),
        "back": status.here(request, slug, row.uid),
        "draft": f"{slug}/{row.uid}{part}",
        "languages": visit.languages(request, f"/w/{slug}/m/{row.uid}{part}", k=given),
    }


router = Router(
    "/w/{slug:str}/m/{uid:str}",
    route_handlers=[contact, correct, download, withdraw, sure, erase],
    middleware=[PACKED],
)
