"""The inbox among very many messages: its pages, filters, counts and actions.

python -m bench.inbox [count] [sqlite|postgres] [--keep FOLDER]

What is looked for is found often, seldom (a few of all messages) or never; pages are the first and
one from the middle.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

import msgspec
import uvloop
from piccolo.custom_types import Combinable

from app import database, messages
from app.messages import Wanted, acts, long_acts
from app.messages.acts import Act
from app.messages.inbox import newest_first
from app.tables import Message
from bench.filled import BRANDS, OFTEN, RARE, Filled, arguments, filled, moment_of
from bench.timing import ASKED, timed

PAGE, BADGE_MS, ACT_MS = 60, 10, 15
"""Milliseconds that are the goals."""
LONG = 10_000
BY = "bench@shop.example"


def filters(data: Filled) -> dict[str, Wanted]:
    often, seldom, never = (str(each) for each in data.people[:3])
    people = dict(zip(("often", "seldom", "never"), data.people, strict=False))
    found = {
        "waiting": Wanted(status="pending", snoozed=False),
        "everything": Wanted(),
        "handled": Wanted(status="handled"),
        "spam": Wanted(status="spam"),
        "trash": Wanted(status="trash"),
        "mine, often": Wanted(assignee=often),
        "mine, seldom": Wanted(assignee=seldom),
        "mine, never": Wanted(assignee=never),
        "mine, waiting": Wanted(assignee=often, status="pending", snoozed=False),
        "unassigned": Wanted(assignee="nobody", status="pending", snoozed=False),
        "mentioned, seldom": Wanted(mentions=people["seldom"]),
        "mentioned, never": Wanted(mentions=people["never"]),
        "category, often": Wanted(category="产品咨询"),
        "category, seldom": Wanted(category=RARE),
        "category, never": Wanted(category="没有"),
        "category, seldom, handled": Wanted(category=RARE, status="handled"),
        "tag, often": Wanted(tag=OFTEN),
        "tag, seldom": Wanted(tag=RARE),
        "tag, never": Wanted(tag="没有"),
        "tag, seldom, handled": Wanted(tag=RARE, status="handled"),
        "priority, high": Wanted(priority="high"),
        "priority, seldom": Wanted(priority="low"),
        "site, often": Wanted(site="www.shop.example"),
        "site, seldom": Wanted(site="rare.example"),
        "site, never": Wanted(site="nowhere.example"),
        "outcome, often": Wanted(outcome="phone"),
        "outcome, seldom": Wanted(outcome="none"),
        "outcome, never": Wanted(outcome="email"),
        "outcome and reason, seldom": Wanted(outcome="none", outcome_reason="ad"),
        "outcome and reason, never": Wanted(outcome="none", outcome_reason="test"),
        "own field, often": Wanted(answers={"size": "M"}),
        "own field, seldom": Wanted(answers={"size": "XL"}),
        "own field, never": Wanted(answers={"size": "XXS"}),
        "own field, of one letter, never": Wanted(answers={"size": "S"}),
        "own field, one message": Wanted(answers={"order": "A-0000303"}),
        "a notice failed, never": Wanted(notice="failed"),
        "a notice went, never": Wanted(notice="sent"),
        "handled by somebody, never": Wanted(handler="nobody@shop.example"),
        "handled on a day, never": Wanted(handled_since=moment_of(0), handled_until=moment_of(9)),
        "solved, never": Wanted(solved="no"),
        "handled late, never": Wanted(first="late", status="handled"),
        "without a category, never": Wanted(lacks="category"),
        "without a site, never": Wanted(lacks="site"),
        "genuine": Wanted(genuine=True),
        "overdue": Wanted(overdue=True),
        "the visitor added something": Wanted(added=True),
        "later": Wanted(status="pending", snoozed=True),
        "a contact, never": Wanted(contact=("13912345678",)),
        **_days(data.count),
        **_together(often),
        **_brands(data),
    }
    # The console lists no repeats.
    return {what: _plain(wanted) for what, wanted in found.items()}


def _plain(wanted: Wanted) -> Wanted:
    return msgspec.structs.replace(wanted, repeats=False)


def _days(count: int) -> dict[str, Wanted]:
    first, day = moment_of(0), moment_of(2000) - moment_of(0)
    middle = first + (moment_of(0, count // 100_000) - first) / 2
    return {
        "a day in the middle": Wanted(since=middle, until=middle + day),
        "a month in the middle": Wanted(since=middle, until=middle + 30 * day),
        "the first half": Wanted(until=middle),
        "a day, never": Wanted(since=first - 9 * day, until=first - 8 * day),
        "a month and spam": Wanted(since=middle, until=middle + 30 * day, status="spam"),
        "a month and a tag, seldom": Wanted(since=middle, until=middle + 30 * day, tag=RARE),
        "half and a category, never": Wanted(until=middle, category="没有"),
        "half and high, tagged, never": Wanted(until=middle, priority="high", tag=OFTEN),
    }


def _brands(data: Filled) -> dict[str, Wanted]:
    return {
        "brand, often": Wanted(brand=str(BRANDS[0])),
        "brand, seldom": Wanted(brand=str(BRANDS[1])),
        "brand, the first, seldom": Wanted(brand=str(data.org.id)),
        "brand, never": Wanted(brand=str(uuid.UUID(int=0))),
    }


def _together(often: str) -> dict[str, Wanted]:
    """What many messages have, each for itself."""
    return {
        "category and tag, often": Wanted(category="售后服务", tag=OFTEN),
        "category and tag, never": Wanted(category="产品咨询", tag=OFTEN),
        "high and tag, never": Wanted(priority="high", tag=OFTEN),
        "high and category, never": Wanted(priority="high", category="售后服务"),
        "mine and high, often": Wanted(assignee=often, priority="high"),
        "spam and high, never": Wanted(status="spam", priority="high"),
        "own field and spam, often": Wanted(answers={"size": "M"}, status="spam"),
        "own field and high, tagged, never": Wanted(
            answers={"size": "M"}, priority="high", tag=OFTEN
        ),
    }


async def lists(data: Filled) -> None:
    activity, middle = data.middle
    for what, wanted in filters(data).items():
        newest = newest_first(wanted)
        deep = str(middle) if newest else f"{activity}.{uuid.UUID(int=0)}"
        asked = [("", "", True), (", deep", deep, True)]
        if not newest:
            asked.append((", for programs", str(middle), False))
        for place, cursor, console in asked:

            async def page(
                wanted: Wanted = wanted, cursor: str = cursor, console: bool = console
            ) -> None:
                await messages.inbox(
                    data.org.id, wanted, limit=50, cursor=cursor, by_activity=console
                )

            await timed(f"{what}{place}", PAGE, page, data.server)


async def acted(data: Filled) -> None:
    """Each is taken back, so that they find the same another time."""
    query = Message.select(Message.id).where(Message.organization == data.org.id)
    query = query.order_by(Message.id, ascending=False)
    waiting = await database.values(
        uuid.UUID, query.where(Message.status == "pending").limit(ASKED)
    )
    for what, there, back in (
        ("assign", acts.assigned(data.people[2]), acts.assigned(None)),
        ("set a priority", acts.prioritized("low"), acts.prioritized("normal")),
        ("handle", acts.handled("phone", "", by=BY), acts.reopened()),
        ("tag", acts.tagged([OFTEN]), acts.tagged(remove=[OFTEN])),
    ):
        for name, act in ((what, there), (f"{what}, back", back)):
            each = iter(waiting)

            async def one(act: Act = act, each: Any = each) -> None:
                await messages.to_one(data.org.id, str(next(each)), act, by=BY)

            await timed(name, ACT_MS, one, data.server)
    many = await _newest(data, LONG, Message.status != "repeat")
    began = time.perf_counter()
    done = await long_acts.change_all(data.org.id, many, acts.assigned(data.people[2]), by=BY)
    assert isinstance(done, uuid.UUID)
    await _to_the_end()
    print(f"  an action on {LONG}: {time.perf_counter() - began:.1f} s", flush=True)
    began = time.perf_counter()
    await long_acts.undo(data.org.id, done, by=BY)
    await _to_the_end()
    print(f"  taken back: {time.perf_counter() - began:.1f} s", flush=True)


async def _newest(data: Filled, most: int, condition: Combinable) -> list[uuid.UUID]:
    query = Message.select(Message.id).where(Message.organization == data.org.id, condition)
    query = query.order_by(Message.id, ascending=False)
    return await database.values(uuid.UUID, query.limit(most))


async def _to_the_end() -> None:
    while await long_acts.step():
        pass


async def measure(data: Filled) -> None:
    me = data.people[0]

    async def badge() -> None:
        await messages.counts(data.org.id, me=me)

    await timed("badge", BADGE_MS, badge, data.server)
    await lists(data)
    await acted(data)


async def main() -> None:
    asked = arguments(__doc__, count=1_000_000)
    for name in asked.only:
        async with filled(name, asked.count, asked.keep) as data:
            print(f"{name}, load {os.getloadavg()[0]:.1f}", flush=True)
            await measure(data)


if __name__ == "__main__":
    uvloop.run(main())
