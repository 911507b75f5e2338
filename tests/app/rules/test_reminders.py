"""Messages that nobody takes care of are told again, step by step."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from app import database, messages
from app.deliveries import log
from app.deliveries.log import Filter
from app.deliveries.parcel import pack
from app.errors import Invalid
from app.hours.schedule import WEEKDAYS, Schedule
from app.messages import acts
from app.rules import reminders
from app.rules.chains import Chain, Step
from app.rules.reminders import InForce
from app.tables import Organization, new_id
from tests.app.deliveries.conftest import Add, Leave, add, leave
from tests.app.deliveries.planning import HOOK, WECOM, all_plans, later, went

__all__ = ["add", "leave"]


async def remind(org: Organization, *steps: tuple[int, str], **more: Any) -> None:
    listed = [{"after_minutes": after, "channel": channel} for after, channel in steps]
    await reminders.save(org.id, {"chains": [{"steps": listed, **more}]}, by="tests")


async def waiting(uid: str) -> list[tuple[str, str, str]]:
    sql = "SELECT purpose, state, reason FROM delivery WHERE message = ? ORDER BY purpose"
    found = await database.rows(dict, sql, uuid.UUID(uid))
    return [
        (each["purpose"], each["state"], each["reason"])
        for each in found
        if each["purpose"] != "new"
    ]


async def told(org: Organization) -> list[tuple[str, str]]:
    """(kind, title) of what is sent now."""
    planned = await all_plans(org)
    found = [(each.kind, (await pack(each)).notices[0].reference) for each in planned]
    await went(planned)
    return found


async def test_each_step_is_sent_once_until_somebody_claims_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    team, boss = await add("wecom", WECOM + "a"), await add("custom", HOOK + "b")
    await remind(org, (30, team), (60, boss), (90, team))
    left = await leave("hello")
    assert [kind for kind, _ in await told(org)] == ["single", "single"]
    row = await messages.one(org.id, left.uid)
    assert (row.deliveries.sent, row.deliveries.pending) == (2, 0)
    await later(minutes=29)
    assert await told(org) == []
    await later(minutes=2)
    assert await told(org) == [("reminder", left.reference)]
    assert await told(org) == []
    await later(minutes=30)
    assert await told(org) == [("reminder", left.reference)]
    await messages.to_one(org.id, left.uid, acts.claimed(new_id()), by="Ann")
    assert await waiting(left.uid) == [
        ("remind1", "sent", ""),
        ("remind2", "sent", ""),
        ("remind3", "cancelled", "claimed"),
    ]
    page = await log.listed(org.id, Filter(state="cancelled"))
    assert [(each.purpose, each.reason) for each in page.items] == [("reminder", "claimed")]

    await messages.to_one(org.id, left.uid, acts.assigned(None), by="Ann")
    await later(minutes=91)
    assert await told(org) == [("reminder", left.reference)]


async def test_what_rests_waits_and_what_is_handled_or_quiet_is_not_told_again(
    org: Organization, add: Add, leave: Leave
) -> None:
    team = await add("wecom", WECOM + "a")
    await remind(org, (30, team), categories=["售后"])
    rests, handled = await leave("a", category="售后"), await leave("b", category="售后")
    other = await leave("c", category="其他")
    await told(org)
    now = await database.now()
    snooze = acts.snoozed(now + dt.timedelta(hours=2), now=now)
    await messages.to_one(org.id, rests.uid, snooze, by="Ann")
    await messages.handle(org.id, handled.uid, outcome="phone", by="Ann")
    assert await waiting(handled.uid) == [("remind1", "cancelled", "handled")]
    assert await waiting(other.uid) == []
    await later(minutes=140)
    assert await told(org) == []
    await later(minutes=11)
    assert await told(org) == [("reminder", rests.reference)]


def test_minutes_are_counted_in_office_hours() -> None:
    office = Schedule("Asia/Shanghai", dict.fromkeys(WEEKDAYS[:5], (("09:00", "18:00"),)))
    channel = new_id()
    chains = [
        Chain(categories=["售后"], steps=[Step(after_minutes=5, channel=str(channel))]),
        Chain(steps=[Step(after_minutes=60, channel=str(channel))]),
    ]
    friday = dt.datetime.fromisoformat("2026-11-27T17:30+08:00")
    monday = dt.datetime.fromisoformat("2026-11-30T09:30+08:00")
    minute = dt.timedelta(minutes=1)
    force = InForce(chains, office)
    assert list(force.due("x", friday)) == [("remind1", channel, monday)]
    assert list(force.due("售后", friday)) == [("remind1", channel, friday + 5 * minute)]
    assert list(InForce(chains).due("x", friday)) == [("remind1", channel, friday + 60 * minute)]


async def test_every_fault_is_told_with_its_place(org: Organization, add: Add) -> None:
    team = await add("wecom", WECOM + "a")
    step = {"after_minutes": 30, "channel": team}
    raw = {"chains": [{"steps": []}, {"steps": [step, step, {**step, "channel": "x"}]}]}
    with pytest.raises(Invalid) as error:
        await reminders.save(org.id, raw, by="tests")
    assert [(each.pointer, each.code) for each in error.value.problems] == [
        ("/chains/0/steps", "too_short"),
        ("/chains/1/steps/1/after_minutes", "out_of_range"),
        ("/chains/1/steps/2/channel", "unknown_channel"),
        ("/chains/1/steps/2/after_minutes", "out_of_range"),
    ]
    with pytest.raises(Invalid, match="/chains/0/steps/0/after_minutes: out_of_range"):
        await reminders.save(org.id, {"chains": [{"steps": [{**step, "after_minutes": 0}]}]}, by="")
