"""Pages of events: in order, each once, and none is missed while others write."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app import database
from app.errors import Gone, Invalid
from app.feed import read
from app.messages import remarks
from app.tables import FeedEvent, Organization
from tests.app.deliveries.conftest import Leave
from tests.app.feed.conftest import Feed


async def test_pages_follow_each_other_and_end_with_a_cursor(
    org: Organization, begun: uuid.UUID, leave: Leave
) -> None:
    for _ in range(5):
        await leave()
    first = await read.page(org.id, limit=2)
    second = await read.page(org.id, after=read.after(first.cursor), limit=3)
    end = await read.page(org.id, after=read.after(second.cursor), limit=3)
    assert [len(first.items), len(second.items), len(end.items)] == [2, 3, 0]
    assert [first.has_more, second.has_more, end.has_more] == [True, False, False]
    assert len({each.id for each in first.items + second.items}) == 5
    await leave()
    again = await read.page(org.id, after=read.after(end.cursor), types=["message.created"])
    assert len(again.items) == 1
    none = await read.page(org.id, after=read.after(end.cursor), types=["message.spam"])
    assert none.items == []
    assert read.after(none.cursor) > read.after(end.cursor)


async def test_one_who_reads_while_many_write_misses_none(
    org: Organization, begun: uuid.UUID, leave: Leave, feed: Feed
) -> None:
    """Ids are made before the commit, by several writers at once; numbers are not."""
    left = [await leave() for _ in range(4)]
    done = asyncio.Event()
    seen: list[str] = []

    async def reading() -> None:
        while not done.is_set():
            seen.extend(each.id for each in await feed())
            await asyncio.sleep(0)
        seen.extend(each.id for each in await feed())

    async def writing(n: int) -> None:
        for turn in range(6):
            await remarks.append(org.id, left[n].uid, f"more {n} {turn}")

    reader = asyncio.create_task(reading())
    await asyncio.gather(*(writing(n) for n in range(4)), *(leave() for _ in range(12)))
    done.set()
    await reader
    query = FeedEvent.select(FeedEvent.id).order_by(FeedEvent.number, FeedEvent.id)
    written = [str(each) for each in await database.values(uuid.UUID, query)]
    assert len(written) == 4 + 24 + 12
    assert seen == written


async def test_a_cursor_that_is_too_old_or_ahead_is_refused(
    org: Organization, begun: uuid.UUID
) -> None:
    last = read.after((await read.page(org.id)).cursor)
    for wrong, code in (
        ((last[0] - 1, read.WHOLE), "cursor_too_old"),
        ((last[0], uuid.UUID(int=1)), "cursor_too_old"),
        ((last[0] + 9, read.WHOLE), "cursor_ahead"),
    ):
        with pytest.raises(Gone) as refused:
            await read.page(org.id, after=wrong)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["", "1", "x-1", "-1-1", "1-zz", "９-" + "0" * 32, "9" * 40 + "-1"]
)
def test_a_cursor_of_somebody_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read.after(text)
