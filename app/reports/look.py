"""Reports as people look at them: what one would say, when it comes next, how the last went."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.channels.secrecy import scrub
from app.channels.sender import REPORT, Parcel
from app.deliveries import announce, statements
from app.deliveries.owe import listening
from app.deliveries.rows import ChannelRow
from app.deliveries.sealed import sender_of
from app.people import audit, organizations
from app.presence.facts import rule_of
from app.reports import change, make, when
from app.reports.shape import Stored
from app.secrets import Unreadable
from app.tables import Announcement, Delivery, Organization


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """`is_on`: its channel can be told."""

    report: str
    at: dt.datetime | None
    skipped: str
    delivery: str | None
    next_at: dt.datetime | None
    is_on: bool


class _Made(msgspec.Struct):
    id: uuid.UUID
    skipped: str
    created_at: dt.datetime


async def lasts(org: Organization, reports: Sequence[Stored]) -> list[Last]:
    now, schedule = await database.now(), (await rule_of(org.id)).hours(org.timezone)
    there = {str(each.id) for each in await listening(org.id)}
    found = []
    for each in reports:
        query = Announcement.select(
            Announcement.id, Announcement.skipped, Announcement.created_at
        ).where(Announcement.report == uuid.UUID(each.uid))
        query = query.order_by(Announcement.id, ascending=False).limit(1)
        made = await database.row(_Made, query)
        known = await make.last_day(uuid.UUID(each.uid))
        coming = when.next_due(each, schedule, org.timezone, now, known)
        found.append(
            Last(
                report=each.uid,
                at=made.created_at if made else None,
                skipped=made.skipped if made else "",
                delivery=await _delivery(org.id, made.id) if made else None,
                next_at=coming.at if coming else None,
                is_on=each.channel in there,
            )
        )
    return found


async def _delivery(organization: uuid.UUID, about: uuid.UUID) -> str | None:
    query = Delivery.select(Delivery.id).where(
        Delivery.organization == organization, Delivery.about == about
    )
    found = await database.value(uuid.UUID, query)
    return str(found) if found else None


async def preview(organization: uuid.UUID, uid: str) -> tuple[str, str]:
    """The channel's name and what people would read there now. Raises NotFound."""
    row = await change.one(organization, uid)
    org, now = await organizations.by_id(organization), await database.now()
    said = await make.now_said(org, row, now)
    announcement, link = await announce.shown(org.id, said.title, said.lines, said.link)
    parcel = Parcel(
        id=str(row.id),
        kind=REPORT,
        announcement=announcement,
        locale=org.locale,
        timezone=org.timezone,
        inbox_link=link,
    )
    plain = "\n".join([announcement.title, *(f"· {each.text}" for each in announcement.lines)])
    channel = await database.row(ChannelRow, statements.ONE_CHANNEL, row.channel)
    if channel is None or channel.organization != organization:
        return "", plain
    try:
        sender = sender_of(channel)
    except Unreadable:
        return channel.name, plain
    return channel.name, scrub(sender.preview(parcel), sender.secrets())


async def send_now(organization: uuid.UUID, uid: str, *, by: str) -> uuid.UUID | None:
    """Its delivery; None if its channel is off. Raises NotFound."""
    row = await change.one(organization, uid)
    delivery = await make.send_now(row, await database.now())
    await audit.record(organization, by, "report.sent", row.id)
    return delivery
