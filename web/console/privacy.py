"""System settings, privacy (系统设置 → 隐私与保留): how long messages are kept, and what is kept of
a person: exported, anonymised or erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Stream

from app import limits
from app.contacts import policy
from app.erasure import due, person, retention, taken
from app.erasure.person import Kept
from app.errors import Conflict, Invalid
from app.messages import export, long_acts
from app.messages.export.wish import Export
from app.messages.filter import Filter
from web.console import retention_form, undo
from web.console.act_form import categories
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.filled import whole_number
from web.console.frame import frame
from web.console.retention_form import Row
from web.http import words
from web.http.bodies import form_of
from web.http.download import saved, while_there
from web.http.render import UNPACKED, answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/privacy"
DONE = {
    "saved": N_("Saved. What is older goes tonight."),
    "contacts": N_("Saved. It holds from the next click on."),
    "erased": N_("Erased: everything that this person has left is gone."),
}
STATUSES = {
    "handled": N_("Handled messages"),
    "pending": N_("Messages that nobody has handled"),
    "spam": N_("Spam"),
    "trash": N_("The trash"),
}
HOW = {
    "erase": N_("Erase everything"),
    "anonymise": N_("Anonymise: they stay as numbers in the overview"),
}
VISITORS = {
    "erase": N_("At once"),
    "ask": N_("The team is asked, and erases it"),
}


ADDRESSES = {
    "full": N_("the whole address"),
    "network": N_("its network: 203.0.113.0/24"),
    "none": N_("nothing at all"),
}
AGENTS_SEE = {
    "full": N_("in full"),
    "asked": N_("masked, and in full for one message when they ask"),
    "masked": N_("masked"),
}
VIEWERS_SEE = {name: AGENTS_SEE[name] for name in ("full", "masked")}


FIELDS = {
    "handled": N_("Handled messages (days)"),
    "pending": N_("Messages that nobody has handled (days)"),
    "spam": N_("Spam (days)"),
    "trash": N_("The trash (days)"),
    "addresses_days": N_("Days after which a whole address becomes its network"),
    "shown_a_day": N_("How many messages an agent may ask for in a day"),
}
"""Fields whose faults read alike: the list above the form names the one that is meant."""
OF_CATEGORY = N_("Days for {category}")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows instead of what is saved."""

    values: dict[str, str] | None = None
    rows: Sequence[Row] | None = None
    problems: Sequence[tuple[str, str]] = ()
    foreseen: dict[str, int] | None = None
    asks: bool = False
    contact: str = ""
    found: Kept | None = None
    contacts: dict[str, str] | None = None


NOTHING = Look()


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk, NOTHING)


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    """What would go is said first, and then only goes when somebody was sure."""
    form, locale = form_of(request), words.locale_of(request)
    raw, inputs = retention_form.raw(form)
    look = Look(
        values={name: form.get(name, "") for name in retention_form.ONCE},
        rows=retention_form.typed_rows(form, await categories(desk.org, locale)),
    )
    try:
        wanted = retention.read(raw)
    except Invalid as error:
        problems = words.of_inputs(locale, error.problems, inputs)
        return await _draw(request, desk, msgspec.structs.replace(look, problems=problems))
    if "sure" not in form:
        foreseen = await due.preview(desk.org.id, wanted)
        if "preview" in form or any(foreseen.values()):
            asks = "preview" not in form
            look = msgspec.structs.replace(look, foreseen=foreseen, asks=asks)
            return await _draw(request, desk, look)
    await retention.save(desk.org, raw, by=desk.by)
    return see(f"{HERE}?done=saved")


@post("/contacts", status_code=200)
async def save_contacts(request: Incoming, desk: AtDesk) -> Response[Any]:
    form, locale = form_of(request), words.locale_of(request)
    typed = {name: form.get(name, "") for name in ("agents", "viewers", "shown_a_day")}
    try:
        raw = {**typed, "shown_a_day": whole_number(typed["shown_a_day"])}
        await policy.save(desk.org, raw, by=desk.by)
    except Invalid as error:
        problems = words.of_fields(locale, error.problems)
        return await _draw(request, desk, Look(contacts=typed, problems=problems))
    return see(f"{HERE}?done=contacts")


