"""Making reports: each once for a day on which it is due, whoever makes it and whatever dies.

What it says is counted before the organization is held, and written with the delivery that it owes
in one transaction, under the number of its day.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from zoneinfo import ZoneInfo

import msgspec

from app import database, queue
from app.channels.sender import REPORT
from app.database.remembered import Remembered
from app.deliveries import announce
from app.deliveries.announce import Written
from app.deliveries.owe import lock
from app.errors import Unavailable
from app.hours.schedule import Schedule
from app.overview import figures, statements
from app.overview.spans import A_DAY, Span
from app.people import organizations
from app.presence.facts import rule_of
from app.reports import when, words
from app.reports.shape import ROW, Row
from app.reports.when import Due
from app.reports.words import Facts
from app.tables import Announcement, Delivery, Organization, Report

log = logging.getLogger(__name__)

REST_SECONDS = 300.0
"""A report that is not due is not looked at for so long, until it is due or set anew: hours and
zones change seldom, and a report is late by this at most when they do."""
BY_HAND = "by hand "
"""Before the moment, as the period of one that somebody asked for."""
PRESSED_TWICE = dt.timedelta(seconds=10)


class Made(Row, kw_only=True):
    since: dt.datetime


_resting: Remembered[uuid.UUID, tuple[Made, dt.datetime]] = Remembered(
    REST_SECONDS, at_most=100_000
)


async def step() -> None:
    """Makes every report that is due."""
    now = await database.now()
    query = Report.select(*ROW, Report.since).order_by(Report.organization)
    for row in await database.rows(Made, query):
        known = _resting.get(row.id)
        if known and known[0] == row and now < known[1]:
            continue
        try:
            _, coming = await make(row, now)
            _resting.keep(row.id, (row, coming))
        except Unavailable:
            raise
        except Exception:
            # The others have their turn all the same.
            log.exception("report failed", extra={"report": str(row.id)})


async def make(row: Made, now: dt.datetime) -> tuple[uuid.UUID | None, dt.datetime]:
    """Its delivery, if one was owed; and when the next may be due, as its hours and zone are."""
    org = await organizations.by_id(row.organization)
    schedule = await _schedule(org)
    made = await _make(org, schedule, row, now)
    coming = when.next_due(row.stored(), schedule, org.timezone, now)
    return made, coming.at if coming else now + when.LOOKED_BACK * A_DAY


async def _make(
    org: Organization, schedule: Schedule, row: Made, now: dt.datetime
) -> uuid.UUID | None:
    due = when.last_due(row.stored(), schedule, org.timezone, now)
    if due is None or due.at <= row.since or await _is_made(row.id, due.period):
        return None
    known = await last_day(row.id)
    missed = when.missed(row.stored(), schedule, due, known)
    facts = msgspec.structs.replace(await _facts(org, due.span, now), missed=missed)
    return await _write(org, row, due, facts)


async def send_now(row: Row, now: dt.datetime) -> uuid.UUID | None:
    """The last one that was due or would have been, as a delivery; None if its channel is off. Who
    presses twice means it once."""
    org = await organizations.by_id(row.organization)
    said = await now_said(org, row, now)
    async with database.transaction():
        held = await lock(org.id)
        if just := await _just_sent(row.id, held.now):
            return just
        delivery = await announce.announce(org.id, held, row.channel, said, by_hand=True)
    queue.wake(org.id, held.wakes)
    return delivery


async def _just_sent(report: uuid.UUID, now: dt.datetime) -> uuid.UUID | None:
    by_hand = Announcement.select(Announcement.id).where(
        Announcement.report == report,
        Announcement.period.like(f"{BY_HAND}%"),
        Announcement.created_at > now - PRESSED_TWICE,
    )
    announced = await database.values(uuid.UUID, by_hand.order_by(Announcement.created_at))
    if not announced:
        return None
    query = Delivery.select(Delivery.id).where(Delivery.about == announced[-1])
    return await database.value(uuid.UUID, query)


async def now_said(org: Organization, row: Row, now: dt.datetime) -> Written:
    """What it would say now."""
    span = span_of(row, await _schedule(org), org.timezone, now)
    facts = await _facts(org, span, now)
    said = _written(org, row, span, msgspec.structs.replace(facts, by_hand=True))
    return msgspec.structs.replace(said, period=f"{BY_HAND}{now.isoformat()}")


def span_of(row: Row, schedule: Schedule, zone: str, now: dt.datetime) -> Span:
    """Of the last one that was due, or of what one would tell today."""
    due = when.last_due(row.stored(), schedule, zone, now)
    if due is not None:
        return due.span
    coming = when.next_due(row.stored(), schedule, zone, now)
    if coming is not None:
        return coming.span
    yesterday = now.astimezone(ZoneInfo(zone)).date() - A_DAY
    return Span(yesterday, yesterday)


async def last_day(report: uuid.UUID) -> dt.date | None:
    """The last day for which it was made, or skipped."""
    query = Announcement.select(Announcement.period)
    query = query.where(Announcement.report == report, _BY_THE_CLOCK)
    query = query.order_by(Announcement.period, ascending=False).limit(1)
    found = await database.value(str, query)
    return dt.date.fromisoformat(found) if found else None


async def _is_made(report: uuid.UUID, period: str) -> bool:
    found: bool = await Announcement.exists().where(
        Announcement.report == report, Announcement.period >= period, _BY_THE_CLOCK
    )
    return found


_BY_THE_CLOCK = Announcement.period.not_like(f"{BY_HAND}%")


async def _write(org: Organization, row: Row, due: Due, facts: Facts) -> uuid.UUID | None:
    said = _written(org, row, due.span, facts)
    said = msgspec.structs.replace(said, period=due.period)
    delivery = None
    async with database.transaction():
        held = await lock(org.id)
        # Another worker made it meanwhile, or it was removed.
        gone = not await Report.exists().where(Report.id == row.id)
        if gone or await _is_made(row.id, due.period):
            return None
        if row.skip_empty and facts.is_empty and not facts.missed:
            await announce.write(org.id, held, row.channel, said, "empty")
        else:
            delivery = await announce.announce(org.id, held, row.channel, said)
    queue.wake(org.id, held.wakes)
    return delivery


async def _facts(org: Organization, span: Span, now: dt.datetime) -> Facts:
    found = await figures.read(org, span, now)
    return Facts(found=found, oldest=await statements.oldest(org.id, now), now=now)


def _written(org: Organization, row: Row, span: Span, facts: Facts) -> Written:
    return Written(
        purpose=REPORT,
        title=words.title(org, row.every, span),
        lines=words.lines(org, facts),
        link=words.link(span),
        report=row.id,
    )


async def _schedule(org: Organization) -> Schedule:
    return (await rule_of(org.id)).hours(org.timezone)
