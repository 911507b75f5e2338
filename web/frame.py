"""What surrounds every page of the console: counts, account, and what is wrong right now."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from app import messages, notifications, presence
from app.channels import KINDS
from web import words
from web.auth import Desk
from web.render import wants_fragment
from web.words import N_

Incoming = Request[Any, Any, Any]

CHANNELS = "/settings/notifications"
SILENT = N_("No channel is on. New messages notify nobody.")


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
    }


async def alarms(request: Incoming, desk: Desk) -> list[Alarm]:
    """Whatever keeps messages from being told: it must be seen on every page."""
    config = await notifications.read(desk.org.id)
    locale = words.locale_of(request)
    if not any(entry["enabled"] for entry in config["notifications"]):
        return [Alarm(words.say(locale, SILENT), CHANNELS)]
    failing = [entry for entry in config["notifications"] if entry["health"]["state"] == "failing"]
    return [
        Alarm(
            words.say(
                locale,
                N_("{channel} does not get through: {failures} failures in a row"),
                {
                    "channel": entry["name"] or words.say(locale, KINDS[entry["type"]].label),
                    "failures": entry["health"]["failures"],
                },
            ),
            f"{CHANNELS}/{entry['uid']}",
        )
        for entry in failing
    ]
