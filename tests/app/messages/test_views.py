"""Saved views: whose they are, in which order, and what becomes of a filter that is kept long."""

from __future__ import annotations

import datetime as dt

import pytest

from app import messages
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, filter, views
from app.messages.filter import Filter
from app.messages.owned import Who
from app.messages.views import VIEWS_MAX
from app.people import agents, audit
from app.tables import Agent, Message, Organization, SavedView

TODAY = Filter(when="today")


async def names(org: Organization, who: Who) -> list[str]:
    return [each.name for each in await views.of(org.id, who.agent)]


@pytest.fixture
def boss(owner: Agent) -> Who:
    return Who(agent=owner.id, is_admin=True, by="Boss")


@pytest.fixture
async def li(org: Organization) -> Who:
    agent = await agents.create(org.id, email="li@shop.example", password="correct horse 9")
    return Who(agent=agent.id, is_admin=False, by="Li")


async def test_own_ones_are_seen_by_their_maker_and_shared_ones_by_all(
    org: Organization, other_org: Organization, boss: Who, li: Who
) -> None:
    own = await views.add(org.id, " 价格 ", Filter(tag="价格"), shared=False, who=li)
    ours = await views.add(org.id, "Today", TODAY, shared=True, who=li)
    theirs = await views.add(org.id, "Boss", TODAY, shared=True, who=boss)
    assert await names(org, li) == ["Today", "Boss", "价格"]
    assert await names(org, boss) == ["Today", "Boss"]
    assert await views.of(other_org.id, li.agent) == []

    for uid, who in ((own, boss), (theirs, li)):
        with pytest.raises(NotFound):
            await views.change(org.id, uid, who=who, name="mine now")
        with pytest.raises(NotFound):
            await views.remove(org.id, uid, who=who)
    with pytest.raises(NotFound):
        await views.remove(other_org.id, ours, who=boss)
    await views.change(org.id, ours, who=boss, name="Heute", chosen=Filter(), shared=False)
    found = await views.one(org.id, ours, li)
    assert (found.name, found.chosen, found.shared) == ("Heute", Filter(), True)
    assert [each.action for each in await audit.of(org.id, ours)] == ["view.added", "view.changed"]
    assert await audit.of(org.id, own) == []

    await views.change(org.id, ours, who=li, shared=False)
    await views.remove(org.id, own, who=li)
    assert (await names(org, li), await names(org, boss)) == (["Boss", "Heute"], ["Boss"])


async def test_they_are_put_in_order_and_there_is_a_most(org: Organization, boss: Who) -> None:
    a, b, c = [await views.add(org.id, name, TODAY, shared=True, who=boss) for name in "abc"]
    await views.move(org.id, c, -1, who=boss)
    await views.move(org.id, a, -1, who=boss)
    await views.move(org.id, b, 1, who=boss)
    assert await names(org, boss) == ["a", "c", "b"]

    rows = [
        SavedView({SavedView.organization: org.id, SavedView.name: "x", SavedView.shared: True})
        for _ in range(VIEWS_MAX - 3)
    ]
    await SavedView.insert(*rows)
    with pytest.raises(Invalid) as caught:
        await views.add(org.id, "one more", TODAY, shared=True, who=boss)
    assert [(each.pointer, each.code) for each in caught.value.problems] == [("/name", "too_many")]
    own = await views.add(org.id, "own", TODAY, shared=False, who=boss)
    with pytest.raises(Invalid):
        await views.change(org.id, own, shared=True, who=boss)
    await views.remove(org.id, a, who=boss)
    await views.change(org.id, own, shared=True, who=boss)
    assert [each.action for each in await audit.of(org.id, own)] == ["view.changed"]
    for name in (" ", "n" * 65):
        with pytest.raises(Invalid):
            await views.add(org.id, name, TODAY, shared=False, who=boss)


async def test_today_is_the_day_of_whoever_looks(
    org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(org, answers, visit, submission_id="one")
    zone = org.timezone

    async def found(when: str) -> int:
        return await messages.count(org.id, Filter(when=when).wanted(zone, None))

    assert [await found(when) for when in filter.PERIODS] == [1, 0, 1, 1]
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    await Message.update({Message.created_at: earlier}).where(Message.reference == left.reference)
    assert [await found(when) for when in filter.PERIODS] == [0, 1, 1, 1]
    day = earlier.astimezone(dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    named = Filter(when="today", since=day, until=day)
    assert await messages.count(org.id, named.wanted(zone, None)) == 1


def test_a_filter_of_another_version_is_read_as_far_as_it_is_understood() -> None:
    whole = Filter(
        status="all", q="a&b", when="week", assignee="nobody", overdue="yes", own={"size": "5 kg"}
    )
    assert filter.restored(filter.stored(whole)) == (whole, [])
    kept = "status=archived&mood=angry&tag=VIP&f.size=&status2=&when=eon&priority=high&\0=%00"
    chosen, lost = filter.restored(kept)
    assert chosen == Filter(tag="VIP", priority="high")
    assert lost == ["status", "mood", "when", "\0"]
