"""A channel is called broken when it is, since when, and after how many tries."""

from app import channel_settings, database, outside
from app.deliveries import Courier
from app.deliveries.trouble import broken
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors


async def test_one_failure_is_no_trouble_and_three_are(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 500}]), name="CRM")
    await leave()
    await settled(courier, org)
    assert await broken(org.id) == []
    for _ in range(2):
        await leave()
        await settled(courier, org)

    (trouble,) = await broken(org.id)
    assert (trouble.channel_uid, trouble.channel_name, trouble.kind) == (uid, "CRM", "custom")
    assert trouble.failures == len(fakes.calls("hook", "crm")) == 3
    assert trouble.since <= await database.now()


async def test_a_channel_that_is_gone_is_trouble_at_once_and_told_as_one_failure(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 410}, {"status": 200}]))
    await leave()
    await settled(courier, org)
    (trouble,) = await broken(org.id)
    assert trouble.failures == 1

    await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert await broken(org.id) == []


async def test_a_channel_that_is_off_troubles_nobody(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 410}]))
    await leave()
    await settled(courier, org)
    await channel_settings.switch(org.id, uid, False, by="tests")
    assert await broken(org.id) == []
