"""Moments of the near future, as short as is unambiguous."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_gmt, get_timezone_name

from app.presence.explain import Step
from web.http import words
from web.http.cldr import cldr
from web.http.words import N_

THERE = N_("{time} ({zone})")
# Where CLDR's name differs from what people there say.
CALLED = {"Asia/Shanghai": N_("China Time")}
# Patterns as in `words`, with the day of the week.
THIS_YEAR = N_("EEE d MMM HH:mm")
LATER = N_("EEE d MMM y HH:mm")
A_WEEK = dt.timedelta(days=6)
"""Within this a weekday's name is unambiguous."""


def coming(locale: str, zone: str, moment: dt.datetime, now: dt.datetime) -> str:
    """18:00 today, Mon 09:00 within a week, else with its date."""
    local, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if local.date() == here.date():
        pattern = "HH:mm"
    elif dt.timedelta() <= local.date() - here.date() <= A_WEEK:
        pattern = "EEE HH:mm"
    elif local.year == here.year:
        pattern = words.say(locale, THIS_YEAR)
    else:
        pattern = words.say(locale, LATER)
    return format_datetime(local, pattern, locale=cldr(locale))


def coming_there(locale: str, zone: str, moment: dt.datetime, now: dt.datetime) -> str:
    """With the name of its zone, for somebody who may be elsewhere: 18:00 (China Time)."""
    time = coming(locale, zone, moment, now)
    return words.say(locale, THERE, {"time": time, "zone": zone_name(locale, zone, moment)})


def zone_name(locale: str, zone: str, moment: dt.datetime) -> str:
    """The zone's name; a plain offset as GMT±n."""
    if zone in CALLED:
        return words.say(locale, CALLED[zone])
    if "/" in zone and not zone.startswith("Etc/"):
        return get_timezone_name(ZoneInfo(zone), locale=cldr(locale))
    return get_timezone_gmt(moment.astimezone(ZoneInfo(zone)), locale=cldr(locale))


def sentence(locale: str, zone: str, step: Step, now: dt.datetime) -> str:
    """What a rule said, in words."""
    return words.say(locale, step.detail, _readable(locale, zone, step.facts, now))


def _readable(locale: str, zone: str, facts: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    return {
        name: coming(locale, zone, fact, now) if isinstance(fact, dt.datetime) else fact
        for name, fact in facts.items()
    }
