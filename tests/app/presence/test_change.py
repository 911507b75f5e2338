"""What admins set, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import database, presence
from app.errors import Invalid, NotFound
from app.people import audit
from app.tables import Organization

WEEK: dict[str, Any] = {"mon": [["09:00", "18:00"]], "fri": [["22:00", "06:00"]]}
DAY = dt.date(2027, 2, 6)


async def in_an_hour(hours: float = 1) -> dt.datetime:
    return await database.now() + dt.timedelta(hours=hours)


async def set_week(org: Organization, weekly: dict[str, Any] = WEEK) -> None:
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=weekly, by="李雷")


async def test_what_is_set_by_hand_wins_until_its_end(org: Organization) -> None:
    until = await in_an_hour()
    await presence.override(org.id, state="online", until=until, by="李雷")
    found = await presence.state(org)

    assert (found.state, found.reason, found.until) == ("online", "override", until)
    assert (await presence.state(org, until)).reason == "no_agents"


async def test_what_is_set_by_hand_can_be_taken_back(org: Organization) -> None:
    await presence.override(org.id, state="online", until=await in_an_hour(), by="李雷")
    await presence.release(org.id, by="韩梅梅")
    await presence.release(org.id, by="韩梅梅")

    assert (await presence.state(org)).state == "offline"
    done = [(entry.actor, entry.action) for entry in await audit.of(org.id, org.id)]
    assert done == [("李雷", "presence.override"), ("韩梅梅", "presence.release")]


@pytest.mark.parametrize(("state", "lasts"), [("online", -1), ("online", 32 * 24), ("away", 1)])
async def test_an_override_needs_a_state_and_an_end_that_is_near(
    org: Organization, state: str, lasts: float
) -> None:
    with pytest.raises(Invalid):
        await presence.override(org.id, state=state, until=await in_an_hour(lasts), by="李雷")
    with pytest.raises(Invalid):
        await presence.override(org.id, state="online", until=None, by="李雷")


async def test_hours_are_kept_and_asked_by_the_rule(org: Organization) -> None:
    assert await presence.schedule_of(org) is None
    await set_week(org)
    await presence.set_rule(org.id, "hours", by="李雷")
    saturday_early = dt.datetime(2026, 11, 27, 21, 59, tzinfo=dt.UTC)

    assert (await presence.state(org, saturday_early)).reason == "within_hours"
    found = await presence.state(org, saturday_early + dt.timedelta(minutes=1))
    assert (found.reason, found.next_change_at) == (
        "outside_hours",
        dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC),
    )


async def test_a_rule_that_is_none_is_refused(org: Organization) -> None:
    with pytest.raises(Invalid):
        await presence.set_rule(org.id, "always", by="李雷")


async def test_bad_hours_change_nothing(org: Organization) -> None:
    await set_week(org)
    before = await presence.schedule_of(org)
    with pytest.raises(Invalid) as caught:
        await set_week(org, {"mon": [["09:00", "18:00"], ["10:00", "11:00"]]})

    assert [problem.pointer for problem in caught.value.problems] == ["/weekly/mon/1"]
    assert await presence.schedule_of(org) == before


async def test_a_day_is_listed_once_as_what_was_said_last(org: Organization) -> None:
    await set_week(org)
    await presence.set_day(org, day=DAY, name="春节", slots=None, by="李雷")
    await presence.set_day(org, day=DAY, name="", slots=(("09:00", "12:00"),), by="李雷")
    found = await presence.schedule_of(org)

    assert found is not None
    assert (found.holidays, found.makeup_days) == ({}, {DAY: (("09:00", "12:00"),)})
    await presence.forget_day(org, DAY, by="李雷")
    with pytest.raises(NotFound):
        await presence.forget_day(org, DAY, by="李雷")


async def test_an_import_takes_what_it_can_and_names_the_rest(org: Organization) -> None:
    await set_week(org)
    with pytest.raises(Invalid):
        await presence.import_days(org, "soon,x", by="李雷")
    found = await presence.schedule_of(org)
    assert found is not None
    assert found.holidays == {}

    text = "2027-01-01,元旦\nsoon,x\n2027-02-06,,班"
    days = await presence.import_days(org, text, by="李雷")
    assert [(each.code, each.facts["line"]) for each in days.left] == [("date_format", "2")]
    found = await presence.schedule_of(org)
    assert found is not None
    assert len(days) == len(found.holidays) + len(found.makeup_days) == 2


async def test_every_change_is_on_record_and_no_other(org: Organization) -> None:
    await set_week(org)
    await set_week(org)
    for _ in range(2):
        await presence.set_rule(org.id, "hours", by="李雷")
    await presence.import_days(org, "2027-01-01,元旦", by="李雷")
    await presence.set_day(org, day=DAY, name="春节", slots=None, by="李雷")
    await presence.forget_day(org, DAY, by="李雷")

    done = [entry.action for entry in await audit.of(org.id, org.id)]
    assert done == [
        "hours.week",
        "presence.rule",
        "hours.import",
        "hours.day",
        "hours.day_removed",
    ]


async def test_changes_at_the_same_time_lose_nothing(org: Organization) -> None:
    days = [dt.date(2027, 1, n) for n in range(1, 9)]
    await asyncio.gather(
        *(presence.set_day(org, day=day, name="假", slots=None, by="李雷") for day in days)
    )
    await set_week(org)
    found = await presence.schedule_of(org)

    assert found is not None
    assert sorted(found.holidays) == days


async def test_another_organization_keeps_its_own_hours(
    org: Organization, other_org: Organization
) -> None:
    await set_week(org)

    assert await presence.schedule_of(other_org) is None


async def test_a_day_that_could_be_both_is_taken_as_somebody_says(org: Organization) -> None:
    await set_week(org)
    text, day = "2027-02-06,国庆调休\n2027-02-07,春节调休", dt.date(2027, 2, 6)
    await presence.import_days(org, text, by="李雷", answers={day: "work"})
    found = await presence.schedule_of(org)

    assert found is not None
    assert list(found.makeup_days) == [day]
    assert found.holidays == {}
