"""What agents and chat systems say, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import database, presence
from app.errors import Invalid
from app.presence import reports
from app.tables import Agent, Audit, Organization, new_id

CHAT, OTHER_CHAT = new_id(), new_id()


async def say(org: Organization, source: Any = CHAT, **words: Any) -> None:
    await presence.report(org.id, source, "客服系统", **words)


async def agents(org: Organization, *, after: int = 0) -> int:
    now = await database.now() + dt.timedelta(seconds=after)
    return (await presence.state(org, now)).agents_online


async def test_at_first_nobody_is_known_so_the_form_is_shown(org: Organization) -> None:
    found = await presence.state(org)

    assert (found.state, found.reason, found.rule) == ("offline", "no_agents", "agents")


async def test_a_report_counts_until_its_time_is_over(org: Organization) -> None:
    await say(org, agents_online=2, ttl=60)

    assert (await presence.state(org)).state == "online"
    assert await agents(org, after=58) == 2
    assert await agents(org, after=61) == 0


async def test_a_new_report_replaces_the_one_before_of_the_same_program_only(
    org: Organization,
) -> None:
    await say(org, agents_online=2)
    await say(org, OTHER_CHAT, agents_online=3)
    await say(org, agents_online=0)

    assert await agents(org) == 3


async def test_agents_may_be_named_one_by_one(org: Organization) -> None:
    await say(org, agents_online=7)
    await say(org, agent="a1", state="online")
    await say(org, agent=" a2 ", state="online", ttl=10)
    await say(org, agent="a1", state="online")

    assert await agents(org) == 2
    assert await agents(org, after=11) == 1
    await say(org, agent="a1", state="offline")
    assert await agents(org) == 1
    await say(org, agents_online=4)
    assert await agents(org) == 4


async def test_overload_shows_the_form_though_agents_are_online(org: Organization) -> None:
    await say(org, agents_online=2, overloaded=True, ttl=30)
    found = await presence.state(org)

    assert (found.state, found.reason, found.agents_online) == ("offline", "overloaded", 2)
    assert found.until == found.next_change_at
    await say(org, OTHER_CHAT, overloaded=False)
    assert (await presence.state(org)).state == "offline"
    await say(org, overloaded=False)
    assert (await presence.state(org)).state == "online"


async def test_a_report_of_agents_leaves_the_overload_as_it_is(org: Organization) -> None:
    await say(org, overloaded=True)
    await say(org, agents_online=5)

    assert (await presence.state(org)).reason == "overloaded"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ({}, ""),
        ({"ttl": 60}, ""),
        ({"agents_online": -1}, "/agents_online"),
        ({"agents_online": 10**9}, "/agents_online"),
        ({"agents_online": 1, "ttl": 0}, "/ttl"),
        ({"agents_online": 1, "ttl": 86401}, "/ttl"),
        ({"agent": "a1"}, "/state"),
        ({"state": "online"}, "/agent"),
        ({"agent": " ", "state": "online"}, "/agent"),
        ({"agent": "x" * 65, "state": "online"}, "/agent"),
        ({"agent": "a1", "state": "away"}, "/state"),
        ({"agent": "a1", "state": "online", "agents_online": 1}, "/agent"),
    ],
)
async def test_a_report_that_says_nothing_clear_is_refused(
    org: Organization, words: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await say(org, **words)

    assert [problem.pointer for problem in caught.value.problems] == [place]
    assert (await presence.explain(org))[3].detail == "No chat system has reported."


async def test_one_program_cannot_name_agents_without_end(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "AGENTS_MAX", 3)
    for name in ("a1", "a2", "a3", "a3"):
        await say(org, agent=name, state="online")
    with pytest.raises(Invalid):
        await say(org, agent="a4", state="online")

    assert await agents(org) == 3


async def test_an_agents_own_switch_counts_while_the_heart_beats(
    org: Organization, owner: Agent
) -> None:
    assert not await presence.beat(owner)
    assert await agents(org) == 0
    await presence.switch(owner, True)

    assert await presence.is_on(owner)
    assert await agents(org, after=88) == 1
    assert await agents(org, after=91) == 0


async def test_a_heartbeat_brings_an_agent_back_who_is_switched_on(
    org: Organization, owner: Agent
) -> None:
    await presence.switch(owner, True)
    long_ago = await database.now() - dt.timedelta(minutes=5)
    await database.execute("UPDATE presence_report SET at = ?, until = ?", long_ago, long_ago)
    assert await agents(org) == 0

    assert await presence.beat(owner)
    assert await agents(org) == 1


async def test_who_signs_out_is_gone_at_once(org: Organization, owner: Agent) -> None:
    await presence.switch(owner, True)
    await presence.leave(owner)
    await presence.leave(owner)

    assert await agents(org) == 0
    assert not await presence.beat(owner)
    actions = await Audit.select(Audit.action).order_by(Audit.id)
    assert [row["action"] for row in actions] == ["presence.online", "presence.offline"]


async def test_another_organization_hears_nothing_of_it(
    org: Organization, other_org: Organization, owner: Agent
) -> None:
    await say(org, agents_online=2, overloaded=True)
    await presence.switch(owner, True)
    found = await presence.state(other_org)

    assert (found.state, found.reason, found.agents_online) == ("offline", "no_agents", 0)


async def test_reports_at_the_same_time_make_one_row(org: Organization) -> None:
    await asyncio.gather(*(say(org, agents_online=n) for n in range(20)))
    rows = await database.rows(dict, "SELECT count(*) AS n FROM presence_report")

    assert rows[0]["n"] == 1
