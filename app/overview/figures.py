"""The figures of the overview, from the sums of its days and from what waits at this moment."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import Counter
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from app import database
from app.brands import stored as brands
from app.deliveries import named
from app.overview import funnel, kept, parts, statements, told
from app.overview.funnel import Funnel
from app.overview.parts import Sums
from app.overview.spans import A_DAY, Span
from app.reading import dates
from app.reading.clock_hours import WEEKDAYS
from app.tables import Channel, Organization
from app.targets.shape import Targets, stored

AGES = ((0, 0), (1, 1), (2, 6), (7, 29), (30, None))
"""Days ago, from and to, by which what waits is sorted."""


class Waits(msgspec.Struct, frozen=True):
    """Of so many messages, in minutes: half were handled within `median`, nine of ten in `p90`."""

    n: int
    median: int
    p90: int


class Share(msgspec.Struct, frozen=True):
    """So many of all."""

    n: int
    total: int

    @property
    def percent(self) -> float | None:
        return 100 * self.n / self.total if self.total else None

    @property
    def is_broken(self) -> bool:
        """Of targets: whether somebody should look at it."""
        return self.total >= ENOUGH and (self.total - self.n) * BROKEN > self.total


ENOUGH, BROKEN = 20, 5
"""Of so many targets, one in so many may be missed before somebody should look at it."""


class Line(msgspec.Struct, frozen=True):
    """Of what was left, and how many of these are handled."""

    name: str
    new: int
    handled: int


class BrandLine(Line, frozen=True):
    uid: str


class Category(Line, frozen=True):
    """Also how many were handled in time, and what their visitors say."""

    kept: Share
    solved: Share


class Person(msgspec.Struct, frozen=True):
    """What somebody handled; and of what was left, what the visitors say whom they answered."""

    name: str
    handled: int
    solved: Share


class Bar(msgspec.Struct, frozen=True):
    span: Span
    new: int
    handled: int


class Age(msgspec.Struct, frozen=True):
    """What waits and was left between two days; the oldest have no first day."""

    first: dt.date | None
    last: dt.date
    n: int


class Told(msgspec.Struct, kw_only=True):
    """A channel, and what became of the notices that were owed to it."""

    uid: str
    name: str
    kind: str
    removed: bool
    sent: int
    failed: int
    error_at: dt.datetime | None
    error_code: str
    error: str
    hint: str
    facts: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one span of days."""

    new: int
    handled: int
    wait: Waits
    open_wait: Waits
    kept: Share
    solved: Share


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    span: Span
    today: Span
    new_today: int
    new_yesterday: int
    pending: int
    overdue: int
    now: Figures
    before: Figures
    bars: list[Bar]
    hours: dict[str, int]
    """Of what was left in the span, by the hour of the week ("mon-09")."""
    categories: list[Category]
    sites: list[Line]
    brands: list[BrandLine]
    """In their order; none while there is only one."""
    people: list[Person]
    targets: Targets
    form: Funnel
    ages: list[Age]
    told: list[Told]

    @property
    def notices(self) -> Share:
        sent = sum(each.sent for each in self.told)
        return Share(sent, sent + sum(each.failed for each in self.told))


def day_of(org: Organization, now: dt.datetime) -> dt.date:
    return parts.day_of(now, ZoneInfo(org.timezone))


async def today(org: Organization) -> dt.date:
    """Which day it is now, where the organization is."""
    return day_of(org, await database.now())


async def read(org: Organization, span: Span, now: dt.datetime | None = None) -> Overview:
    now = now or await database.now()
    this_day = Span(day := day_of(org, now), day)
    first = min(span.before.first, span.bars()[0].first, this_day.before.first)
    days = await kept.days(org.id, org.timezone, Span(first, day))
    total = _of(days, span)
    backlog = await statements.backlog(org.id, now)
    late = await _late(org, span, now)
    return Overview(
        span=span,
        today=this_day,
        new_today=_number(days, this_day, "new"),
        new_yesterday=_number(days, this_day.before, "new"),
        pending=backlog.pending,
        overdue=backlog.overdue,
        now=_figures(total, late),
        before=_figures(_of(days, span.before), await _late(org, span.before, now)),
        bars=[_bar(days, each) for each in span.bars()],
        hours=_hours(days, span),
        categories=_categories(total, late),
        sites=[Line(*each) for each in _lines(total, "site")],
        brands=_brands(total, await brands.names(org), str(org.id)),
        people=_people(total),
        targets=stored(org.targets),
        form=await funnel.read(org.id, span),
        ages=await _ages(org, day, now),
        told=await _told(org, span),
    )


def _of(days: Mapping[dt.date, Sums], span: Span) -> Sums:
    return parts.together(days[day] for day in span.days() if day in days)


def _number(days: Mapping[dt.date, Sums], span: Span, kind: str) -> int:
    return sum(_one(days[day], kind) for day in span.days() if day in days)


def _one(of: Sums, kind: str, value: str = "") -> int:
    return of[kind].get(value, 0) if kind in of else 0


