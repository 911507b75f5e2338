"""What has changed since a number."""

from __future__ import annotations

import asyncio

from app import messages
from app.messages import news, remarks
from app.tables import Organization
from tests.app.messages.conftest import Leave


async def number(org: Organization) -> int:
    return (await news.newest([org.id]))[org.id]


async def test_what_visitors_leave_arrives_and_what_agents_do_is_a_change(
    org: Organization, leave: Leave
) -> None:
    old, other = await leave(), await leave()
    heard = await number(org)
    new = await leave()
    await messages.handle(org.id, old.uid, outcome="phone", by="小王")
    found = await news.since(org.id, heard)

    assert [row.uid for row in found.rows] == [old.uid, new.uid]
    assert [row.uid for row in found.arrived] == [new.uid]
    assert found.rows[0].handled_by == "小王"
    assert other.uid not in {row.uid for row in found.rows}
    assert (found.number, found.more) == (await number(org), False)


async def test_after_the_last_number_there_is_nothing(org: Organization, leave: Leave) -> None:
    await leave()
    heard = await number(org)

    assert await news.since(org.id, heard) == news.News(heard, [], [], more=False)


async def test_what_a_visitor_adds_later_arrives_too(org: Organization, leave: Leave) -> None:
    left = await leave()
    for change in (
        remarks.append(org.id, left.uid, "还有一个问题"),
        remarks.judge(org.id, left.uid, solved=False),
    ):
        heard = await number(org)
        await change
        assert [row.uid for row in (await news.since(org.id, heard)).arrived] == [left.uid]


async def test_notes_and_praise_are_changes_that_do_not_arrive(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    for change in (
        remarks.add(org.id, left.uid, "明天再打", visible=False, by="小王"),
        remarks.judge(org.id, left.uid, solved=True),
    ):
        heard = await number(org)
        await change
        found = await news.since(org.id, heard)
        assert ([row.uid for row in found.rows], found.arrived) == ([left.uid], [])


async def test_a_repeat_brings_the_first_along_which_counts_it(
    org: Organization, leave: Leave
) -> None:
    first = await leave("什么时候发货")
    heard = await number(org)
    again = await leave("什么时候发货")
    found = await news.since(org.id, heard)

    assert [(row.uid, row.repeats) for row in found.rows] == [(again.uid, 1), (first.uid, 2)]
    assert found.arrived == []


async def test_spam_does_not_arrive(org: Organization, leave: Leave) -> None:
    await leave("买发票", spam="content")

    assert (await news.since(org.id, 0)).arrived == []


async def test_of_too_many_the_latest_are_told_and_that_there_are_more(
    org: Organization, leave: Leave
) -> None:
    left = [await leave() for _ in range(news.MOST + 1)]
    found = await news.since(org.id, 0)

    assert [row.uid for row in found.rows] == [each.uid for each in reversed(left[1:])]
    assert (found.number, found.more) == (await number(org), True)


async def test_who_asks_again_and_again_hears_of_everything_once(
    org: Organization, leave: Leave
) -> None:
    """However the answers fall between the commits."""
    heard: list[str] = []

    async def listen() -> None:
        after = 0
        while len(heard) < 12:
            found = await news.since(org.id, after)
            after = found.number
            heard.extend(row.uid for row in found.arrived)

    listening = asyncio.create_task(listen())
    left = await asyncio.gather(*(leave() for _ in range(12)))
    await listening

    assert sorted(heard) == sorted(each.uid for each in left)


async def test_organizations_know_nothing_of_each_other(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    await leave()

    assert (await news.since(other_org.id, 0)).rows == []
    assert await news.newest([org.id, other_org.id]) == {
        org.id: await number(org),
        other_org.id: 0,
    }
    assert await news.newest([]) == {}


async def test_a_list_can_be_of_what_came_after_a_number(org: Organization, leave: Leave) -> None:
    await leave()
    heard = await number(org)
    new = await leave()
    page = await messages.inbox(org.id, messages.Wanted(after=heard))

    assert [row.uid for row in page.items] == [new.uid]
