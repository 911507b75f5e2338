"""The data of the page about office hours and presence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_day_names

from app import hours, presence
from app.catalogue import CLAUSES, LABELLED
from app.errors import Problem
from app.hours import WEEKDAYS, Schedule
from app.presence import Facts, Presence, Said
from web.console.day_words import label
from web.console.frame import NEXT_OFFLINE, NEXT_ONLINE
from web.console.hours_form import day_of
from web.http import moments, words
from web.http.cldr import cldr
from web.http.words import N_

PREVIEW_DAYS = 14
REPORTS = 5
DAY = 24 * 60

STEPS = {
    "override": N_("Set by hand"),
    "overload": N_("Overload"),
    "console": N_("Agents in the console"),
    "reports": N_("Chat systems"),
    "hours": N_("Office hours"),
    "rule": N_("Otherwise"),
}
# In brackets after the state.
REASONS = {
    "override": N_("set by hand until {until}"),
    "overloaded": N_("too much to do, until {until}"),
    "agents_online": N_("{n} online"),
    "no_agents": N_("no agent is online"),
    "within_hours": N_("office hours"),
    "outside_hours": N_("outside office hours"),
    "holiday": N_("a day off"),
    "no_hours": N_("no office hours are set"),
}


class Line(msgspec.Struct, frozen=True):
    """One rule of "why": its name, what it said, and whether it decided."""

    name: str
    says: str
    detail: str
    decides: bool


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the preview, or one unusual day."""

    date: dt.date
    label: str
    kind: str
    """holiday, makeup, or empty."""
    name: str
    slots: str
    bars: tuple[tuple[int, int], ...] = ()
    """Minutes of the day: start and length."""


def state_words(locale: str, facts: Facts, found: Presence) -> str:
    """The text in brackets: why, and when it changes."""
    zone = facts.schedule.timezone
    known = {
        "until": moments.coming(locale, zone, found.until, facts.now) if found.until else "",
        "n": str(found.agents_online),
    }
    parts = [words.say(locale, REASONS[found.reason], known)]
    if found.next_change_at and not found.until:
        time = moments.coming(locale, zone, found.next_change_at, facts.now)
        text = NEXT_OFFLINE if found.state == "online" else NEXT_ONLINE
        parts.append(words.say(locale, text, {"time": time}))
    return words.say(locale, CLAUSES).join(parts)


def lines(locale: str, facts: Facts) -> list[Line]:
    zone = facts.schedule.timezone
    return [
        Line(
            words.say(locale, STEPS[step.rule]),
            step.says,
            moments.sentence(locale, zone, step, facts.now),
            step.decides,
        )
        for step in presence.steps(facts)
    ]


def reports(facts: Facts) -> list[Said]:
    """The newest reports of chat systems; for one that names agents, only the agents' reports."""
    said = [each for each in facts.said if each.source != presence.CONSOLE]
    named = {each.source for each in said if each.who}
    shown = [each for each in said if each.who or each.source not in named]
    return sorted(shown, key=lambda each: each.at, reverse=True)[:REPORTS]


def weekdays(locale: str) -> dict[str, str]:
    names = get_day_names("wide", locale=cldr(locale))
    return {day: names[number] for number, day in enumerate(WEEKDAYS)}


def said(locale: str, problems: Sequence[tuple[str, Problem]]) -> list[tuple[str, str]]:
    """(field, sentence) of each fault; of a week, with the day that it is about."""
    names, found = weekdays(locale), []
    for field, each in problems:
        text = words.say(locale, each.detail, each.facts)
        if day := names.get(day_of(field)):
            text = words.say(locale, LABELLED, {"label": day, "value": text})
        found.append((field, text))
    return found


def unusual_days(locale: str, schedule: Schedule, today: dt.date) -> tuple[list[Day], int]:
    """The days to come, and how many are past."""
    listed = sorted(schedule.holidays.keys() | schedule.makeup_days.keys())
    coming = [_day(locale, schedule, day) for day in listed if day >= today]
    return coming, len(listed) - len(coming)


def preview(locale: str, schedule: Schedule, now: dt.datetime) -> list[Day]:
    today = now.astimezone(ZoneInfo(schedule.timezone)).date()
    days = [today + dt.timedelta(days=number) for number in range(PREVIEW_DAYS)]
    return [_day(locale, schedule, day) for day in days]


def _day(locale: str, schedule: Schedule, day: dt.date) -> Day:
    made_up = day in schedule.makeup_days
    return Day(
        date=day,
        label=label(locale, day),
        kind="makeup" if made_up else "holiday" if day in schedule.holidays else "",
        name="" if made_up else schedule.holidays.get(day, ""),
        slots=", ".join("–".join(slot) for slot in hours.slots(schedule, day)),
        bars=_bars(schedule, day),
    )


def _bars(schedule: Schedule, day: dt.date) -> tuple[tuple[int, int], ...]:
    """Open times of that day, including a shift that began the day before."""
    before = hours.spans(schedule, day - dt.timedelta(days=1))
    found = [(0, end - DAY) for _, end in before if end > DAY]
    found += [(start, min(end, DAY)) for start, end in hours.spans(schedule, day)]
    return tuple((start, end - start) for start, end in found)
