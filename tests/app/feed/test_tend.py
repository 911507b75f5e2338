"""Old events go, whole transactions at once; all go where nobody can read them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app.errors import Gone
from app.feed import read, tend
from app.people import tokens
from app.tables import FeedEvent, Organization, Token
from tests.app.deliveries.conftest import Leave

OLD = dt.timedelta(days=31)


async def test_what_is_older_than_thirty_days_goes_and_the_cursor_says_so(
    org: Organization, leave: Leave
) -> None:
    await tokens.create(org.id, "crm", ["events:read"])
    begun = read.after((await read.page(org.id)).cursor)
    await leave()
    middle = read.after((await read.page(org.id)).cursor)
    await FeedEvent.update({FeedEvent.at: dt.datetime.now(dt.UTC) - OLD}, force=True)
    await leave()
    await tend.step()
    assert await FeedEvent.count() == 1
    assert len((await read.page(org.id, after=middle)).items) == 1
    assert len((await read.page(org.id)).items) == 1
    with pytest.raises(Gone):
        await read.page(org.id, after=begun)


async def test_all_goes_where_nobody_can_read_it(org: Organization, leave: Leave) -> None:
    await tokens.create(org.id, "crm", ["events:read"])
    await leave()
    await tend.step()
    assert await FeedEvent.count() == 1
    await Token.update({Token.revoked_at: dt.datetime.now(dt.UTC)}, force=True)
    await tend.step()
    await leave()
    assert await FeedEvent.count() == 0
    last = (9, uuid.UUID(int=0))
    with pytest.raises(Gone):
        await read.page(org.id, after=last)
