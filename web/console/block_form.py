"""The form of an entry of the block list, and what it sends as an entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from app.blocks.shape import KINDS, Block
from app.errors import Invalid, Problem
from app.reading import dates
from web.console.block_words import ENDS, KEEP
from web.http import words
from web.http.words import N_

DAYS = {"day": 1, "week": 7, "month": 30}
NO_DAY = N_("Choose a day")
NOTHING = N_("Tick at least one")
INPUTS = {"/expires_at": "day", "/text": "text", "/reason": "reason"}


def block_of(
    form: Mapping[str, str], zone: str, now: dt.datetime, before: Block | None = None
) -> Block:
    """What was typed. Raises Invalid for an end that is none."""
    kind = next((each for each in KINDS if each == form.get("kind")), KINDS[0])
    block = replace(before, kind=kind) if before else Block(kind=kind, text="")
    return replace(
        block,
        text=form.get("text", ""),
        reason=form.get("reason", ""),
        expires_at=_end(form, zone, now, before),
    )


def ends_at(form: Mapping[str, str], zone: str, now: dt.datetime) -> dt.datetime | None:
    """Raises Invalid at /expires_at."""
    return _end(form, zone, now, None)


def _end(
    form: Mapping[str, str], zone: str, now: dt.datetime, before: Block | None
) -> dt.datetime | None:
    until = form.get("until", "")
    if until == "keep" and before is not None:
        return before.expires_at
    if until in DAYS:
        return now + dt.timedelta(days=DAYS[until])
    if until != "date":
        return None
    end = dates.midnight(dates.iso_day(form.get("day", "")), zone, days=1)
    if end is None:
        raise Invalid.at("/expires_at", "required", NO_DAY)
    return end


def values_of(block: Block, zone: str, *, until: str) -> dict[str, str]:
    day = block.expires_at.astimezone(ZoneInfo(zone)).date() if block.expires_at else None
    return {
        "kind": block.kind,
        "text": block.text,
        "reason": block.reason,
        "until": "keep" if block.expires_at else until,
        "day": day.isoformat() if day else "",
    }


def ends(locale: str, zone: str, before: Block | None = None) -> list[tuple[str, str]]:
    """The choices of how long it holds."""
    offered = [(name, words.say(locale, text)) for name, text in ENDS.items()]
    if before is None or before.expires_at is None:
        return offered
    time = words.short(locale, zone, before.expires_at)
    return [("keep", words.say(locale, KEEP, {"time": time})), *offered]


def sentences(locale: str, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(input, sentence)"""
    return words.of_inputs(locale, problems, INPUTS)
