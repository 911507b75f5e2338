"""Who did what to which thing."""

from app.people import audit
from app.tables import Organization


async def test_what_was_done_to_a_thing_is_told_in_order(org: Organization) -> None:
    for action in ("channel.added", "channel.off", "channel.on"):
        await audit.record(org.id, "owner@shop.example", action, org.id, "wecom")
    await audit.record(org.id, "owner@shop.example", "channel.off", "another thing")

    told = await audit.of(org.id, org.id)
    assert [each.action for each in told] == ["channel.added", "channel.off", "channel.on"]
    assert {(each.actor, each.detail) for each in told} == {("owner@shop.example", "wecom")}


async def test_another_organization_sees_nothing_of_it(
    org: Organization, other_org: Organization
) -> None:
    await audit.record(org.id, "owner@shop.example", "channel.off", "thing")
    assert await audit.of(other_org.id, "thing") == []
