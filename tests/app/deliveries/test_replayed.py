"""What sending again made wait is counted, and left as it was when it is stopped."""

from app import deliveries, messages
from app.deliveries import Courier
from app.deliveries.replayed import still_waiting
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors


async def test_a_stop_leaves_what_had_arrived_before_as_sent(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm"))
    left = await leave()
    await settled(courier, org)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    await deliveries.replay(org.id, delivery=sent.uid, by="tests")

    assert await deliveries.stop_replay(org.id, channel=uid, by="tests") == 1
    (stopped,) = (await messages.show(org.id, left.uid)).deliveries
    assert (stopped.state, stopped.reason) == ("sent", "")


async def test_progress_is_what_still_waits(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    await leave()
    await leave()
    await settled(courier, org)
    assert await still_waiting(org.id) == 0
    await deliveries.replay(org.id, by="tests")
    assert await still_waiting(org.id) == await still_waiting(org.id, channel=uid) == 2
    await settled(courier, org)
    assert await still_waiting(org.id) == 0
