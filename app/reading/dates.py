"""Days and moments as people and programs write them. A bound beyond `FIRST` or `LAST` is cut to
it; any other such day counts as none."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from app.reading.characters import plain

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
"""Conversions, both databases and added days stay within their ranges."""
A_DAY = dt.timedelta(days=1)

YEAR_FIRST = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号號.]?", re.ASCII
)
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
YEAR_LAST = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{4})")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
IN_ENGLISH = re.compile(
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\.?\s+)?([A-Za-z]{3,9})\.?,?\s+"
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?,?\s+)?([0-9]{4})"
)
# What may follow a day: its weekday, and the midnight that a spreadsheet adds.
WEEKDAY = re.compile(
    r"\s*[(\[]?\s*(?:(?:星期|周|週|礼拜|曜日)[一二三四五六日天]|[月火水木金土日]曜日?"
    r"|(?<=[(\[])[月火水木金土日一二三四五六](?=[)\]])|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?)\s*[)\]]?\s*,?\s*",
    re.IGNORECASE,
)
MIDNIGHT = re.compile(r"[T ]+0{1,2}:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$")
SHEET_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")
SHEET_EPOCH = dt.date(1899, 12, 30)


def day(text: str) -> dt.date | None:
    """The day; None when it is none, or is ambiguous (3/4/2027)."""
    seen = MIDNIGHT.sub("", WEEKDAY.sub(" ", plain(text)).strip())
    for pattern in (YEAR_FIRST, COMPACT):
        if found := pattern.fullmatch(seen):
            return _date(*(int(part) for part in found.groups()))
    if found := YEAR_LAST.fullmatch(seen):
        return _of_either(*(int(part) for part in found.groups()))
    if found := IN_ENGLISH.fullmatch(seen):
        return _in_english(found)
    return None


def of_sheet(text: str) -> dt.date | None:
    """Like `day`, but also reads a spreadsheet's serial number of a day."""
    seen = plain(text)
    if SHEET_SERIAL.fullmatch(seen):
        return SHEET_EPOCH + dt.timedelta(days=int(seen[:5]))
    return day(text)


def _in_english(found: re.Match[str]) -> dt.date | None:
    before, name, after, year = found.groups()
    month = name[:3].lower()
    if month not in MONTHS or bool(before) == bool(after):
        return None
    return _date(int(year), MONTHS.index(month) + 1, int(before or after))


def _of_either(one: int, other: int, year: int) -> dt.date | None:
    """Day first or month first; None unless one number can be no month, or both are equal."""
    if one > 12 or one == other:
        return _date(year, other, one)
    return _date(year, one, other) if other > 12 else None


def _date(year: int, month: int, number: int) -> dt.date | None:
    try:
        found = dt.date(year, month, number)
    except (ValueError, OverflowError):
        return None
    return found if FIRST <= found <= LAST else None


def iso_day(text: str) -> dt.date | None:
    """A day from a URL or a form field. One out of range is cut to the range: as a bound it means
    the same."""
    try:
        return _within(dt.date.fromisoformat(text.strip()))
    except ValueError:
        return day(text)


def shown(text: str) -> str:
    """A day from a URL in ISO form, to be shown again; empty when it is none."""
    found = iso_day(text)
    return found.isoformat() if found else ""


def midnight(found: dt.date | None, zone: str, *, days: int = 0) -> dt.datetime | None:
    """When that day begins in the zone, in UTC; with days=1, when it ends. None stays None."""
    if found is None:
        return None
    moved = _within(found) + dt.timedelta(days=days)
    return dt.datetime.combine(moved, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)


def moment(text: str, zone: str | None = "UTC") -> dt.datetime | None:
    """An ISO time, in UTC. Without an offset it is in `zone`; None if that is None too. A time out
    of range is moved to just outside of it."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not FIRST <= found.date() <= LAST:
        nearest = FIRST - A_DAY if found.date() < FIRST else LAST + A_DAY
        found = dt.datetime.combine(nearest, dt.time(12), found.tzinfo)
    if found.tzinfo is None:
        if zone is None:
            return None
        found = found.replace(tzinfo=ZoneInfo(zone))
    return found.astimezone(dt.UTC)


def bound(text: str, *, end: bool = False) -> dt.datetime | None:
    """A day or time that programs send as a bound, in UTC unless it has an offset. `end`: a bare
    day means its end. None when unreadable or out of range."""
    try:
        only_day: dt.date | None = dt.date.fromisoformat(text.strip())
    except ValueError:
        found = moment(text)
        if found:
            return found if FIRST <= found.date() <= LAST else None
        only_day = day(text)
    if only_day is None or not FIRST <= only_day <= LAST:
        return None
    return midnight(only_day, "UTC", days=1 if end else 0)


def _within(found: dt.date) -> dt.date:
    return min(max(found, FIRST), LAST)


def seconds(moment: dt.datetime) -> dt.datetime:
    """Times are told to the second, in UTC: 2026-11-22T08:00:00Z."""
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def seconds_or_none(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else seconds(moment)
