"""Whose turn it is."""

from __future__ import annotations

import datetime as dt

from app import presence
from app.people import agents, working_hours
from app.rules.turns import turns
from app.tables import Agent, Organization

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: [["00:00", "00:00"]] for day in DAYS}


async def online(org: Organization, name: str) -> Agent:
    agent = await agents.create(
        org.id, email=f"{name}@shop.example", password="correct horse 9", role="agent"
    )
    await presence.switch(agent, online=True)
    return agent


async def test_only_who_is_online_and_within_their_hours_has_a_turn(org: Organization) -> None:
    li, wang = await online(org, "li"), await online(org, "wang")
    now = dt.datetime.now(dt.UTC)
    tomorrow = DAYS[(now.weekday() + 2) % 7]
    await working_hours.save(li, {tomorrow: [["09:00", "10:00"]]}, timezone="UTC", by="li")
    found = await turns(org.id, now)
    assert [found.next(()), found.next(())] == [str(wang.id), str(wang.id)]
    assert found.next([str(li.id)]) is None
    await working_hours.save(li, ALWAYS, timezone="UTC", by="li")
    found = await turns(org.id, now)
    assert {found.next(()), found.next(())} == {str(li.id), str(wang.id)}
