"""A confirmation goes behind everything for the team, and does it no harm."""

from __future__ import annotations

import pytest

from app import (
    channel_settings,
    database,
    deliveries,
    messages,
)
from app.deliveries import Courier
from app.errors import Invalid
from app.tables import Organization
from tests.app.deliveries.confirm.conftest import VISITOR, confirmed, owed, sender
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import later
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors


async def test_nobody_confirms_unless_a_channel_is_chosen(channel: str, leave: Leave) -> None:
    await leave(email=VISITOR)
    assert await owed() == []


async def test_only_an_email_channel_of_ones_own_can_be_chosen(
    org: Organization, other_org: Organization, channel: str, add: Add
) -> None:
    robot = await add("custom", "http://127.0.0.1:9/hook")
    for of, uid in ((org, robot), (other_org, channel), (org, "nonsense")):
        with pytest.raises(Invalid):
            await channel_settings.set_confirm_channel(of.id, uid, by="tests")


async def test_spam_is_not_confirmed_and_cancels_what_has_not_gone(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    left = await leave(email=VISITOR)
    await messages.spam(org.id, left.uid, by="tests")
    await settled(courier, org)
    assert await owed() == [("cancelled", "spam")]
    assert mail.messages == []


async def test_switching_it_off_cancels_what_has_not_gone(
    org: Organization, chosen: str, leave: Leave
) -> None:
    await leave(email=VISITOR)
    await channel_settings.set_confirm_channel(org.id, "", by="tests")
    await leave(email="other@firm.com")
    assert await owed() == [("cancelled", "confirmations_off")]


async def test_a_wrong_address_ends_it_and_leaves_the_channel_well(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, add: Add, leave: Leave
) -> None:
    await add("custom", "http://127.0.0.1:9/hook", enabled=False)
    for number in range(4):
        await leave(email=f"nouser@firm{number}.com")
    await settled(courier, org)
    assert await owed() == [("failed", "permanent_config")] * 4
    health = (await channel_settings.channel(org.id, chosen))["health"]
    assert (health["state"], health["failures"], health["last_error_at"]) == ("ok", 0, None)
    assert not await database.rows(dict, "SELECT 1 AS one FROM delivery WHERE purpose = 'alert'")
    assert await deliveries.replay(org.id, by="tests") == 0


async def test_one_that_may_have_arrived_is_not_sent_twice(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    await leave(email="drop@firm.com")
    await settled(courier, org)
    assert await owed() == [("failed", "outcome_unknown")]
    assert len(confirmed(mail)) == 1


async def test_a_mailbox_that_is_busy_is_tried_again(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    await leave(email="grey@firm.com")
    await settled(courier, org)
    assert await owed() == [("sending", "")]
    mail.clock.advance(301)
    await later(minutes=6)
    await settled(courier, org)
    assert await owed() == [("sent", "")]


async def test_notices_go_first_and_keep_two_places_of_ten(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    for number in range(12):
        await leave(email=f"p@firm{number}.com")
    await settled(courier, org)
    assert (len(mail.messages), confirmed(mail)) == (10, [])
    await later(seconds=61)
    await settled(courier, org)
    assert len(confirmed(mail)) == 8
    await later(minutes=6)
    await settled(courier, org)
    assert sorted(letter.recipients[0] for letter in confirmed(mail)) == sorted(
        f"p@firm{number}.com" for number in range(12)
    )


async def test_nobody_is_told_of_a_message_by_its_confirmation(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    mail: FakeMail,
    chosen: str,
    add: Add,
    leave: Leave,
) -> None:
    await channel_settings.change(org.id, chosen, sender(mail, "grey@shop.example"), by="tests")
    hook = fakes.add_hook("backup")
    await add("custom", hook, fallback_for=chosen, fallback_after_seconds=600)
    await leave(email=VISITOR)
    await settled(courier, org)
    await database.execute("UPDATE channel SET failures = 0, paused_until = NULL")
    await settled(courier, org)
    assert len(confirmed(mail)) == 1
    said = await database.values(str, "SELECT rendering FROM dispatch WHERE kind = 'confirm'")
    assert said == ["neutral"]
    found = await database.rows(dict, "SELECT state FROM delivery WHERE purpose = 'fallback'")
    assert [row["state"] for row in found] == ["pending"]
