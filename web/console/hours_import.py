"""An import of unusual days: its file or text, and its preview."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping

import msgspec

from app import hours
from app.errors import Invalid
from app.hours import Calendar, Days
from app.hours.schedule import BAD_DATE
from app.reading import dates, encodings
from web.console.day_words import label
from web.http import words
from web.http.words import N_

FILE = "file"
ASKED = "day-"
UNTIL = "calendar_until"
WITHOUT_NOTICE = N_(
    "For {year}, only the statutory holidays are known. Other days off and make-up days are"
    " missing: the State Council usually announces them in November. Then upgrade Leavemsg and"
    " import again, or import a list."
)


class Line(msgspec.Struct, frozen=True):
    """One day. `kind` is "off" or "work"; for an unclear day the more probable one."""

    date: dt.date
    label: str
    name: str
    kind: str
    slots: str = ""


class Wanted(msgspec.Struct, frozen=True):
    lines: list[Line]
    asked: list[Line]
    left: list[str]
    unknown: list[str]
    until: dt.date | None
    """The day until which the list is probably complete."""


def text_of(form: Mapping[str, str]) -> str:
    """The text of the file, else the typed one. The page sends a file's bytes as base64, as its
    form takes only text."""
    try:
        raw = base64.b64decode(form.get(FILE, ""), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    return encodings.text_of(raw) if raw else form.get("text", "")


def answers(form: Mapping[str, str]) -> dict[dt.date, str]:
    """The answers about unclear days."""
    found = {}
    for name, value in form.items():
        day = dates.iso_day(name.removeprefix(ASKED)) if name.startswith(ASKED) else None
        if day:
            found[day] = value
    return found


def until(form: Mapping[str, str]) -> dt.date | None:
    """Raises Invalid at /calendar_until."""
    typed = form.get(UNTIL, "").strip()
    day = dates.day(typed)
    if typed and day is None:
        raise Invalid.at(f"/{UNTIL}", "date_format", BAD_DATE)
    return day


def of_china(locale: str, calendar: Calendar) -> Wanted:
    unknown = [
        words.say(locale, WITHOUT_NOTICE, {"year": str(year)}) for year in calendar.without_notice
    ]
    found = shown(locale, calendar.days)
    return msgspec.structs.replace(found, until=calendar.until, unknown=unknown)


def shown(locale: str, days: Days) -> Wanted:
    off = [Line(day, label(locale, day), name, "off") for day, name in days.holidays.items()]
    work = [
        Line(day, label(locale, day), "", "work", " ".join("–".join(slot) for slot in slots))
        for day, slots in days.makeup_days.items()
    ]
    asked = [
        # A day off in exchange is a weekday, a make-up day at the weekend.
        Line(day, label(locale, day), name, "work" if day.weekday() > 4 else "off")
        for day, name in days.asked.items()
    ]
    left = [words.say(locale, problem.detail, problem.facts) for problem in days.left]
    lines = sorted(off + work, key=lambda line: line.date)
    return Wanted(lines, asked, left, [], hours.reach(days))
