"""What sending again would do is said before."""

from app import channel_settings
from app.deliveries import Courier
from app.deliveries.forecast import forecast
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors


async def test_a_forecast_says_how_many_and_how_long(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    answers = [{"status": 400}]
    slow = await add("custom", fakes.add_hook("crm", answers=answers), rate_limit_per_minute=0)
    await add("custom", fakes.add_hook("fine"), rate_limit_per_minute=0)
    for _ in range(7):
        await leave()
    await settled(courier, org)
    await channel_settings.change(org.id, slow, {"rate_limit_per_minute": 3}, by="tests")

    (foreseen,) = await forecast(org.id)
    assert (foreseen.channel_uid, foreseen.count, foreseen.limit) == (slow, 7, 3)
    assert (foreseen.minutes, foreseen.combined, foreseen.stopped) == (3, False, False)
    await channel_settings.change(org.id, slow, {"digest": True}, by="tests")
    (foreseen,) = await forecast(org.id)
    assert (foreseen.minutes, foreseen.combined) == (1, True)


async def test_a_forecast_counts_the_limit_over_all_channels(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 400}]))
    for _ in range(5):
        await leave()
    await settled(courier, org)
    await channel_settings.replace(org.id, {"rate_limit_total_per_minute": 2}, by="tests")

    (foreseen,) = await forecast(org.id)
    assert (foreseen.limit, foreseen.minutes) == (2, 3)


async def test_a_forecast_of_several_channels_counts_them_together(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    for name in "ab":
        await add("custom", fakes.add_hook(name, answers=[{"status": 400}]))
    for _ in range(9):
        await leave()
    await settled(courier, org)
    await channel_settings.replace(org.id, {"rate_limit_total_per_minute": 10}, by="tests")

    # Eighteen, of which eight a minute: two places wait for high priority.
    assert [each.minutes for each in await forecast(org.id)] == [3, 3]
