"""The history of the settings (历史): who changed a part, what was different, and the way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.configuration.planned import Plan, Waiting
from app.errors import Conflict, Invalid, NotFound
from app.history import versions
from app.history.restore import compare, preview, restore, undo
from app.history.states import PARTS
from app.history.versions import Version
from app.people.audit import Entry, listed
from web.console import audit_words, setting_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import Banner, flash
from web.console.frame import frame
from web.console.setting_words import Line
from web.http import words
from web.http.bodies import all_of, form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/history"
ROWS = 20
BACK = re.compile(r"/settings/[a-z0-9/_-]+(\?brand=[a-z0-9-]+)?")
NOTHING = N_("Choose what is to come back")
DONE = {"restored": N_("Restored. It counts at once.")}


class Row(msgspec.Struct, frozen=True):
    """A state: by whom, with which act, and what it made different. `is_now`: the newest."""

    version: Version
    who: str
    what: str
    lines: list[Line]
    is_now: bool


@get("/")
async def first() -> Response[Any]:
    return see(f"{HERE}/{PARTS[0]}")


@get("/{part:str}")
async def page(request: Incoming, desk: AtDesk, part: FromPath[str]) -> Response[str]:
    _known(part)
    cursor = request.query_params.get("cursor", "")
    found = await versions.listed(desk.org.id, part, limit=ROWS + 1, cursor=cursor)
    more = f"{HERE}/{part}?cursor={found[ROWS - 1].id}" if len(found) > ROWS else ""
    rows = await _rows(request, desk, found, is_first=not cursor)
    context = {"desk": desk, "part": part, "rows": rows[:ROWS], "more": more}
    if cursor and wants_fragment(request):
        return answer(request, "history/rows.html", context)
    context |= {**await frame(request, desk), **_parts(request), "flash": flash(request, DONE)}
    return answer(request, "history/page.html", context)


@get("/{part:str}/{uid:str}")
async def ask(
    request: Incoming, desk: AtDesk, part: FromPath[str], uid: FromPath[str]
) -> Response[str]:
    """What would be different. Changes nothing."""
    _known(part)
    return await _ask(request, desk, await versions.one(desk.org.id, part, uid))


@post("/{part:str}/{uid:str}", status_code=200)
async def bring_back(
    request: Incoming, desk: AtDesk, part: FromPath[str], uid: FromPath[str]
) -> Response[Any]:
    _known(part)
    version = await versions.one(desk.org.id, part, uid)
    chosen = all_of(request, "thing")
    if not chosen:
        return await _ask(request, desk, version, Conflict("nothing_chosen", NOTHING))
    seen = form_of(request).get("seen", "")
    try:
        await restore(desk.org, version, seen=seen, by=desk.by, only=chosen)
    except Conflict as error:
        return await _ask(request, desk, version, error, chosen=chosen)
    except Invalid as error:
        return await _ask(request, desk, version, error, chosen=chosen)
    return see(f"{HERE}/{part}?done=restored")


@post("/{part:str}/{uid:str}/undo", status_code=200)
async def take_back(
    request: Incoming, desk: AtDesk, part: FromPath[str], uid: FromPath[str]
) -> Response[Any]:
    """Takes back what was just done, and leads to the page where it was. What cannot be taken back
    any more leads to the history, which says how it is now."""
    _known(part)
    try:
        await undo(desk.org, part, uid, by=desk.by)
    except (Conflict, Invalid):
        return see(f"{HERE}/{part}")
    back = form_of(request).get("back", "")
    if not BACK.fullmatch(back):
        return see(f"{HERE}/{part}?done=restored")
    return see(f"{back}{'&' if '?' in back else '?'}done=undone")


def _known(part: str) -> None:
    if part not in PARTS:
        raise NotFound


def _parts(request: Incoming) -> dict[str, Any]:
    locale = words.locale_of(request)
    return {"parts": {each: words.say(locale, setting_words.PARTS[each]) for each in PARTS}}


async def _rows(
    request: Incoming, desk: Desk, found: list[Version], *, is_first: bool
) -> list[Row]:
    locale = words.locale_of(request)
    names = await listed.names(desk.org.id)
    wanted = [each.entry for each in found if each.entry]
    entries = {each.id: each for each in await listed.these(desk.org.id, wanted)}
    befores: list[Version | None] = [*found, None][1:] if found else []
    rows = []
    for place, (each, before) in enumerate(zip(found, befores, strict=True)):
        entry = entries.get(each.entry) if each.entry else None
        changed = versions.changes(before.state, each.state, each.part) if before else []
        rows.append(
            Row(
                version=each,
                who=audit_words.who(locale, entry, names) if entry else each.by,
                what=_what(locale, entry),
                lines=setting_words.lines(locale, changed),
                is_now=is_first and place == 0,
            )
        )
    return rows


def _what(locale: str, entry: Entry | None) -> str:
    if entry is None:
        return words.say(locale, N_("The history begins here"))
    return audit_words.done(locale, entry)


async def _ask(
    request: Incoming,
    desk: Desk,
    version: Version,
    refused: Conflict | Invalid | None = None,
    *,
    chosen: Sequence[str] | None = None,
) -> Response[str]:
    """All of it is ticked, unless something of it can no longer be."""
    locale = words.locale_of(request)
    plan, faulty = None, refused if isinstance(refused, Invalid) else None
    try:
        plan = await preview(desk.org, version, by=desk.by)
    except Invalid as error:
        faulty = faulty or error
    problems = [
        words.say(locale, each.detail, each.facts) for each in (faulty.problems if faulty else [])
    ]
    banner = None
    if isinstance(refused, Conflict):
        banner = Banner("warn", "triangle-alert", words.say(locale, refused.detail))
    compared = await compare(desk.org, version)
    groups = compared.things
    ticked = groups if chosen is None and plan else chosen or []
    context = {
        **await frame(request, desk),
        **_parts(request),
        "part": version.part,
        "version": version,
        "things": [
            (key, setting_words.lines(locale, each), key in ticked) for key, each in groups.items()
        ],
        "effects": _effects(locale, plan) if plan else [],
        "seen": compared.mark,
        "problems": problems,
        "banner": banner,
        "here": f"{HERE}/{version.part}/{version.id}",
    }
    status = 409 if isinstance(refused, Conflict) else 422 if refused else 200
    return answer(request, "history/restore.html", context, status=status)


def _effects(locale: str, plan: Plan) -> list[str]:
    ended = N_("The API token {token} will work no more: whoever made it is disabled")
    return [
        *(_effect(locale, each) for each in plan.waiting),
        *(words.say(locale, ended, {"token": each}) for each in plan.withdrawn),
    ]


def _effect(locale: str, waiting: Waiting) -> str:
    facts = {"channel": waiting.channel}
    if waiting.effect == "not_sent":
        return words.say_many(
            locale,
            "{n} waiting notice of {channel} will not be sent",
            "{n} waiting notices of {channel} will not be sent",
            waiting.notices,
            facts,
        )
    return words.say_many(
        locale,
        "{n} waiting notice of {channel} goes out with its new settings",
        "{n} waiting notices of {channel} go out with its new settings",
        waiting.notices,
        facts,
    )


router = console(HERE, [first, page, ask, bring_back, take_back], readers=ADMINS, writers=ADMINS)
