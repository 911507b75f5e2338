"""Acts on more messages than fit into a transaction: done in parts, once each, whatever dies."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest

from app import database, messages
from app.errors import NotFound
from app.messages import acts, events, long_acts
from app.messages.acts import Act
from app.messages.change import AT_ONCE
from app.messages.long_acts import Running
from app.messages.wanted import Wanted
from app.tables import Agent, Organization, new_id
from tests.app.messages.conftest import Leave

BY = "owner@shop.example"


async def many(org: Organization, leave: Leave, count: int) -> list[uuid.UUID]:
    """Copies of one message, which takes less time than leaving each."""
    left = await leave()
    [row] = await database.rows(dict, "SELECT * FROM message WHERE reference = ?", left.reference)
    lite = isinstance(database.engine(), database.SQLite)
    ids, names = [new_id() for _ in range(count - 1)], list(row)
    sql = f"INSERT INTO message ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    copies = [
        {**row, "id": each, "reference": f"C{place}", "submission_id": f"c{place}"}
        for place, each in enumerate(ids)
    ]

    def bound(value: Any) -> Any:
        return str(value) if lite and isinstance(value, uuid.UUID) else value

    async with database.transaction():
        await database.execute_many(sql, [[bound(each[n]) for n in names] for each in copies])
    return [uuid.UUID(left.uid), *ids]


async def begun(org: Organization, ids: list[uuid.UUID], act: Act) -> uuid.UUID:
    found = await long_acts.change_all(org.id, ids, act, by=BY)
    assert isinstance(found, uuid.UUID)
    return found


async def ended(org: Organization, act: uuid.UUID) -> Running:
    while await long_acts.step():
        pass
    return await long_acts.of(org.id, str(act))


async def handled(org: Organization) -> int:
    return await messages.count(org.id, Wanted(status="handled"))


async def test_it_is_done_in_parts_once_each_and_taken_back_at_once(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    ids = await many(org, leave, 2 * AT_ONCE + 10)
    await messages.to_one(org.id, str(ids[0]), acts.handled("none", "", by="Li"), by="Li")
    act = await begun(org, [*ids, ids[3]], acts.handled("phone", "已回电", by=BY))
    with pytest.raises(NotFound):
        await long_acts.of(other_org.id, str(act))
    assert await long_acts.running(other_org.id) == []
    assert not await long_acts.stop(other_org.id, act, by="tests")

    assert await long_acts.step()
    half = await long_acts.of(org.id, str(act))
    assert (half.total, half.done, half.percent, half.ended_at) == (1010, AT_ONCE, 49, None)
    # Several workers, one of which may have died and come again.
    await asyncio.gather(*(long_acts.step() for _ in range(4)))
    done = await ended(org, act)
    assert (done.done, done.changed, done.stopped) == (1010, 1009, "")
    assert done.ended_at
    story = await events.of(org.id, ids[-1])
    assert [(each.action, each.now["outcome"]) for each in story] == [("handled", "phone")]
    assert await long_acts.running(org.id) == []

    back = await long_acts.undo(org.id, act, by=BY)
    assert isinstance(back, uuid.UUID)
    assert (await ended(org, back)).changed == 1009
    assert await handled(org) == 1


async def test_what_is_stopped_stays_half_done_and_can_be_taken_back(
    org: Organization, leave: Leave
) -> None:
    ids = await many(org, leave, 2 * AT_ONCE)
    act = await begun(org, ids, acts.prioritized("high"))
    await long_acts.step()
    assert await long_acts.stop(org.id, act, by=BY)
    stopped = await ended(org, act)
    assert (stopped.done, stopped.stopped) == (AT_ONCE, "stopped")

    act = await begun(org, ids, acts.handled("phone", "", by=BY))
    await long_acts.step()
    done = await long_acts.undo(org.id, act, by=BY)
    assert isinstance(done, messages.Done)
    assert (len(done.changed), await handled(org)) == (AT_ONCE, 0)
    assert (await ended(org, act)).stopped == "stopped"


async def test_one_that_cannot_be_done_ends_and_others_go_on(
    org: Organization, leave: Leave
) -> None:
    ids = await many(org, leave, AT_ONCE + 1)
    broken = await long_acts.begin(org.id, ids, "handled", said='["no_such_act",{}]', by=BY)
    good = await begun(org, ids, acts.trashed())
    assert (await ended(org, good)).changed == len(ids)
    assert (await long_acts.of(org.id, str(broken))).stopped == "failed"


@pytest.mark.parametrize("number", range(7))
async def test_an_act_is_made_again_from_text(
    org: Organization, owner: Agent, leave: Leave, number: int
) -> None:
    now = dt.datetime.now(dt.UTC)
    act = [
        acts.handled("phone", "note", by=BY),
        acts.assigned(owner.id),
        acts.assigned(None),
        acts.tagged(["a"], remove=["b"]),
        acts.snoozed(now + dt.timedelta(seconds=1), now=now),
        acts.spam(),
        acts.claimed(owner.id),
    ][number]
    left = await leave()
    [state] = await messages.change.states(org.id, [uuid.UUID(left.uid)])
    same = acts.again(act.said)
    assert (same.action, same.make(state, now)) == (act.action, act.make(state, now))
    assert same.make(state, now) != state or number == 2


async def test_what_it_erased_is_not_in_the_log_of_the_database_either(
    org: Organization, leave: Leave
) -> None:
    left = await leave(content="金丝雀 in the log")
    act = await long_acts.begin(org.id, [uuid.UUID(left.uid)], "erased", by=BY)
    assert (await ended(org, act)).changed == 1

    found = database.engine()
    if isinstance(found, database.SQLite):
        log = Path(f"{found.path}-wal")
        assert "金丝雀".encode() not in log.read_bytes()
