"""A channel that speaks only when another one fails."""

import pytest

from app import channel_settings, database
from app.deliveries import Courier
from app.errors import Invalid
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors


async def states(uid: str) -> list[tuple[str, str]]:
    rows = await database.rows(dict, "SELECT channel, state, reason FROM delivery ORDER BY id")
    return [(row["state"], row["reason"]) for row in rows if str(row["channel"]) == uid]


async def test_it_is_silent_while_the_first_one_works(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    first = await add("wecom", fakes.add_bot("wecom", "k"))
    second = await add("custom", fakes.add_hook("crm"), fallback_for=first)
    await leave()
    await settled(courier, org)
    assert await states(second) == [("cancelled", "not_needed")]
    assert fakes.calls("hook", "crm") == []


async def test_it_speaks_at_once_when_the_first_one_fails_for_good(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    first = await add("wecom", fakes.url + "/cgi-bin/webhook/send?key=unknown")
    await add("custom", fakes.add_hook("crm"), fallback_for=first)
    await leave("hello")
    await settled(courier, org)
    assert any("hello" in call.raw.decode() for call in fakes.calls("hook", "crm"))


async def test_it_speaks_when_the_first_one_took_too_long(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    first = await add("custom", fakes.add_hook("slow", answers=[{"status": 500}]))
    await add("custom", fakes.add_hook("crm"), fallback_for=first, fallback_after_seconds=0)
    await leave()
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 1


async def test_it_speaks_for_a_channel_that_is_switched_off(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    first = await add("custom", fakes.add_hook("off"), enabled=False)
    await add("custom", fakes.add_hook("crm"), fallback_for=first)
    await leave()
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 1


async def test_it_cannot_stand_in_for_itself_or_for_another_fallback(
    org: Organization, fakes: FakeVendors, add: Add
) -> None:
    first = await add("custom", fakes.add_hook("a"))
    second = await add("custom", fakes.add_hook("b"), fallback_for=first)
    for uid, wanted in ((first, first), (first, second)):
        with pytest.raises(Invalid, match="/fallback_for"):
            await channel_settings.change(org.id, uid, {"fallback_for": wanted}, by="tests")
