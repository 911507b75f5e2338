"""All settings on one page (系统设置), each with how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get

from app import channel_settings, fields, widget
from app.blocks import stored as blocks
from app.brands import stored as brands
from app.channels.kinds import told_only
from app.deliveries import template_versions
from app.messages import phrases
from app.people import members
from app.rules import stored as rules
from web.console.auth import HOME, AtDesk, Desk, console
from web.console.channel_list import STATE_KINDS, STATES, shown_state
from web.console.frame import frame
from web.http import words
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

NONE = N_("None yet")


class Chip(msgspec.Struct, frozen=True):
    """`kind` is its colour: ok, warn, err; empty for plain words."""

    text: str
    kind: str = ""


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[Any]:
    if not desk.is_admin:
        return see(HOME)
    locale, around = words.locale_of(request), await frame(request, desk)
    states = {name: await state(desk, locale) for name, state in STATED.items()}
    states["hours"] = [Chip(around.get("seen_as", ""))]
    return answer(request, "settings/index.html", {**around, "states": states})


async def _channels(desk: Desk, locale: str) -> list[Chip]:
    config = await channel_settings.read(desk.org.id)
    found = Counter(map(shown_state, told_only(config["notifications"])))
    if not found:
        return [Chip(words.say(locale, NONE), "err")]
    return [
        Chip(f"{words.say(locale, STATES[state])} {n}", STATE_KINDS.get(state, ""))
        for state, n in sorted(found.items())
    ]


async def _templates(desk: Desk, locale: str) -> list[Chip]:
    saved = await template_versions.in_force(desk.org.id)
    own = sum(bool(each.text) for each in saved.values())
    said = words.say_many(locale, "{n} of your own", "{n} of your own", own)
    return [Chip(said if own else words.say(locale, N_("Built-in")))]


async def _rules(desk: Desk, locale: str) -> list[Chip]:
    on = sum(each.enabled for each in (await rules.read(desk.org.id)).rules)
    said = words.say_many(locale, "{n} is on", "{n} are on", on)
    return [Chip(said if on else words.say(locale, NONE))]


async def _blocks(desk: Desk, locale: str) -> list[Chip]:
    count = len(await blocks.read(desk.org.id))
    said = words.say_many(locale, "{n} entry", "{n} entries", count)
    return [Chip(said if count else words.say(locale, NONE))]


async def _phrases(desk: Desk, locale: str) -> list[Chip]:
    count = len(await phrases.of(desk.org.id, desk.agent.id))
    said = words.say_many(locale, "{n} reply", "{n} replies", count)
    return [Chip(said if count else words.say(locale, NONE))]


async def _form(desk: Desk, locale: str) -> list[Chip]:
    form = await fields.published(desk.org.id)
    found = [Chip(words.say_many(locale, "{n} field", "{n} fields", len(form.fields)))]
    if (await fields.draft(desk.org.id)) is not None:
        found.append(Chip(words.say(locale, N_("Changes not published")), "warn"))
    return found


async def _widget(desk: Desk, locale: str) -> list[Chip]:
    setup = await widget.read(desk.org.id)
    if setup.embedding == "any":
        return [Chip(words.say(locale, N_("Any site")), "warn")]
    hosts = len(setup.hosts)
    said = words.say_many(locale, "{n} site", "{n} sites", hosts)
    return [Chip(said if hosts else words.say(locale, N_("No site yet")))]


async def _members(desk: Desk, locale: str) -> list[Chip]:
    there = sum(not each.disabled_at for each in await members.of(desk.org.id))
    return [Chip(words.say_many(locale, "{n} person", "{n} people", there))]


async def _brands(desk: Desk, locale: str) -> list[Chip]:
    count = len(await brands.of(desk.org))
    return [Chip(words.say_many(locale, "{n} brand", "{n} brands", count))]


STATED: dict[str, Callable[[Desk, str], Awaitable[list[Chip]]]] = {
    "channels": _channels,
    "templates": _templates,
    "rules": _rules,
    "blocks": _blocks,
    "phrases": _phrases,
    "form": _form,
    "widget": _widget,
    "brands": _brands,
    "members": _members,
}
"""How the settings of a page stand; one without needs no word."""

router = console("/settings", [page])
