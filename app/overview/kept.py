"""The sums of past days, kept behind the messages.

A worker counts each day once, an hour after its end; until then, and for organizations with few
messages, the days are counted for every page. Whoever changes messages of kept days changes their
sums in the same transaction (`following`). Submissions write nothing here: they are of today.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from app import database
from app.overview import parts, stale, statements
from app.overview.parts import Counted, Part, Sums
from app.overview.spans import A_DAY, Span
from app.overview.statements import Kept
from app.tables import DaySum, KeptDays, new_id

AT_ONCE = 3000
"""Messages of several days that are counted together."""
DAYS_AT_ONCE = 30
SETTLES = dt.timedelta(hours=1)
"""A submission that began before midnight has ended by then, whatever the clocks say."""


async def days(organization: uuid.UUID, zone: str, span: Span) -> dict[dt.date, Sums]:
    """Of each day; those without anything may be left out."""
    kept = await _valid(organization, zone)
    if kept is None or kept.until < span.first:
        return await counted(organization, zone, span)
    until = min(kept.until, span.last)
    found = await _stored(organization, Span(span.first, until))
    if until < span.last:
        found |= await counted(organization, zone, Span(until + A_DAY, span.last))
    return found


async def counted(organization: uuid.UUID, zone: str, span: Span) -> dict[dt.date, Sums]:
    """By looking at every message of these days."""
    start, end = span.moments(zone)
    known = ZoneInfo(zone)
    found: dict[dt.date, list[Part]] = {}
    for row in await statements.left(organization, start, end):
        local = row.created_at.astimezone(known)
        found.setdefault(local.date(), []).extend(parts.left(row, local))
    for done in await statements.handled(organization, start, end):
        assert done.handled_at is not None
        day = parts.day_of(done.handled_at, known)
        found.setdefault(day, []).extend(parts.handled(done))
    return parts.summed(found)


async def _stored(organization: uuid.UUID, span: Span) -> dict[dt.date, Sums]:
    found = await statements.sums(organization, span.first, span.last)
    return {each.day: _SUMS.decode(each.sums) for each in found}


_SUMS = msgspec.json.Decoder(Sums)


@contextlib.asynccontextmanager
async def following(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> AsyncIterator[None]:
    """Around whatever changes or deletes these messages, in a transaction that holds the
    organization: kept sums are what they would be if their days were counted anew."""
    kept = await statements.kept(organization)
    before = await statements.these(organization, messages) if kept else []
    yield
    if kept:
        changed: dict[dt.date, Sums] = {}
        after = await statements.these(organization, messages)
        _add(changed, kept, before, -1)
        _add(changed, kept, after, 1)
        await _change(organization, changed)
        if len(after) < len(before):
            # Notices go with their messages; they may have been owed later, too.
            oldest = min(row.created_at for row in before)
            await stale.since(organization, oldest)


def _add(changed: dict[dt.date, Sums], kept: Kept, rows: Iterable[Counted], sign: int) -> None:
    zone = ZoneInfo(kept.zone)
    for row in rows:
        local = row.created_at.astimezone(zone)
        if local.date() <= kept.until:
            parts.add(changed, local.date(), parts.left(row, local), sign=sign)
        if row.handled_at and (day := parts.day_of(row.handled_at, zone)) <= kept.until:
            parts.add(changed, day, parts.handled(row), sign=sign)


async def _change(organization: uuid.UUID, changed: dict[dt.date, Sums]) -> None:
    some = {
        day: more for day, more in changed.items() if any(any(c.values()) for c in more.values())
    }
    if not some:
        return
    stored = await _stored(organization, Span(min(some), max(some)))
    await write(
        organization,
        {day: parts.together([stored.get(day, {}), more]) for day, more in some.items()},
    )


async def write(organization: uuid.UUID, sums: dict[dt.date, Sums]) -> None:
    """Instead of what was kept of these days. Only inside a transaction."""
    rows = [(new_id(), organization, day.isoformat(), _text(kinds)) for day, kinds in sums.items()]
    await statements.write_sums(rows)


def _text(kinds: Sums) -> str:
    """Without what has come to nothing."""
    counts = {kind: {name: n for name, n in each.items() if n} for kind, each in kinds.items()}
    return msgspec.json.encode({kind: each for kind, each in counts.items() if each}).decode()


async def keep_some(organization: uuid.UUID, now: dt.datetime) -> bool:
    """Counts the next days that are over; whether there may be more. What is counted is kept only
    if nobody has changed or deleted a message of these days meanwhile."""
    before = await statements.seen(organization)
    if before is None:
        return False
    kept = await _valid(organization, before.timezone)
    span = await _next(organization, before.timezone, kept, now)
    if span is None:
        return False
    start, end = span.moments(before.timezone)
    messages = await statements.how_many(organization, start, end)
    sums = await counted(organization, before.timezone, span)
    async with database.transaction():
        held = await statements.hold(organization)
        if (
            held != before.timezone
            or kept != await _valid(organization, held)
            or messages != await statements.how_many(organization, start, end)
            or await statements.changed_since(organization, before.wakes, end)
        ):
            return True
        if kept is None:
            await DaySum.delete().where(DaySum.organization == organization)
        await write(organization, sums)
        await KeptDays.delete().where(KeptDays.organization == organization)
        row = _Row(new_id(), organization, held, span.last.isoformat())
        await database.insert(_ROW, [row])
    return True


async def _valid(organization: uuid.UUID, zone: str) -> Kept | None:
    """How far its days are kept, if they are those of this zone."""
    kept = await statements.kept(organization)
    return kept if kept and kept.zone == zone else None


async def _next(
    organization: uuid.UUID, zone: str, kept: Kept | None, now: dt.datetime
) -> Span | None:
    """As many days as hold few messages together, at least one; None while none is over."""
    known = ZoneInfo(zone)
    over = parts.day_of(now - SETTLES, known) - A_DAY
    if kept:
        first = kept.until + A_DAY
    else:
        begins = await statements.first(organization)
        if begins is None:
            return None
        first = parts.day_of(begins, known)
    if first > over:
        return None
    span = Span(first, min(over, first + (DAYS_AT_ONCE - 1) * A_DAY))
    many = await statements.how_many(organization, *span.moments(zone), most=AT_ONCE) == AT_ONCE
    return Span(first, first) if many else span


class _Row(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    zone: str
    until: str


_ROW = (KeptDays.id, KeptDays.organization, KeptDays.zone, KeptDays.until)
