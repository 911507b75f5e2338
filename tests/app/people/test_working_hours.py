"""When an agent works, as they say themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from app.errors import Invalid
from app.hours import encode
from app.hours.schedule import Schedule
from app.people import audit, working_hours
from app.people.working_hours import begins, of, save, works_at
from app.tables import Agent

MONDAY = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
STORED = encode(Schedule(timezone="Asia/Shanghai", weekly={"mon": (("09:00", "18:00"),)}))


@pytest.mark.parametrize(
    ("hour", "works", "begun"),
    [(0, False, 1), (1, True, 1), (9, True, 9), (10, False, 24 * 7 + 1)],
)
def test_the_hours_are_those_of_their_zone(hour: int, works: bool, begun: int) -> None:
    moment = MONDAY + dt.timedelta(hours=hour)
    assert works_at(STORED, moment) is works
    assert begins(STORED, moment) == MONDAY + dt.timedelta(hours=begun)


def test_who_says_nothing_works_at_any_time() -> None:
    assert works_at("", MONDAY)
    assert begins("", MONDAY) == MONDAY


async def test_they_are_kept_and_taken_back(owner: Agent) -> None:
    weekly = {"mon": [["22:00", "06:00"]]}
    await save(owner, weekly, timezone="Asia/Shanghai", by="owner")
    (agent,) = await Agent.objects().where(Agent.id == owner.id)
    schedule = of(agent)
    assert schedule is not None
    assert (schedule.timezone, schedule.weekly) == ("Asia/Shanghai", {"mon": (("22:00", "06:00"),)})
    assert [each.action for each in await audit.of(owner.organization, owner.id)][-1:] == [
        "account.hours"
    ]
    await working_hours.save(owner, {}, timezone="Asia/Shanghai", by="owner")
    (agent,) = await Agent.objects().where(Agent.id == owner.id)
    assert of(agent) is None


async def test_what_are_no_hours_is_refused(owner: Agent) -> None:
    with pytest.raises(Invalid) as caught:
        await save(owner, {"mon": [["9", "25:00"]]}, timezone="Asia/Shanghai", by="owner")
    assert [each.pointer for each in caught.value.problems] == [
        "/weekly/mon/0/0",
        "/weekly/mon/0/1",
    ]
