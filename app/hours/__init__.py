"""Office hours: when there are people, in any time zone, to the minute.

`Schedule` is the data, `check` makes one from JSON; the rest asks it.
"""

from app.hours.clock import add_open_time, next_change, open_at
from app.hours.days import Days, import_csv, merged, slots_in
from app.hours.ics import import_ics
from app.hours.schedule import WEEKDAYS, Schedule, Slot, check, decode, encode, slots, spans, zones

__all__ = [
    "WEEKDAYS",
    "Days",
    "Schedule",
    "Slot",
    "add_open_time",
    "check",
    "decode",
    "encode",
    "import_csv",
    "import_days",
    "import_ics",
    "merged",
    "next_change",
    "open_at",
    "slots",
    "slots_in",
    "spans",
    "zones",
]


def import_days(text: str) -> Days:
    """A calendar file or a table, whichever it is."""
    is_calendar = text.lstrip("\ufeff \t\r\n").upper().startswith("BEGIN:VCALENDAR")
    return import_ics(text) if is_calendar else import_csv(text)
