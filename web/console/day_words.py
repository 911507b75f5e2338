"""The console's names of days, and its sentence about the end of the holiday calendar."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, get_day_names

from app.hours.schedule import Schedule, calendar_ends
from app.reading.clock_hours import WEEKDAYS
from web.http import words
from web.http.cldr import cldr
from web.http.words import N_

# A pattern as in `words`.
DAY_OF = N_("EEE d MMM y")
CALENDAR = {
    "": N_("Holidays are listed until {day}."),
    "soon": N_("The holiday calendar ends on {day}. Import the next one."),
    "over": N_(
        "The holiday calendar ended on {day}. Later holidays that are not listed are usual days."
    ),
}


def label(locale: str, day: dt.date) -> str:
    return format_date(day, words.say(locale, DAY_OF), locale=cldr(locale))


def calendar(locale: str, schedule: Schedule, now: dt.datetime) -> str:
    """The sentence about the end of the holiday calendar; empty when no end is set."""
    until = schedule.calendar_until
    text = CALENDAR[calendar_ends(schedule, now)]
    return words.say(locale, text, {"day": label(locale, until)}) if until else ""


def hour(locale: str, name: str) -> str:
    """An hour of the week by its name ("mon-09")."""
    day, _, begins = name.partition("-")
    named = get_day_names("abbreviated", locale=cldr(locale))[WEEKDAYS.index(day)]
    return f"{named} {begins}:00–{int(begins) + 1:02}:00"
