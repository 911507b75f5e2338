"""Sentences, times and lists in people's languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from litestar.connection import ASGIConnection

from app.catalogue import N_, fill, listed, say, say_many
from app.errors import Problem
from app.languages import DEFAULT, accepted, nearest
from web.http.cldr import cldr

__all__ = [
    "N_",
    "ago",
    "fill",
    "full",
    "listed",
    "locale_of",
    "of_fields",
    "of_inputs",
    "say",
    "say_many",
    "short",
]

Connection = ASGIConnection[Any, Any, Any, Any]

# CLDR date patterns. A translation keeps the letters, in its own order.
FULL = N_("d MMM yyyy, HH:mm:ss")
THIS_YEAR = N_("d MMM HH:mm")
EARLIER = N_("d MMM yyyy")
YESTERDAY = N_("Yesterday {time}")
A_MINUTE = dt.timedelta(minutes=1)
DIGIT_BEFORE_CHINESE = re.compile(r"(\d)(?=[\u3400-\u9fff])")
JUST_NOW = N_("just now")


def locale_of(request: Connection) -> str:
    """`?lang=`, then what the person signed in chose, then the browser's, then the form's own."""
    state = request.scope.get("state", {})
    asked = request.query_params.get("lang", "") if request.scope["query_string"] else ""
    return (
        nearest(asked)
        or nearest(state.get("locale", ""))
        or accepted(request.headers.get("accept-language", ""))
        or nearest(state.get("default_locale", ""))
        or DEFAULT
    )


def of_fields(locale: str, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Each fault as its field, by which the page leads there, and a sentence."""
    return [
        (each.pointer.removeprefix("/"), say(locale, each.detail, each.facts)) for each in problems
    ]


def of_inputs(
    locale: str, problems: Iterable[Problem], inputs: Mapping[str, str]
) -> list[tuple[str, str]]:
    """As `of_fields`, where the inputs are called otherwise: `inputs` by pointer. What is in none
    of them has no place."""
    return [
        (inputs.get(each.pointer, ""), say(locale, each.detail, each.facts)) for each in problems
    ]


def full(locale: str, zone: str, moment: dt.datetime) -> str:
    """Date and time to the second, for a title or a log."""
    return _format(locale, zone, moment, say(locale, FULL))


def short(locale: str, zone: str, moment: dt.datetime, now: dt.datetime | None = None) -> str:
    """As short as is unambiguous: 10:30 today, else with the day, or the date with its year."""
    now = (now or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(zone))
    local = moment.astimezone(ZoneInfo(zone))
    time = _format(locale, zone, moment, "HH:mm")
    if local.date() == now.date():
        return time
    if local.date() == now.date() - dt.timedelta(days=1):
        return say(locale, YESTERDAY, {"time": time})
    pattern = THIS_YEAR if local.year == now.year else EARLIER
    return _format(locale, zone, moment, say(locale, pattern))


def ago(locale: str, moment: dt.datetime, now: dt.datetime | None = None) -> str:
    """How long since, in the largest unit that fits; within a minute, just now."""
    now = now or dt.datetime.now(dt.UTC)
    if now - moment < A_MINUTE:
        return say(locale, JUST_NOW)
    return spaced(format_timedelta(moment - now, add_direction=True, locale=cldr(locale)))


def spaced(text: str) -> str:
    """A number stands apart from Chinese, as in our own sentences."""
    return DIGIT_BEFORE_CHINESE.sub(r"\1 ", text)


def _format(locale: str, zone: str, moment: dt.datetime, pattern: str) -> str:
    return format_datetime(moment, pattern, tzinfo=ZoneInfo(zone), locale=cldr(locale))
