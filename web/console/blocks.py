"""System settings, block list (系统设置 → 屏蔽名单): the list, one entry, and what it would have
caught."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.blocks import change, check, stored
from app.blocks.shape import Block
from app.errors import Invalid
from app.messages.would_catch import WouldCatch, would_catch
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.block_form import block_of, ends, sentences, values_of
from web.console.block_words import DONE, KINDS
from web.console.flash import flash
from web.console.frame import frame
from web.console.gone import unless_gone
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming

HERE = "/settings/blocks"
NEW = "new"
TYPED = ("kind", "text", "reason", "until", "day")
SHOWN_MAX = 100
"""Messages that are listed; more are only counted."""


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    context = {
        **await frame(request, desk),
        "flash": flash(request, DONE),
        "now": dt.datetime.now(dt.UTC),
        "blocks": await stored.read(desk.org.id),
        "kinds": {kind: words.say(words.locale_of(request), text) for kind, text in KINDS.items()},
    }
    return answer(request, "blocks/page.html", context)


@get("/new")
async def new(request: Incoming, desk: AtDesk) -> Response[str]:
    block = Block(kind="phone", text="")
    return await _draw(request, desk, values_of(block, desk.zone, until="ever"), None)


@get("/{uid:str}")
async def edit(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    block = await stored.one(desk.org.id, uid)
    return await _draw(request, desk, values_of(block, desk.zone, until="ever"), block)


@post(["/new", "/{uid:str}"], status_code=200)
async def save(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    """An entry that would have caught handled messages, or has a word of one character, is saved
    when that was seen."""
    form, before = form_of(request), await _before(desk, uid)
    try:
        block = await _typed(desk, form, before)
        found = await _tried(desk, block)
        word = check.shortest(block)
        if (found.handled or word) and form.get("sure") != "yes":
            return await _draw(request, desk, form, before, found=found, word=word)
        if before is None:
            await change.add(desk.org.id, [block], by=desk.by)
        else:
            await change.save(desk.org.id, before.uid, block, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, form, before, error=error)
    return see(f"{HERE}?done=saved")


@post(["/new/try", "/{uid:str}/try"], status_code=200)
async def try_(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    """Nothing is saved."""
    form, before = form_of(request), await _before(desk, uid)
    found, word, error = None, "", None
    try:
        block = await _typed(desk, form, before)
        found, word = await _tried(desk, block), check.shortest(block)
    except Invalid as fault:
        error = fault
    if wants_fragment(request):
        problems = sentences(words.locale_of(request), error.problems if error else ())
        return answer(request, "blocks/tried.html", {**_shown(found, word), "problems": problems})
    return await _draw(request, desk, form, before, found=found, word=word, error=error)


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = change.remove(desk.org.id, uid, by=desk.by)
    return await unless_gone(removing, f"{HERE}?done=removed", HERE)


async def _before(desk: Desk, uid: str) -> Block | None:
    return await stored.one(desk.org.id, uid) if uid else None


async def _typed(desk: Desk, form: Mapping[str, str], before: Block | None) -> Block:
    """Cleaned. Raises Invalid."""
    now = dt.datetime.now(dt.UTC)
    return check.checked(block_of(form, desk.zone, now, before), now, before=before)


async def _tried(desk: Desk, block: Block) -> WouldCatch:
    return (await would_catch(desk.org.id, [[block]]))[0]


async def _draw(
    request: Incoming,
    desk: Desk,
    values: Mapping[str, str],
    before: Block | None,
    *,
    found: WouldCatch | None = None,
    word: str = "",
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = sentences(locale, error.problems if error else ())
    context = {
        **await frame(request, desk),
        **_shown(found, word),
        "block": before,
        "values": {**dict.fromkeys(TYPED, ""), **values},
        "problems": problems,
        "faults": dict(problems),
        "action": f"{HERE}/{before.uid if before else NEW}",
        "kinds": [(kind, words.say(locale, text)) for kind, text in KINDS.items()],
        "ends": ends(locale, desk.zone, before),
    }
    return answer(request, "blocks/edit.html", context, status=422 if problems else 200)


def _shown(found: WouldCatch | None, word: str) -> dict[str, Any]:
    return {"tried": found, "word": word, "matched": found.matched[:SHOWN_MAX] if found else []}


router = console(HERE, [page, new, edit, save, try_, remove], readers=ADMINS, writers=ADMINS)
