"""What every change begins and ends with."""

from __future__ import annotations

import pytest

from app import database
from app.channel_settings.changing import CHANNELS_MAX, changing, check_number
from app.errors import Invalid
from app.tables import Organization


async def test_it_happens_whole_or_not_at_all(org: Organization) -> None:
    async def fail() -> None:
        async with changing(org.id):
            await database.execute("UPDATE organization SET name = ? WHERE id = ?", "x", org.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    (row,) = await database.rows(dict, "SELECT name FROM organization WHERE id = ?", org.id)
    assert row["name"] != "x"


def test_there_is_room_for_twenty() -> None:
    check_number([{}] * (CHANNELS_MAX - 1))
    with pytest.raises(Invalid):
        check_number([{}] * CHANNELS_MAX)
