"""The list of channels with their health, and the words of all pages about channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response

from app.channel_settings.arrival import BY_LINK
from app.channel_settings.read import read, removed_entries
from app.channels.kinds import KINDS, notified, told_only
from app.deliveries import tempo
from app.deliveries.trial import Tested
from app.errors import Invalid
from app.overview.lately import lately
from app.reading.uids import uid_or_none
from web.console import undo
from web.console.auth import (
    Desk,
)
from web.console.channel_faults import sentences
from web.console.flash import Flash, flash
from web.console.frame import CHANNELS, ENDPOINTS, frame
from web.console.limit_fields import LIMIT_FIELDS
from web.http import words
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

STATES = {
    "arrives": N_("Confirmed"),
    "accepted": N_("Accepted by the platform"),
    "unproven": N_("Unused for a week: test it"),
    "failing": N_("Failing"),
    "untested": N_("Not tested"),
    "off": N_("Switched off"),
    "paused": N_("Pausing"),
}
WAITING = N_("On after a test")
STATE_KINDS = {
    "arrives": "ok",
    "accepted": "",
    "unproven": "warn",
    "failing": "err",
    "untested": "",
    "off": "",
    "paused": "warn",
}
STATE_SIGNS = {
    "arrives": "check-check",
    "accepted": "circle-check",
    "unproven": "clock",
    "failing": "triangle-alert",
    "untested": "circle-dashed",
    "off": "power",
    "paused": "circle-pause",
}
SHOWN = {
    "all": N_("Everything"),
    "masked": N_("Everything, contacts masked"),
    "link": N_("Only the link"),
}
PRIORITIES = {
    "high": N_("High priority"),
    "normal": N_("Normal priority"),
    "low": N_("Low priority"),
}
DONE = {
    "added": N_("Added. Send a test to see that it arrives."),
    "pasted": N_("Recognised and added. It is switched on when a test is accepted."),
    "arrived": N_("Noted: it arrives."),
    "known": N_("This one is here already. Nothing was added."),
    "back": N_("It is back, with its history."),
    "resent": N_("What it missed is being sent to it now."),
    "nothing": N_("There is nothing to send to it again."),
    "saved": N_("Saved."),
    "waits": N_("Saved, and still off: send a test. It is switched on when that is accepted."),
    "withdrawn": N_("Withdrawn: the links sent so far open nothing any more."),
    "ended": N_("The earlier secret signs no more."),
    "limits": N_("Saved. It counts from the next notice on."),
    "confirmation": N_("Saved. It counts from the next message on."),
    "on": N_("Switched on."),
    "off": N_("Switched off. What waited for it is cancelled."),
    "removed": N_("Removed."),
    "restored": N_("The earlier version is in force again."),
}
FROM_TEST = N_("a reader of the test")
TOO_MANY_TESTS = N_("Too many tests. You can try again in {n} s.")


def in_seconds(minutes: str) -> int | str:
    """Minutes, fractions too, as seconds; text that is no number stays, for the check to report."""
    try:
        return round(float(minutes) * 60)
    except (ValueError, OverflowError):
        return minutes


async def list_page(
    request: Incoming,
    desk: Desk,
    *,
    form: dict[str, str] | None = None,
    error: Invalid | None = None,
    tested: dict[str, Tested] | None = None,
    missing: str = "",
    status: int = 422,
) -> Response[str]:
    """`missing`: the uid of a channel whose test nobody sees."""
    locale = words.locale_of(request)
    problems = sentences(locale, error, {"dedup_window_seconds": "dedup_minutes"})
    if error and wants_fragment(request):
        return answer(
            request,
            "channels/summary.html",
            {"problems": problems, "other_kind": ""},
            status=status,
        )
    config = await read(desk.org.id)
    mine = told_only(config["notifications"])
    on = [entry for entry in mine if entry["enabled"]]
    context = {
        **await frame(request, desk),
        # The list itself shows it.
        "alarms": [],
        **await lines(request, desk, mine),
        "flash": await flash_of(request, desk, "limits"),
        "any_on": bool(on),
        "only_high": bool(on) and all(entry["only_high"] for entry in on),
        "any_tested": any(entry["health"]["last_ok_at"] for entry in on),
        "removed": [
            (each, name_of(locale, each)) for each in told_only(await removed_entries(desk.org.id))
        ],
        "limits": {**_limits(config), **(form or {})},
        "limit_fields": _limit_fields(locale),
        "faults": dict.fromkeys((name for name, *_ in LIMIT_FIELDS), "") | dict(problems),
        "problems": problems,
        "tested": tested or {},
        "missing": missing,
    }
    return answer(request, "channels/list.html", context, status=status if error else 200)


async def flash_of(request: Incoming, desk: Desk, part: str) -> Flash | None:
    """What was just done, with its undo: of a channel that was removed, or of this part of the
    settings."""
    said = await undo.done(request, desk, DONE, part)
    gone = uid_or_none(request.query_params.get("of"))
    if said and gone and request.query_params["done"] == "removed":
        return msgspec.structs.replace(said, undo=f"{CHANNELS}/{gone}/bring-back", over="page")
    return said


async def lines(
    request: Incoming, desk: Desk, channels: Sequence[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """What the lines of these channels say, or of all that notices go to, without the answer of any
    test."""
    locale = words.locale_of(request)
    if channels is None:
        channels = told_only((await read(desk.org.id))["notifications"])
    return {
        **shared(request, locale),
        "desk": desk,
        "channels": channels,
        "names": {each["uid"]: name_of(locale, each) for each in channels},
        "seers": {each["uid"]: seer(locale, each) for each in channels},
        "tails": {each["uid"]: tail_of(each) for each in channels},
        "lately": await lately(desk.org.id),
        "took": await tempo.last_successes(each["uid"] for each in channels),
        "tested": {},
        "missing": "",
    }


async def choose_page(
    request: Incoming, desk: Desk, *, error: Invalid | None = None
) -> Response[str]:
    locale = words.locale_of(request)
    problems = sentences(locale, error, {})
    context = {
        **await frame(request, desk),
        **shared(request, locale),
        "problems": problems,
        "faults": dict(problems),
    }
    return answer(request, "channels/choose.html", context, status=422 if error else 200)


def shared(request: Incoming, locale: str) -> dict[str, Any]:
    """Words and icons that all pages about channels use."""
    return {
        "labels": {kind: sender.label for kind, sender in KINDS.items()},
        "kinds": [
            (kind, words.say(locale, sender.label), words.say(locale, sender.purpose))
            for kind, sender in notified().items()
        ],
        "waiting_words": words.say(locale, WAITING),
        "shown_state": shown_state,
        "states": {state: words.say(locale, text) for state, text in STATES.items()},
        "state_kinds": STATE_KINDS,
        "state_signs": STATE_SIGNS,
        "shown_words": {name: words.say(locale, text) for name, text in SHOWN.items()},
        "priorities": {name: words.say(locale, text) for name, text in PRIORITIES.items()},
        "flash": flash(request, DONE),
    }


def shown_state(channel: dict[str, Any]) -> str:
    """As STATES has it: of a channel that works, whether that was lately, and whether a person saw
    a test arrive."""
    health = channel["health"]
    if health["state"] != "ok":
        return str(health["state"])
    if health["unproven"]:
        return "unproven"
    return "arrives" if health["received_at"] else "accepted"


def name_of(locale: str, channel: dict[str, Any]) -> str:
    """The channel's name, else its platform and the end of its address, which tell it from
    others."""
    label = words.say(locale, KINDS[channel["type"]].label)
    return str(channel["name"]) or f"{label} {tail_of(channel)}".strip()


def home_of(kind: str) -> str:
    """The list that channels of this kind are in."""
    return ENDPOINTS if KINDS[kind].hears == "events" else CHANNELS


def seer(locale: str, channel: dict[str, Any]) -> str:
    """Who saw a test of the channel arrive."""
    by = channel["health"]["received_by"]
    return words.say(locale, FROM_TEST) if by == BY_LINK else by


def tail_of(channel: dict[str, Any]) -> str:
    return KINDS[channel["type"]].tail(channel)


def _limits(config: dict[str, Any]) -> dict[str, str]:
    total = config["rate_limit_total_per_minute"]
    return {
        "rate_limit_per_minute": str(config["rate_limit_per_minute"]),
        "rate_limit_total_per_minute": "" if total is None else str(total),
        "dedup_minutes": f"{config['dedup_window_seconds'] / 60:g}",
    }


def _limit_fields(locale: str) -> list[tuple[str, ...]]:
    return [(name, *(words.say(locale, text) for text in texts)) for name, *texts in LIMIT_FIELDS]
