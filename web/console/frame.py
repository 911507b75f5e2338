"""The frame of every console page: counts, account and alarms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from app import health, presence, settings
from app.brands.stored import of as brands
from app.channels.kinds import KINDS
from app.deliveries import trouble
from app.hours.schedule import calendar_ends
from app.messages import several
from app.messages.inbox import Counts, counts
from app.people import memberships, organization_change, tokens
from app.people.token_shape import SOON
from app.rotation import due
from app.targets import replies
from app.targets import words as target_words
from app.widget.hosts import allows, is_kin
from app.widget.seen import seen
from app.widget.setup import read
from web.console import day_words, setting_pages
from web.console.auth import FACTORS, Desk, factor_due
from web.http import moments, words
from web.http.render import wants_fragment
from web.http.request import Incoming
from web.http.words import N_

CHANNELS = "/settings/channels"
ENDPOINTS = "/settings/events"
TOKENS = "/settings/tokens"
SYSTEM_DUE = "/settings/system#due"
OLD_PASSWORD = N_("Your password is as old as your organization lets it be. Choose a new one.")
SILENT = N_("No channel is on. New messages notify nobody.")
OTHER_KEY = N_(
    "The secret key is not the one that the data was written with. Notices wait, and links that"
    " visitors hold do not work. Whoever runs the server: leavemsg doctor says what to do."
)
ONLY_READ = N_("New messages cannot be stored: the database can only be read.")
NOT_STORED = {
    "disk_full": N_("New messages cannot be stored: the disk is full."),
    "read_only": ONLY_READ,
    "in_recovery": ONLY_READ,
    "locked": N_("New messages cannot be stored: another program holds the database."),
}
NOT_STORED_SOMEHOW = N_(
    "New messages cannot be stored. Whoever runs the server: leavemsg doctor says what is wrong."
)
SHUT_OUT = N_("{site} has the code, and may not show the form yet.")
NO_ROOM = N_("The disk is nearly full. Soon no message can be stored.")
NO_WORKER = N_("No worker runs: new messages are stored, and nobody is told of them.")

OPEN_LINE = N_(
    "This connection is not encrypted: anybody in between can read passwords and messages. Set up"
    " https and LEAVEMSG_BASE_URL."
)
SEEN_AS = {"online": N_("Visitors see: online"), "offline": N_("Visitors see: offline")}
NEXT_ONLINE = N_("back {time}")
NEXT_OFFLINE = N_("until {time}")
FACTOR_DUE = N_("Your organization asks for a second factor. Set one up until {time}.")
UNTESTED = N_("No channel has passed a test yet. New messages may reach nobody.")


class Alarm(msgspec.Struct, frozen=True):
    text: str
    link: str
    kind: str = "err"


async def frame(request: Incoming, desk: Desk, *, tabs: bool = False) -> dict[str, Any]:
    """With the numbers of the inbox's tabs, or only that of the badge."""
    current = settings.current()
    fragment = wants_fragment(request)
    return {
        "desk": desk,
        "org": desk.org,
        "fragment": fragment,
        "counts": await (
            counts(desk.org.id, me=desk.agent.id) if tabs else of_the_badge(desk.org.id)
        ),
        "setting_pages": list(setting_pages.of(desk)),
        "setting_before": setting_pages.BEFORE if desk.is_admin else {},
        "alarms": [] if fragment else [*_open_line(request), *await alarms(request, desk)],
        **({} if fragment else await switched(request, desk)),
        **({} if fragment else await belonging(desk)),
        "flash": None,
        # Links in notices begin with it and are opened elsewhere.
        "reach": current.reach,
        "base_url": current.base_url,
    }


async def of_the_badge(organization: uuid.UUID) -> Counts:
    return Counts(unread=(await several.unread([organization]))[organization])


async def belonging(desk: Desk) -> dict[str, Any]:
    """The organizations of the account, with what is unread in the others."""
    found = await memberships.of(desk.account.id)
    others = [each.organization for each in found if each.organization != desk.org.id]
    return {
        "memberships": found,
        "unread_in": await several.unread(others),
        "may_begin": organization_change.may_begin(desk.agent.role) and desk.provider is None,
    }


async def switched(request: Incoming, desk: Desk) -> dict[str, Any]:
    """The context of the agent's own switch. Opening a page counts as a heartbeat, also without the
    script."""
    online = await presence.beat(desk.agent)
    facts = await presence.read(desk.org)
    return {
        "online": online,
        "seen_as": _seen_as(words.locale_of(request), facts),
        # Else the office hours alone decide, and it says so beside the switch.
        "switch_counts": facts.rule != "hours",
    }


def _seen_as(locale: str, facts: presence.Facts) -> str:
    """What visitors see, and when that changes, in half a line."""
    found = presence.decide(facts)
    parts = [words.say(locale, SEEN_AS[found.state])]
    if change := found.until or found.next_change_at:
        time = moments.coming(locale, facts.schedule.timezone, change, facts.now)
        text = NEXT_OFFLINE if found.state == "online" else NEXT_ONLINE
        parts.append(words.say(locale, text, {"time": time}))
    return " · ".join(parts)


def bare(request: Incoming, desk: Desk) -> dict[str, Any]:
    """The frame of error pages, without the database."""
    return {
        "desk": desk,
        "org": desk.org,
        "fragment": False,
        # The badge loads its own count.
        "counts": Counts(),
        "alarms": _open_line(request),
        "flash": None,
    }


def _open_line(request: Incoming) -> list[Alarm]:
    current = settings.current()
    if current.secure_cookies or not current.allow_insecure_http:
        return []
    return [Alarm(words.say(words.locale_of(request), OPEN_LINE), "", "open")]


