"""When an agent works, as they say themselves."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.people import audit, working_hours
from app.people.working_hours import of, save
from app.tables import Agent


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
