"""An entry of the audit in words: who, what, which thing, and where that is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.channels.kinds import KINDS
from app.configuration.differ import Difference
from app.people.audit import Entry
from app.people.audit.acts import WORDS
from app.people.audit.tries import SUMMED
from web.console import setting_words
from web.http import words
from web.http.words import N_

OTHERS = {
    "cli": N_("Command line"),
    "system": N_("Leavemsg itself"),
    "visitor": N_("Somebody not signed in"),
    "link": N_("By the link in a notice"),
}
TOKEN = N_("{name} (token)")
NOT_SIGNED_IN = N_("{name} (not signed in)")
BY_LINK = N_("{name} (by the link in a notice, not signed in)")
BACKGROUND = N_("{name} (in the background)")
GONE = N_("Somebody who is gone")
PLACES = {
    "channels": "/settings/channels",
    "limits": "/settings/channels",
    "confirmation": "/settings/channels",
    "templates": "/settings/templates",
    "form": "/settings/form",
    "rules": "/settings/rules",
    "reminders": "/settings/rules",
    "rota": "/settings/rota",
    "blocks": "/settings/blocks",
    "outcomes": "/settings/outcomes",
    "phrases": "/settings/phrases",
    "widget": "/settings/widget",
    "hours": "/settings/hours",
    "presence": "/settings/hours",
    "promise": "/settings/targets",
    "retention": "/settings/privacy",
    "reply_mail": "/settings/reply-mail",
    "mail": "/settings/mail",
    "reports": "/settings/reports",
    "tokens": "/settings/tokens",
    "people": "/settings/members",
    "messages": "/inbox",
}
"""The page of an area; of one thing it is behind that, by its uid."""
OWN_PAGES = frozenset({"channels", "people", "messages", "rules", "blocks"})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """`href` is empty where there is nothing to see, `thing` where the thing has no name, `history`
    where no settings were changed; `lines` are what was."""

    entry: Entry
    who: str
    what: str
    thing: str
    href: str
    lines: list[setting_words.Line]
    history: str


def line(locale: str, entry: Entry, names: Mapping[str, str], things: Mapping[str, str]) -> Line:
    """`names` are those of agents and tokens, `things` those of what the entries are about."""
    changes = msgspec.json.decode(entry.change, type=list[Difference]) if entry.change else []
    return Line(
        entry=entry,
        who=who(locale, entry, names),
        what=done(locale, entry),
        thing=_thing(locale, entry, things),
        href=_href(entry, things),
        lines=setting_words.lines(locale, changes),
        history=f"/settings/history/{changes[0].path[0]}" if changes else "",
    )


def done(locale: str, entry: Entry) -> str:
    return words.say(locale, WORDS.get(entry.action, entry.action))


def who(locale: str, entry: Entry, names: Mapping[str, str]) -> str:
    name = names.get(entry.who) or entry.actor
    if entry.kind == "agent":
        return name or words.say(locale, GONE)
    if entry.kind == "token":
        return words.say(locale, TOKEN, {"name": name})
    if entry.kind == "link":
        return words.say(locale, BY_LINK, {"name": entry.actor})
    if entry.kind == "visitor" and "@" in entry.actor:
        failed = entry.action in (SUMMED, "sign_in.bad", "second_factor.bad")
        return words.say(locale, NOT_SIGNED_IN, {"name": entry.actor}) if failed else entry.actor
    if entry.kind == "system" and entry.actor in names.values():
        return words.say(locale, BACKGROUND, {"name": entry.actor})
    return words.say(locale, OTHERS.get(entry.kind, OTHERS["system"]))


def _thing(locale: str, entry: Entry, things: Mapping[str, str]) -> str:
    if entry.area == "templates" and entry.target in KINDS:
        return words.say(locale, KINDS[entry.target].label)
    return things.get(entry.target, "")


def _href(entry: Entry, things: Mapping[str, str]) -> str:
    place = PLACES.get(entry.area, "")
    if entry.area in OWN_PAGES:
        return f"{place}/{entry.target}" if entry.target in things else ""
    if entry.area == "templates" and entry.target in KINDS:
        return f"{place}/{entry.target}"
    return place