def _figures(of: Sums, late: Mapping[str, int]) -> Figures:
    """`late` are those that nobody handled in time and that nobody has handled since."""
    kept, solved = _one(of, "first", "kept"), _one(of, "solved", "yes")
    return Figures(
        new=_one(of, "new"),
        handled=_one(of, "handled"),
        wait=waits(of.get("wait", {})),
        open_wait=waits(of.get("open wait", {})),
        kept=Share(kept, kept + _one(of, "first", "late") + sum(late.values())),
        solved=Share(solved, solved + _one(of, "solved", "no")),
    )


def waits(counts: Mapping[str, int]) -> Waits:
    """The nearest rank: a time that somebody really waited."""
    lasted = sorted((int(minutes), n) for minutes, n in counts.items() if n)
    total = sum(n for _, n in lasted)

    def within(share: float) -> int:
        rank, seen = math.ceil(share * total), 0
        for minutes, n in lasted:
            seen += n
            if seen >= rank:
                return minutes
        return 0

    return Waits(total, within(0.5), within(0.9))


def _bar(days: Mapping[dt.date, Sums], span: Span) -> Bar:
    return Bar(span, _number(days, span, "new"), _number(days, span, "handled"))


def _hours(days: Mapping[dt.date, Sums], span: Span) -> dict[str, int]:
    found: Counter[str] = Counter()
    for day in span.days():
        for hour, n in days.get(day, {}).get("hour", {}).items():
            found[f"{WEEKDAYS[day.weekday()]}-{hour}"] += n
    return dict(found)


def _lines(of: Sums, kind: str) -> list[tuple[str, int, int]]:
    named = _most(of.get(kind, {}))
    return [(name, n, _one(of, f"{kind} handled", name)) for name, n in named]


def _brands(of: Sums, names: Mapping[str, str], first: str) -> list[BrandLine]:
    """What has no other brand is the first's."""
    found = {uid: (_one(of, "brand", uid), _one(of, "brand handled", uid)) for uid in names}
    if found:
        new, handled = _one(of, "new"), sum(of.get("site handled", {}).values())
        others = [counts for uid, counts in found.items() if uid != first]
        found[first] = (
            new - sum(n for n, _ in others),
            handled - sum(n for _, n in others),
        )
    return [BrandLine(names[uid], *counts, uid) for uid, counts in found.items()]


def _categories(of: Sums, late: Mapping[str, int]) -> list[Category]:
    return [
        Category(name, new, handled, kept_of(of, late, name), _solved(of, "category", name))
        for name, new, handled in _lines(of, "category")
    ]


def kept_of(of: Sums, late: Mapping[str, int], category: str) -> Share:
    """What was handled in time, of what is decided."""
    kept = _one(of, "category kept", category)
    return Share(kept, kept + _one(of, "category late", category) + late.get(category, 0))


def _solved(of: Sums, kind: str, name: str) -> Share:
    yes = _one(of, f"{kind} solved yes", name)
    return Share(yes, yes + _one(of, f"{kind} solved no", name))


def _people(of: Sums) -> list[Person]:
    """Also those who handled nothing in these days, of whom a visitor says something."""
    counts = dict(of.get("person", {}))
    for answer in ("yes", "no"):
        for name, n in of.get(f"person solved {answer}", {}).items():
            if n:
                counts.setdefault(name, 0)
    named = sorted(counts.items(), key=lambda each: (-each[1], each))
    found = [Person(name, n, _solved(of, "person", name)) for name, n in named]
    return [each for each in found if each.handled or each.solved.total]


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most first."""
    return sorted(((name, n) for name, n in counts.items() if n), key=lambda each: (-each[1], each))


async def _late(org: Organization, span: Span, now: dt.datetime) -> dict[str, int]:
    start, end = span.moments(org.timezone)
    return await statements.late(org.id, start, end, now)


async def _ages(org: Organization, day: dt.date, now: dt.datetime) -> list[Age]:
    spans = [
        (None if oldest is None else day - oldest * A_DAY, day - latest * A_DAY)
        for latest, oldest in AGES
    ]
    begins = [dates.midnight(first, org.timezone) for first, _ in spans]
    counts = await statements.ages(org.id, [each for each in begins if each], now)
    return [Age(first, last, n) for (first, last), n in zip(spans, counts, strict=True)]


class _Channel(msgspec.Struct):
    id: uuid.UUID
    error_at: dt.datetime | None
    error_code: str
    error: str
    hint: str
    facts: str


async def _told(org: Organization, span: Span) -> list[Told]:
    """Every channel that is in use, and those removed ones that were told of something."""
    counts = await told.counts(org.id, org.timezone, span)
    query = Channel.select(
        Channel.id,
        Channel.error_at,
        Channel.error_code,
        Channel.error,
        Channel.hint,
        Channel.facts,
    )
    rows = await database.rows(_Channel, query.where(Channel.organization == org.id))
    known = {str(each.id): each for each in rows}
    found = []
    for each in await named.channels(org.id):
        sent, failed = (_one(counts, each.uid, state) for state in ("sent", "failed"))
        if each.removed and not sent + failed:
            continue
        same = {name: getattr(each, name) for name in ("uid", "name", "kind", "removed")}
        last = msgspec.structs.asdict(known[each.uid])
        del last["id"]
        found.append(Told(**same, sent=sent, failed=failed, **last))
    return found
