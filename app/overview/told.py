"""What became of the notices that were owed on a day: kept once all of them are over.

A notice that is over waits again when somebody sends it once more or its visitor adds something.
Whoever does that says so (`app.overview.stale`), and its day is counted until it is over once more.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import msgspec

from app import database
from app.overview import parts, statements
from app.overview.parts import Sums
from app.overview.spans import A_DAY, Span
from app.overview.statements import Kept

RECENT = dt.timedelta(days=8)
"""Notices that others wrote the same wait again within seven days, with a submission. What is so
young is counted, so that a submission needs not say it."""
AT_ONCE = 5
"""Days that are counted in one transaction."""
_DECODER = msgspec.json.Decoder(Sums)


async def counts(organization: uuid.UUID, zone: str, span: Span) -> Sums:
    """By channel, then by state: "sent" or "failed"."""
    kept = await statements.kept(organization)
    found = []
    if kept and kept.zone == zone:
        found = await statements.kept_told(organization, span.first, span.last)
    known = [_DECODER.decode(each.sums) for each in found]
    for run in _others(span, {each.day for each in found}):
        known.append(await counted(organization, zone, run))
    return parts.together(known)


async def counted(organization: uuid.UUID, zone: str, span: Span) -> Sums:
    found: Sums = {}
    for each in await statements.told(organization, *span.moments(zone)):
        found.setdefault(str(each.channel), {})[each.state] = each.n
    return found


def _others(span: Span, known: set[dt.date]) -> Iterator[Span]:
    """The days of the span that are not known, as many together as follow each other."""
    first: dt.date | None = None
    for day in span.days():
        if day not in known:
            first = first or day
        elif first:
            yield Span(first, day - A_DAY)
            first = None
    if first:
        yield Span(first, span.last)


async def keep_some(organization: uuid.UUID, now: dt.datetime) -> bool:
    """Counts days whose notices are all over; whether there may be more. The organization is held
    only when there are any."""
    kept = await statements.kept(organization)
    if kept is None or not await _over(organization, kept, now):
        return False
    async with database.transaction():
        zone = await statements.hold(organization)
        kept = await statements.kept(organization)
        if zone is None or kept is None or kept.zone != zone:
            return False
        over = await _over(organization, kept, now)
        for day in over:
            sums = await counted(organization, zone, Span(day, day))
            text = msgspec.json.encode(sums).decode()
            await statements.keep_told(organization, day, text)
    return bool(over)


async def _over(organization: uuid.UUID, kept: Kept, now: dt.datetime) -> list[dt.date]:
    found: list[dt.date] = []
    last = min(kept.until, (now - RECENT).date())
    for day in await statements.without_told(organization, last):
        if not await statements.any_waits(organization, *Span(day, day).moments(kept.zone)):
            found.append(day)
        if len(found) == AT_ONCE:
            break
    return found
