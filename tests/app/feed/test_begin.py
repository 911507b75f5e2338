"""Events are recorded from when somebody may read them."""

from __future__ import annotations

from app.feed.begin import begin
from app.people import tokens
from app.tables import Organization
from tests.app.deliveries.conftest import Leave


async def test_it_begins_once(org: Organization, leave: Leave) -> None:
    first = await begin(org.id)
    await leave()
    assert await begin(org.id) == first


async def test_a_token_that_may_read_them_begins(
    org: Organization, other_org: Organization
) -> None:
    async def since(which: Organization) -> int | None:
        row = await Organization.objects().get(Organization.id == which.id)
        assert row
        return row.feed_from

    await tokens.create(org.id, "others", ["messages:read"])
    assert await since(org) is None
    await tokens.create(org.id, "crm", ["events:read"])
    assert await since(org) is not None
    assert await since(other_org) is None
