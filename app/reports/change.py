"""Reports, as people and programs set them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from app import database
from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import objects, uids
from app.reports.shape import REPORTS_MAX, ROW, Row, Setting, Stored
from app.rules import check
from app.tables import Report, new_id


async def read(organization: uuid.UUID) -> list[Stored]:
    return [each.stored() for each in await rows(organization)]


async def rows(organization: uuid.UUID) -> list[Row]:
    query = Report.select(*ROW).where(Report.organization == organization)
    return await database.rows(Row, query.order_by(Report.id))


async def one(organization: uuid.UUID, uid: str) -> Row:
    """Raises NotFound."""
    query = Report.select(*ROW).where(Report.organization == organization)
    found = await database.row(Row, query.where(Report.id == uids.uid(uid)))
    if found is None:
        raise NotFound
    return found


async def add(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Stored:
    """Due from now on. Raises Invalid with every fault."""
    setting = await _checked(organization, raw)
    uid = new_id()
    async with database.transaction():
        if await Report.count().where(Report.organization == organization) >= REPORTS_MAX:
            detail = "At most {limit} is allowed."
            raise Invalid.at("", "too_long", detail, limit=str(REPORTS_MAX))
        values = {Report.id: uid, Report.organization: organization, **_columns(setting)}
        values[Report.since] = await database.now()
        await Report.insert(Report(values))
        await audit.record(organization, by, "report.added", uid)
    return (await one(organization, str(uid))).stored()


async def change(organization: uuid.UUID, uid: str, raw: Mapping[str, Any], *, by: str) -> Stored:
    """Due by the new time from now on. Raises NotFound, and Invalid with every fault."""
    row = await one(organization, uid)
    setting = await _checked(organization, raw)
    async with database.transaction():
        values = {**_columns(setting), Report.since: await database.now()}
        await Report.update(values).where(Report.id == row.id)
        await audit.record(organization, by, "report.changed", row.id)
    return (await one(organization, uid)).stored()


async def remove(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Raises NotFound. What was told stays in the log."""
    row = await one(organization, uid)
    async with database.transaction():
        await Report.delete().where(Report.id == row.id)
        await audit.record(organization, by, "report.removed", row.id)


async def _checked(organization: uuid.UUID, raw: Mapping[str, Any]) -> Setting:
    setting = objects.read(raw, Setting)
    channels = (await check.known(organization)).channels
    if str(uids.uid_or_none(setting.channel)) not in channels:
        raise Invalid.at("/channel", "unknown_channel", "There is no such channel")
    return setting


def _columns(setting: Setting) -> dict[Any, Any]:
    return {
        Report.channel: uids.uid(setting.channel),
        Report.every: setting.every,
        Report.weekday: setting.weekday,
        Report.at: setting.at,
        Report.skip_empty: setting.skip_empty,
        Report.skip_closed: setting.skip_closed,
    }
