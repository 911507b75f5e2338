"""What admins set for a brand: the state by hand for a while, the rule, the office hours and
unusual days. Where none is named it is the first, whose id is the organization's."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from piccolo.columns import Column

from app import database, hours
from app.brands import changed
from app.brands.owner import organization_of
from app.errors import Invalid, NotFound
from app.hours.days import Days
from app.hours.public import Calendar, china
from app.hours.schedule import Schedule, Slot
from app.people import audit
from app.presence.facts import RULES, Rule, rule_of
from app.tables import Organization, PresenceRule

OVERRIDE_MAX = dt.timedelta(days=31)
"""Longer absences belong into the hours."""

Edit = Callable[[Schedule], Schedule]
Change = dict[Column | str, Any]


async def override(brand: uuid.UUID, *, state: str, until: dt.datetime | None, by: str) -> None:
    """Raises Invalid at /state or /until."""
    if state not in {"online", "offline"}:
        raise Invalid.at("/state", "not_a_choice", "Use {known}", known="online, offline")
    now = await database.now()
    if until is None or until <= now:
        raise Invalid.at("/until", "in_the_past", "Choose an end that is still to come")
    if until - now > OVERRIDE_MAX:
        facts = {"limit": str(OVERRIDE_MAX.days)}
        raise Invalid.at("/until", "out_of_range", "Choose an end within {limit} days", **facts)
    async with database.transaction():
        await _locked(brand)
        await _write(brand, _by_hand(state, until, by))
        detail = f"{state} until {until.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"
        await audit.record(await organization_of(brand), by, "presence.override", brand, detail)
    changed.note(brand)


async def release(brand: uuid.UUID, *, by: str) -> None:
    """Back to the rule; without an override nothing happens."""
    async with database.transaction():
        if (await _locked(brand)).override:
            await _write(brand, _by_hand("", None, ""))
            await audit.record(await organization_of(brand), by, "presence.release", brand)
    changed.note(brand)


async def set_rule(brand: uuid.UUID, rule: str, *, by: str) -> None:
    if rule not in RULES:
        raise Invalid.at("/rule", "not_a_choice", "Use {known}", known=", ".join(RULES))
    async with database.transaction():
        if (await _locked(brand)).rule != rule:
            await _write(brand, {PresenceRule.rule: rule})
            await audit.record(await organization_of(brand), by, "presence.rule", brand, rule)
    changed.note(brand)


async def begin_like(brand: uuid.UUID, like: uuid.UUID, *, by: str) -> None:
    """By the rule and the office hours of `like`."""
    async with database.transaction():
        await _locked(brand)
        known = await rule_of(like)
        written: Change = {PresenceRule.rule: known.rule, PresenceRule.schedule: known.schedule}
        await _write(brand, written)
        await audit.record(await organization_of(brand), by, "hours.replaced", brand)
    changed.note(brand)


async def set_week(
    org: Organization,
    *,
    timezone: str,
    weekly: Mapping[str, Any],
    by: str,
    brand: uuid.UUID | None = None,
) -> None:
    """Raises Invalid at /timezone and /weekly/…"""

    def change(before: Schedule) -> Schedule:
        return hours.check({**_raw(before), "timezone": timezone, "weekly": weekly})

    await _edit(org, change, by=by, action="hours.week", brand=brand)


async def set_schedule(
    org: Organization, raw: Mapping[str, Any], *, by: str, brand: uuid.UUID | None = None
) -> None:
    """All of it at once. Raises Invalid with every fault."""
    after = hours.check(raw)
    await _edit(org, lambda _: after, by=by, action="hours.replaced", brand=brand)


async def set_day(
    org: Organization,
    *,
    day: dt.date,
    name: str,
    slots: tuple[Slot, ...] | None,
    by: str,
    brand: uuid.UUID | None = None,
) -> None:
    """A holiday, or with slots a make-up day (empty: a usual day's hours). Replaces what was set
    for that day."""
    said = Days({day: name}, {}) if slots is None else Days({}, {day: slots})

    def change(before: Schedule) -> Schedule:
        return hours.merged(before, said)

    await _edit(org, change, by=by, action="hours.day", detail=day.isoformat(), brand=brand)


async def forget_day(
    org: Organization, day: dt.date, *, by: str, brand: uuid.UUID | None = None
) -> None:
    """Raises NotFound when it was not listed."""

    def change(before: Schedule) -> Schedule:
        if day not in before.holidays and day not in before.makeup_days:
            raise NotFound
        return _without(before, day)

    detail = day.isoformat()
    await _edit(org, change, by=by, action="hours.day_removed", detail=detail, brand=brand)


async def import_days(
    org: Organization,
    text: str,
    *,
    by: str,
    answers: Mapping[dt.date, str] | None = None,
    until: dt.date | None = None,
    brand: uuid.UUID | None = None,
) -> Days:
    """Takes over what can be read and returns it; the rest is in its `left`, and unclear days
    follow `answers` ("off" or "work"). `until` is the last day of a complete list; None for no
    reminder. Raises Invalid at /text when there is nothing to take, or at /calendar_until, and
    changes nothing then."""
    found = await preview_days(org, text, brand=brand)
    days = hours.settled(found, answers or {})
    if not len(days):
        raise Invalid.at("/text", "required", "There is no day in this text")

    def change(before: Schedule) -> Schedule:
        after = _raw(hours.merged(before, days))
        return hours.check({**after, "calendar_until": until.isoformat() if until else None})

    detail = f"{len(days)} days"
    await _edit(org, change, by=by, action="hours.import", detail=detail, brand=brand)
    return days


async def preview_days(org: Organization, text: str, *, brand: uuid.UUID | None = None) -> Days:
    """What an import would take. Raises Invalid at /text."""
    timezone = (await rule_of(brand or org.id)).hours(org.timezone).timezone
    # A calendar may take seconds of computing, and visitors must not wait.
    return await asyncio.to_thread(hours.import_days, text, timezone=timezone)


async def public_days(
    org: Organization, locale: str, *, brand: uuid.UUID | None = None
) -> Calendar:
    """China's public holidays from today on, with their names in that language or in English."""
    zone = ZoneInfo((await rule_of(brand or org.id)).hours(org.timezone).timezone)
    today = (await database.now()).astimezone(zone).date()
    return await asyncio.to_thread(china, today, locale)


async def _edit(
    org: Organization,
    edit: Edit,
    *,
    by: str,
    action: str,
    detail: str = "",
    brand: uuid.UUID | None,
) -> None:
    brand = brand or org.id
    async with database.transaction():
        before = (await _locked(brand)).hours(org.timezone)
        after = edit(before)
        if after != before:
            await _write(brand, {PresenceRule.schedule: hours.encode(after)})
            await audit.record(org.id, by, action, brand, detail)
    changed.note(brand)


def _raw(schedule: Schedule) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(schedule, str_keys=True)
    return found


def _without(schedule: Schedule, day: dt.date) -> Schedule:
    return msgspec.structs.replace(
        schedule,
        holidays={each: name for each, name in schedule.holidays.items() if each != day},
        makeup_days={each: slots for each, slots in schedule.makeup_days.items() if each != day},
    )


async def _locked(brand: uuid.UUID) -> Rule:
    """The brand's row, created if missing and locked until the transaction ends."""
    fresh = PresenceRule(
        {
            PresenceRule.organization: await organization_of(brand),
            PresenceRule.brand: brand,
            PresenceRule.updated_at: await database.now(),
        }
    )
    await PresenceRule.insert(fresh).on_conflict(
        target=PresenceRule.brand, action="DO UPDATE", values=[PresenceRule.updated_at]
    )
    return await rule_of(brand)


def _by_hand(state: str, until: dt.datetime | None, by: str) -> Change:
    return {
        PresenceRule.override: state,
        PresenceRule.override_until: until,
        PresenceRule.override_by: by,
    }


async def _write(brand: uuid.UUID, change: Change) -> None:
    await PresenceRule.update(change).where(PresenceRule.brand == brand)
