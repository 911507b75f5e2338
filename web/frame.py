"""What surrounds every page of the console: counts, account, and what is wrong right now."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from app import messages, presence
from app.channels import KINDS
from app.deliveries import trouble
from web import words
from web.auth import Desk
from web.render import wants_fragment
from web.words import N_

Incoming = Request[Any, Any, Any]

CHANNELS = "/settings/notifications"
SILENT = N_("No channel is on. New messages notify nobody.")


UNTESTED = N_("No channel has passed a test yet. New messages may reach nobody.")


class Flash(msgspec.Struct, frozen=True):
    """What was just done. `undo` and `link` are addresses, or empty."""

    kind: str
    sign: str
    text: str
    undo: str = ""


class Alarm(msgspec.Struct, frozen=True):
    text: str
    link: str


async def frame(request: Incoming, desk: Desk) -> dict[str, Any]:
    settings = request.app.state.settings
    fragment = wants_fragment(request)
    return {
        "desk": desk,
        "org": desk.org,
        "fragment": fragment,
        "insecure": settings.allow_insecure_http and not settings.secure_cookies,
        "counts": await messages.counts(desk.org.id),
        # Whoever works here is there, also without a script that says so.
        "online": await presence.beat(desk.agent),
        "alarms": [] if fragment else await alarms(request, desk),
        "flash": None,
        # Links in notices begin with it; whoever is told reads them elsewhere.
        "reach": settings.reach,
        "base_url": settings.base_url,
    }


def bare(request: Incoming, desk: Desk) -> dict[str, Any]:
    """The same for a page that says what went wrong: it asks no database."""
    settings = request.app.state.settings
    return {
        "desk": desk,
        "org": desk.org,
        "fragment": False,
        "insecure": settings.allow_insecure_http and not settings.secure_cookies,
        # The badge asks for itself.
        "counts": messages.Counts(),
        "alarms": [],
        "flash": None,
    }


async def alarms(request: Incoming, desk: Desk) -> list[Alarm]:
    """Whatever keeps messages from being told: it must be seen on every page."""
    locale = words.locale_of(request)
    told = await trouble.told(desk.org.id)
    if told == "nobody":
        return [Alarm(words.say(locale, SILENT), CHANNELS if desk.is_admin else "")]
    found = [Alarm(words.say(locale, UNTESTED), CHANNELS if desk.is_admin else "")]
    return (found if told == "untested" else []) + [
        _alarm(locale, desk, each) for each in await trouble.broken(desk.org.id)
    ]


def _alarm(locale: str, desk: Desk, broken: trouble.Trouble) -> Alarm:
    """An admin is led to where it can be mended, others to where it can be seen."""
    facts = {
        "channel": broken.channel_name or words.say(locale, KINDS[broken.kind].label),
        "time": words.short(locale, desk.org.timezone, broken.since),
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
