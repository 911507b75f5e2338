"""The senders of many messages are blocked at once, and freed at once."""

from __future__ import annotations

import uuid

import pytest

from app import messages
from app.blocks import stored
from app.blocks.shape import Block, Kind
from app.errors import Invalid
from app.messages import Done, block_many, change, long_acts, senders
from app.messages.wanted import Wanted
from app.tables import Organization
from tests.app.messages.conftest import Leave


async def entries(org: Organization) -> set[tuple[Kind, str]]:
    return {(each.kind, each.text) for each in await stored.read(org.id)}


@pytest.mark.parametrize("at_once", [500, 1])
async def test_they_are_blocked_and_set_aside_as_one_act_which_is_taken_back(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    for module in (block_many, long_acts, change):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
    ids = [uuid.UUID((await leave(phone=phone)).uid) for phone in ("13800138000", "13900139000")]
    wanted = [Block(kind="phone", text=each) for each in ("13800138000", "13900139000")]
    done = await block_many.block_many(org.id, ids, wanted, spam=True, by="小李")
    while await long_acts.step():
        pass
    assert await entries(org) == {("phone", "13800138000"), ("phone", "13900139000")}
    assert await messages.count(org.id, Wanted(status="spam")) == 2
    if isinstance(done, Done):
        assert (done.blocked, len(done.changed)) == (2, 2)

    act = uuid.UUID(done.act) if isinstance(done, Done) else done
    back = await long_acts.undo(org.id, act, by="小李")
    while await long_acts.step():
        pass
    assert await entries(org) == set()
    assert await messages.count(org.id, Wanted(status="pending")) == 2
    assert not isinstance(back, Done) or (back.freed, len(back.changed)) == (2, 2)


async def test_more_than_the_list_holds_changes_nothing(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (block_many, senders):
        monkeypatch.setattr(module, "BLOCKS_MAX", 1)
    ids = [uuid.UUID((await leave(phone=f"1380013800{n}")).uid) for n in range(3)]
    found = await senders.senders(org.id, ids)
    assert len(found["phone"]) == 2
    wanted = [Block(kind="phone", text=each) for each in found["phone"]]
    with pytest.raises(Invalid):
        await block_many.block_many(org.id, ids, wanted, spam=True, by="x")
    assert await messages.count(org.id, Wanted(status="spam")) == 0
    assert await entries(org) == set()