@post("/person", status_code=200)
async def find(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Not in the address: it would stand in histories and logs."""
    return await _of_person(request, desk)


@post("/export", status_code=200, opt={UNPACKED: True})
async def take(request: Incoming, desk: AtDesk) -> Stream | Response[str]:
    """A ZIP file of their messages, of what was said about them, their mails and files."""
    contact = form_of(request).get("contact", "")
    try:
        found = await person.kept(desk.org.id, contact)
        await limits.allow_export(desk.agent.id)
        return saved(await while_there(request, _packed(request, desk, found)))
    except (Invalid, Conflict) as error:
        return await _of_person(request, desk, error)


async def _packed(request: Incoming, desk: Desk, found: Kept) -> Export:
    locale = words.locale_of(request)
    messages = await export.these(desk.org, found.messages, locale=locale, by=desk.by)
    return await taken.whole(desk.org, found, messages, by=desk.by)


@post("/erase", status_code=200)
async def erase(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    how = form.get("how", "")
    try:
        if how not in long_acts.ERASURES:
            raise Invalid.at("/how", "not_a_choice", N_("Choose what to do"))
        if "sure" not in form:
            raise Invalid.at("/sure", "required", N_("Tick that you are sure"))
        done = await person.erase(desk.org.id, form.get("contact", ""), how, by=desk.by)
    except Invalid as error:
        return await _of_person(request, desk, error)
    return see(f"{HERE}?done=erased" if isinstance(done, int) else f"/inbox/acts/{done}")


async def _of_person(
    request: Incoming, desk: Desk, error: Invalid | Conflict | None = None
) -> Response[str]:
    contact, locale = form_of(request).get("contact", "").strip(), words.locale_of(request)
    found = None
    try:
        found = await person.kept(desk.org.id, contact)
    except Invalid as unclear:
        error = error or unclear
    if isinstance(error, Conflict):
        problems = [("contact", words.say(locale, error.detail, error.facts))]
    else:
        problems = words.of_fields(locale, error.problems if error else [])
    return await _draw(request, desk, Look(contact=contact, found=found, problems=problems))


def _named(
    locale: str, problems: Sequence[tuple[str, str]], labels: Mapping[str, str]
) -> list[tuple[str, str]]:
    """With the name of the field that each is about."""
    return [
        (at, words.say(locale, N_("{label}: {value}"), {"label": labels[at], "value": sentence}))
        if at in labels
        else (at, sentence)
        for at, sentence in problems
    ]


async def _draw(request: Incoming, desk: Desk, look: Look) -> Response[str]:
    locale, kept = words.locale_of(request), retention.of(desk.org)
    known = await categories(desk.org, locale)

    def said(texts: dict[str, str]) -> list[tuple[str, str]]:
        return [(name, words.say(locale, text)) for name, text in texts.items()]

    of_rows = {
        f"{each.at}-days": words.say(
            locale, OF_CATEGORY, {"category": known.get(each.category, each.category)}
        )
        for each in look.rows or ()
    }
    context = {
        **await frame(request, desk),
        "values": look.values or retention_form.values_of(kept),
        "rows": retention_form.rows_of(kept, known) if look.rows is None else look.rows,
        "shown": known,
        "statuses": said(STATUSES),
        "hows": said(HOW),
        "kept_of_addresses": said(ADDRESSES),
        "ways": said(VISITORS),
        "keeps_all": kept.is_empty,
        "problems": _named(locale, look.problems, {**dict(said(FIELDS)), **of_rows}),
        "faults": dict(reversed(look.problems)),
        "foreseen": look.foreseen,
        "asks": look.asks,
        "contacts": look.contacts or msgspec.structs.asdict(policy.of(desk.org)),
        "seen_by": {"agents": said(AGENTS_SEE), "viewers": said(VIEWERS_SEE)},
        "contact": look.contact,
        "found": look.found,
        "in_inbox": f"/inbox{Filter(status='all', contact=look.contact).query()}",
        "flash": await undo.done(request, desk, DONE, "retention", "contacts"),
    }
    return answer(request, "privacy/page.html", context, status=422 if look.problems else 200)


router = console(
    HERE, [page, save, save_contacts, find, take, erase], readers=ADMINS, writers=ADMINS
)