async def alarms(request: Incoming, desk: Desk) -> list[Alarm]:
    """What must be seen on every page."""
    return [
        *await _untold(request, desk),
        *_late(request, desk),
        *await _factor(request, desk),
        *await _calendar(request, desk),
        *await _expiring(request, desk),
        *await _due(request, desk),
        *await _shut_out(request, desk),
    ]


async def _factor(request: Incoming, desk: Desk) -> list[Alarm]:
    """Until when they need a second factor, if their organization asks for one."""
    due = None if request.scope["path"].startswith(FACTORS) else await factor_due(desk)
    if due is None:
        return []
    locale = words.locale_of(request)
    time = words.full(locale, desk.zone, due)
    return [Alarm(words.say(locale, FACTOR_DUE, {"time": time}), FACTORS, "warn")]


async def _untold(request: Incoming, desk: Desk) -> list[Alarm]:
    """Troubles that keep notices from being sent."""
    locale = words.locale_of(request)
    found = [Alarm(words.say(locale, text), "") for text in _of_all(health.glance())]
    told = await trouble.told(desk.org.id)
    settings = CHANNELS if desk.is_admin else ""
    if told == "nobody":
        return [*found, Alarm(words.say(locale, SILENT), settings)]
    if told == "untested":
        found.append(Alarm(words.say(locale, UNTESTED), settings))
    return [*found, *(_alarm(locale, desk, each) for each in await trouble.broken(desk.org.id))]


def _late(request: Incoming, desk: Desk) -> list[Alarm]:
    """Targets that are missed too often, as a worker counted it lately."""
    locale = words.locale_of(request)
    return [
        Alarm(target_words.broken(locale, each), "/overview?range=30#kept-title", "warn")
        for each in replies.stored(desk.org.replies).broken
    ]


async def _calendar(request: Incoming, desk: Desk) -> list[Alarm]:
    """A holiday calendar that ends soon or has ended; only for admins, who can import the next."""
    schedule = await presence.schedule_of(desk.org) if desk.is_admin else None
    if schedule is None or schedule.calendar_until is None:
        return []
    now = dt.datetime.now(dt.UTC)
    if not calendar_ends(schedule, now):
        return []
    text = day_words.calendar(words.locale_of(request), schedule, now)
    return [Alarm(text, "/settings/hours#days", "warn")]


async def _expiring(request: Incoming, desk: Desk) -> list[Alarm]:
    """Tokens of programs that end within two weeks; only for admins, who can rotate them."""
    soon = await tokens.expiring(desk.org.id, SOON) if desk.is_admin else []
    if not soon:
        return []
    locale, first = words.locale_of(request), soon[0]
    assert first.expires_at is not None, "a token that expires has an end"
    facts = {
        "name": first.name or first.public_id,
        "time": words.short(locale, desk.zone, first.expires_at),
    }
    text = words.say_many(
        locale,
        "The API token {name} expires on {time}",
        "{n} API tokens expire soon, the first is {name} on {time}",
        len(soon),
        facts,
    )
    where = f"{TOKENS}/{first.public_id}" if len(soon) == 1 else TOKENS
    return [Alarm(text, where, "warn")]


async def _due(request: Incoming, desk: Desk) -> list[Alarm]:
    """Secrets and certificates to renew, for admins; one's own password, for everybody."""
    now, locale = dt.datetime.now(dt.UTC), words.locale_of(request)
    found = []
    if await due.password_due(desk.org, desk.agent, now):
        found.append(Alarm(words.say(locale, OLD_PASSWORD), "/account#own-password", "warn"))
    if desk.is_admin and (listed := await due.of(desk.org, now)):
        text = words.say_many(
            locale,
            "A secret or certificate is due to be renewed",
            "{n} secrets or certificates are due to be renewed",
            len(listed),
        )
        found.append(Alarm(text, SYSTEM_DUE, "warn"))
    return found


async def _shut_out(request: Incoming, desk: Desk) -> list[Alarm]:
    """A site of their own that has the code and may not show the form; only for admins."""
    for brand in await brands(desk.org) if desk.is_admin else []:
        chosen = await read(brand.id)
        if chosen.embedding != "listed":
            continue
        for each in await seen(brand.id):
            if not allows(chosen, each.origin) and is_kin(chosen, each.origin):
                text = words.say(words.locale_of(request), SHUT_OUT, {"site": each.origin})
                return [Alarm(text, f"/settings/widget?brand={brand.slug}#seen-title", "warn")]
    return []


def _of_all(found: dict[str, Any]) -> Iterator[str]:
    """Known troubles of the whole installation."""
    if found.get("key") == "other":
        yield OTHER_KEY
    if found.get("database") == "down":
        yield NOT_STORED.get(found["reason"], NOT_STORED_SOMEHOW)
    elif found.get("disk") in {"low", "full"}:
        yield NO_ROOM
    if found.get("worker") == "down":
        yield NO_WORKER


def _alarm(locale: str, desk: Desk, broken: trouble.Trouble) -> Alarm:
    """An alarm that links admins to the channel's settings, others to its failed deliveries."""
    facts = {
        "channel": broken.channel_name or words.say(locale, KINDS[broken.kind].label),
        "time": words.short(locale, desk.zone, broken.since),
    }
    text = words.say_many(
        locale,
        "{channel} has not got through since {time}",
        "{channel} has failed {n} times in a row since {time}",
        broken.failures,
        facts,
    )
    log = f"/deliveries?state=failed&channel={broken.channel_uid}"
    return Alarm(text, f"{CHANNELS}/{broken.channel_uid}" if desk.is_admin else log)
