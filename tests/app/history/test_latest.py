"""What was just changed of the settings is taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from app.channel_settings import limits
from app.errors import Conflict
from app.history import versions
from app.history.latest import undoable
from app.history.restore import undo
from app.people import organizations
from app.tables import Organization, SettingVersion

BY = "owner@shop.example"


async def save(org: Organization, most: int, by: str = BY) -> None:
    await limits.set_limits(
        org.id,
        rate_limit_per_minute=most,
        rate_limit_total_per_minute=None,
        dedup_window_seconds=600,
        by=by,
    )


async def most(org: Organization) -> int:
    return (await organizations.by_id(org.id)).rate_limit_per_minute


async def test_whoever_just_changed_something_takes_it_back(org: Organization) -> None:
    await versions.begin(org.id)
    assert await undoable(org.id, ["limits"], by=BY) is None, "nothing was changed"
    await save(org, 7)
    last = await undoable(org.id, ["rules", "limits"], by=BY)
    assert last is not None
    assert await undoable(org.id, ["limits"], by="li@shop.example") is None
    await undo(org, "limits", str(last[1]), by=BY)
    assert await most(org) == 10
    with pytest.raises(Conflict):
        await undo(org, "limits", str(last[1]), by=BY)
    assert await most(org) == 10


async def test_what_was_changed_a_while_ago_is_not_offered(org: Organization) -> None:
    await versions.begin(org.id)
    await save(org, 7)
    earlier = {SettingVersion.at: dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)}
    await SettingVersion.update(earlier, force=True)
    assert await undoable(org.id, ["limits"], by=BY) is None
