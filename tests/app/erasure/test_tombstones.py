"""A copy from before brings nothing back."""

from __future__ import annotations

import uuid

import pytest

from app.erasure import remove, tombstones
from app.errors import Invalid
from app.tables import Message, Organization
from tests.app.deliveries.conftest import Leave

ONE = "01a22b61-ed87-73e5-b2c0-959b1f5f7e66"


async def test_what_came_back_is_erased_again(org: Organization, leave: Leave) -> None:
    left = await leave("gone")
    await leave("stays")
    rows = await Message.select().where(Message.id == uuid.UUID(left.uid))
    await remove.remove(org.id, [uuid.UUID(left.uid)], by="tests")
    listed = await tombstones.after()
    assert listed == [uuid.UUID(left.uid)]
    assert await tombstones.after(listed[-1]) == []

    await Message.insert(Message(**rows[0]))
    assert await tombstones.obey(listed) == 1
    assert await tombstones.obey(listed) == 0
    assert await Message.count() == 1


def test_a_list_is_read_as_editors_leave_it() -> None:
    assert tombstones.read(f"\ufeff{ONE}\r\n\n  {ONE.upper()} \n") == [uuid.UUID(ONE)] * 2
    with pytest.raises(Invalid) as error:
        tombstones.read(f"{ONE}\nx\n")
    assert error.value.problems[0].facts == {"number": "2"}
