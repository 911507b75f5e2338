"""Whether somebody works at a moment, by their own hours as their row has them: the JSON of a
schedule, or empty for any time."""

from __future__ import annotations

import datetime as dt

from app.hours.clock import next_change, open_at
from app.hours.schedule import decode


def works_at(stored: str, moment: dt.datetime) -> bool:
    return not stored or open_at(decode(stored), moment)


def begins(stored: str, moment: dt.datetime) -> dt.datetime:
    """That moment, or the next at which they work."""
    if works_at(stored, moment):
        return moment
    return next_change(decode(stored), moment) or moment
