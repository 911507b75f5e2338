"""Moments of the near future, as short as they can be without a doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_gmt, get_timezone_name

from app.presence import Step
from web.http import words
from web.http.words import N_

THERE = N_("{time} ({zone})")
# Where the catalogue of the world has another word than the people who live there.
CALLED = {"Asia/Shanghai": {"zh-CN": "北京时间"}}
A_WEEK = dt.timedelta(days=6)
"""Within it a weekday's name cannot mean another week."""


def coming(locale: str, zone: str, moment: dt.datetime, now: dt.datetime) -> str:
    """18:00 today, Mon 09:00 within a week, else with its date."""
    local, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    chinese = locale == "zh-CN"
    if local.date() == here.date():
        pattern = "HH:mm"
    elif dt.timedelta() <= local.date() - here.date() <= A_WEEK:
        pattern = "EEE HH:mm"
    elif local.year == here.year:
        pattern = "M月d日 EEE HH:mm" if chinese else "EEE d MMM HH:mm"
    else:
        pattern = "y年M月d日 EEE HH:mm" if chinese else "EEE d MMM y HH:mm"
    return format_datetime(local, pattern, locale=locale.replace("-", "_"))


def coming_there(locale: str, zone: str, moment: dt.datetime, now: dt.datetime) -> str:
    """With the name of its zone, for somebody who may be elsewhere: 18:00 (China Time)."""
    time = coming(locale, zone, moment, now)
    return words.say(locale, THERE, {"time": time, "zone": zone_name(locale, zone, moment)})


def zone_name(locale: str, zone: str, moment: dt.datetime) -> str:
    """As people call it; one that is only a distance from Greenwich as that."""
    if locale in CALLED.get(zone, {}):
        return CALLED[zone][locale]
    babel_locale = locale.replace("-", "_")
    if "/" in zone and not zone.startswith("Etc/"):
        return get_timezone_name(ZoneInfo(zone), locale=babel_locale)
    return get_timezone_gmt(moment.astimezone(ZoneInfo(zone)), locale=babel_locale)


def sentence(locale: str, zone: str, step: Step, now: dt.datetime) -> str:
    """What a rule said, in words."""
    return words.say(locale, step.detail, _readable(locale, zone, step.facts, now))


def _readable(locale: str, zone: str, facts: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    return {
        name: coming(locale, zone, fact, now) if isinstance(fact, dt.datetime) else fact
        for name, fact in facts.items()
    }
