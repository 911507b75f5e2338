"""China's public holidays and make-up days, from the library `holidays`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from app.hours.clock import ONE_DAY
from app.hours.days import Days
from app.languages import DEFAULT, unicode

if TYPE_CHECKING:
    from holidays import HolidayBase

ENGLISH = "en_US"


class Calendar(msgspec.Struct, frozen=True):
    days: Days
    until: dt.date
    """The end of the last year for which the library has the State Council's notice."""
    without_notice: tuple[int, ...]
    """Years with statutory holidays only: other days off and make-up days are not known yet."""


def china(today: dt.date, locale: str = DEFAULT) -> Calendar:
    """From that day to the end of the next year, or of the last year with a notice.

    The first call takes about a second and 40 MB.
    """
    # Imported here, so that only installations that use it pay for it.
    from holidays import country_holidays
    from holidays.countries.china import China, ChinaStaticHolidays

    named = unicode(locale)
    language = named if named in China.supported_languages else ENGLISH

    def of_china(years: Iterable[int], *, observed: bool) -> HolidayBase:
        return country_holidays("CN", years=years, language=language, observed=observed)

    moved = {
        dt.date(year, month, day)
        for year, listed in ChinaStaticHolidays.special_public_holidays.items()
        for month, day, *_ in listed
    }
    last = max(day.year for day in moved)
    years = range(today.year, max(last, today.year + 1) + 1)
    # Without a notice, the library would guess the other days off (`observed`).
    statutory = of_china(years, observed=False)
    notices = of_china([year for year in years if year <= last], observed=True)
    by_law = {day: name.replace("; ", "/") for day, name in statutory.items() if day not in moved}
    work = {day for day in notices.weekend_workdays if day >= today}
    off = _with_weekends(set(notices), notices.weekend_workdays)
    names = {day: name for run in _runs(off) for day, name in _names(run, by_law).items()}
    holidays = {**names, **by_law}
    return Calendar(
        Days(
            {day: holidays[day] for day in sorted(holidays) if day >= today},
            dict.fromkeys(sorted(work), ()),
        ),
        dt.date(last, 12, 31),
        tuple(year for year in years if year > last),
    )


def _with_weekends(off: set[dt.date], work: set[dt.date]) -> set[dt.date]:
    """The days off and the weekends next to them, as the notices count; make-up days stay out."""
    found = set(off)
    todo = list(off)
    while todo:
        day = todo.pop()
        for near in (day - ONE_DAY, day + ONE_DAY):
            if near.weekday() > 4 and near not in found and near not in work:
                found.add(near)
                todo.append(near)
    return found


def _runs(off: set[dt.date]) -> Iterator[list[dt.date]]:
    """The days off, consecutive ones in one list."""
    run: list[dt.date] = []
    for day in sorted(off):
        if run and day - run[-1] > ONE_DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _names(run: list[dt.date], by_law: Mapping[dt.date, str]) -> dict[dt.date, str]:
    """Each day with the name of the statutory holiday that has the most days in the run."""
    names = Counter(by_law[day] for day in run if day in by_law)
    return dict.fromkeys(run, max(names, key=lambda name: names[name], default=""))
