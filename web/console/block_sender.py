"""Blocking whoever left a message, by what they left."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import messages
from app.blocks import change, check
from app.blocks.shape import Block, Kind
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import masked
from app.errors import Conflict, Invalid
from app.messages import Row, acts
from app.messages.would_catch import would_catch
from web.console.auth import AGENTS, AtDesk, Desk, console
from web.console.block_form import NOTHING, ends, ends_at, sentences
from web.console.block_words import KINDS
from web.console.frame import frame
from web.console.inbox_filter import filter_of
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming


@get("/{uid:str}/block")
async def ask(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    row = await _left(desk, uid)
    usual: dict[str, str] = {kind: "on" for kind in facts_of(row) if kind != "ip"}
    return await _draw(request, desk, row, {**usual, "until": "month", "spam": "on"})


@post("/{uid:str}/block", status_code=200)
async def block(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    row, form = await _left(desk, uid), form_of(request)
    try:
        until = ends_at(form, desk.zone, dt.datetime.now(dt.UTC))
        wanted = [
            Block(kind=kind, text=text, reason=form.get("reason", ""), expires_at=until)
            for kind, text in facts_of(row).items()
            if kind in form
        ]
        if not wanted:
            raise Invalid.at("/text", "required", NOTHING)
        await change.add(desk.org.id, wanted, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, row, form, error)
    if "spam" in form:
        await _set_aside(desk, row)
    return see(f"/inbox/{row.uid}{filter_of(request).query(done='blocked')}")


async def _left(desk: Desk, uid: str) -> Row:
    """With its contacts, whoever blocks them: they are not shown."""
    with sight.through(sight.IN_FULL):
        return await messages.one(desk.org.id, uid)


async def _set_aside(desk: Desk, row: Row) -> None:
    # It may be spam already, or somebody has worked it off meanwhile.
    with contextlib.suppress(Conflict):
        await messages.to_one(desk.org.id, row.uid, acts.spam(), by=desk.by)


def facts_of(row: Row) -> dict[Kind, str]:
    """By what its sender can be blocked."""
    facts: dict[Kind, str] = {
        "phone": row.phone,
        "email": row.email,
        "wechat": row.wechat,
        "ip": row.ip,
    }
    return {kind: text for kind, text in facts.items() if check.cleaned(kind, text)}


async def _draw(
    request: Incoming,
    desk: Desk,
    row: Row,
    values: Mapping[str, str],
    error: Invalid | None = None,
) -> Response[str]:
    locale, facts = words.locale_of(request), facts_of(row)
    problems = sentences(locale, error.problems if error else ())
    found = await would_catch(
        desk.org.id, [[Block(kind=kind, text=text)] for kind, text in facts.items()]
    )
    context = {
        **await frame(request, desk),
        "row": contact_rows.of_message(row) if sight.masks() else row,
        "query": filter_of(request).query(),
        "facts": [
            (kind, words.say(locale, KINDS[kind]), masked(text) if sight.masks() else text, tried)
            for (kind, text), tried in zip(facts.items(), found, strict=True)
        ],
        "values": {**dict.fromkeys(("until", "day", "reason", "spam"), ""), **values},
        "problems": problems,
        "faults": dict(problems),
        "ends": ends(locale, desk.zone),
    }
    return answer(request, "blocks/sender.html", context, status=422 if problems else 200)


router = console("/inbox", [ask, block], readers=AGENTS)
