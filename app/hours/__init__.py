"""Office hours in any time zone, to the minute.

`Schedule` is the data, `check` makes one from JSON; the rest reads it.
"""

from app.hours.clock import add_open_time, next_change, open_at, open_spans
from app.hours.days import Days, import_csv, merged, reach, settled, slots_in, table
from app.hours.public import Calendar, china
from app.hours.schedule import (
    WEEKDAYS,
    Schedule,
    Slot,
    calendar_ends,
    check,
    decode,
    encode,
    slots,
    spans,
    zones,
)
from app.reading import encodings

__all__ = [
    "WEEKDAYS",
    "Calendar",
    "Days",
    "Schedule",
    "Slot",
    "add_open_time",
    "calendar_ends",
    "check",
    "china",
    "decode",
    "encode",
    "import_csv",
    "import_days",
    "merged",
    "next_change",
    "open_at",
    "open_spans",
    "reach",
    "settled",
    "slots",
    "slots_in",
    "spans",
    "table",
    "zones",
]


def import_days(given: str | bytes, *, timezone: str = "UTC") -> Days:
    """A calendar file or a table, whichever it is, as text or as the bytes of a file."""
    text = encodings.text_of(given) if isinstance(given, bytes) else given
    bare = text.lstrip("\ufeff \t\r\n")
    is_calendar = bare[:20].upper().startswith("BEGIN:VCALENDAR")
    if not is_calendar:
        return import_csv(text)
    # The libraries are large, and calendars are read seldom.
    from app.hours.ics import import_ics

    return import_ics(bare, timezone=timezone)
