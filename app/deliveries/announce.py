"""Announcements: what a channel is told beside messages. Each is a delivery like any other, so it
takes a place of the limit, is tried again and stands in the log."""

from __future__ import annotations

import uuid

import msgspec

from app import database
from app.channels.sender import Announcement, Line
from app.deliveries.owe import Locked, insert, listening, owe
from app.people import homes
from app.tables import Announcement as Row
from app.tables import new_id


class Written(msgspec.Struct, kw_only=True):
    """What is announced. Links are paths of the console."""

    purpose: str
    title: str
    lines: list[Line]
    link: str
    report: uuid.UUID | None = None
    period: str = ""
    """Of a report, one for each."""


async def announce(
    organization: uuid.UUID,
    org: Locked,
    channel: uuid.UUID | None,
    said: Written,
    *,
    by_hand: bool = False,
) -> uuid.UUID | None:
    """Owes it to the channel; returns the delivery, or None if the channel is off or removed. What
    is sent `by_hand` passes quiet hours. Only inside a transaction that holds the organization's
    lock, as the next."""
    there = {each.id: each for each in await listening(organization)}
    listener = there.get(channel) if channel else None
    uid = await write(organization, org, channel, said, "" if listener else "no_channel")
    if listener is None:
        return None
    owed = owe(listener, None, org.now, purpose=said.purpose, about=uid, now=org.now)
    # The reason of what somebody asks for: it does not wait for the morning.
    await insert([msgspec.structs.replace(owed, reason="replay" if by_hand else "")])
    return owed.id


async def write(
    organization: uuid.UUID,
    org: Locked,
    channel: uuid.UUID | None,
    said: Written,
    skipped: str,
) -> uuid.UUID:
    """What is kept of it, also when it is not sent."""
    uid = new_id()
    row = Row(
        {
            Row.id: uid,
            Row.organization: organization,
            Row.purpose: said.purpose,
            Row.report: said.report,
            Row.period: said.period,
            Row.channel: channel,
            Row.title: said.title,
            Row.lines: msgspec.json.encode(said.lines).decode(),
            Row.link: said.link,
            Row.skipped: skipped,
            Row.created_at: org.now,
        }
    )
    await Row.insert(row)
    return uid


class _Row(msgspec.Struct):
    organization: uuid.UUID
    title: str
    lines: str
    link: str


async def written(uid: uuid.UUID | None) -> tuple[Announcement, str]:
    """What a channel is told, and where it leads."""
    query = Row.select(Row.organization, Row.title, Row.lines, Row.link).where(Row.id == uid)
    found = await database.row(_Row, query) if uid else None
    if found is None:
        return Announcement(""), ""
    lines = msgspec.json.decode(found.lines, type=list[Line])
    return await shown(found.organization, found.title, lines, found.link)


async def shown(
    organization: uuid.UUID, title: str, lines: list[Line], link: str
) -> tuple[Announcement, str]:
    async def whole(path: str) -> str:
        return await homes.address(organization, path) if path else ""

    told = [Line(each.text, await whole(each.link)) for each in lines]
    return Announcement(title, tuple(told)), await whole(link)
