"""Who gets a confirmation, and how many: whoever fills in a form can name any address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import channel_settings, database
from app.deliveries import Courier
from app.tables import Organization
from tests.app.deliveries.confirm.conftest import VISITOR, confirmed, owed, sender
from tests.app.deliveries.conftest import Leave, settled
from tests.app.deliveries.planning import later
from tests.fakes.mail import FakeMail


async def test_what_was_said_before_is_not_confirmed_again(chosen: str, leave: Leave) -> None:
    await leave("the same", email=VISITOR)
    await leave("the same", email="another@else.com")
    assert len(await owed()) == 1


async def test_an_address_gets_one_a_day_however_it_is_spelled(chosen: str, leave: Leave) -> None:
    for spelled in ("li@gmail.com", "LI@gmail.com", "l.i+x@gmail.com"):
        await leave(email=spelled)
    assert len(await owed()) == 1
    await later(hours=23)
    await leave(email="li@gmail.com")
    assert len(await owed()) == 1
    await later(hours=2)
    await leave(email="li@gmail.com")
    assert len(await owed()) == 2


async def test_a_firm_gets_three_an_hour_and_a_provider_of_mailboxes_more(
    chosen: str, leave: Leave
) -> None:
    for number in range(5):
        await leave(email=f"p{number}@firm.com")
    assert len(await owed()) == 3
    for number in range(5):
        await leave(email=f"p{number}@qq.com")
    assert len(await owed()) == 8


async def test_the_organization_sends_twenty_an_hour(chosen: str, leave: Leave) -> None:
    for number in range(25):
        await leave(email=f"p@firm{number}.com")
    assert len(await owed()) == 20
    await later(minutes=61)
    await leave(email="p@firm99.com")
    assert len(await owed()) == 21


@pytest.mark.parametrize(
    "address",
    ["postmaster@firm.com", "noreply@firm.com", "Info+x@firm.com", "", "no address"],
)
async def test_nobody_sits_behind_these(chosen: str, leave: Leave, address: str) -> None:
    await leave(email=address)
    assert await owed() == []


async def test_the_teams_own_domain_is_left_alone_but_not_its_provider(
    org: Organization, mail: FakeMail, chosen: str, leave: Leave
) -> None:
    changed = sender(mail, "boss@team.com", "shop@qq.com")
    await channel_settings.change(org.id, chosen, changed, by="tests")
    for ours in ("li@team.com", "li@eu.team.com", "shop@qq.com"):
        await leave(email=ours)
    assert await owed() == []
    await leave(email="li@qq.com")
    assert len(await owed()) == 1


async def test_ten_thousand_messages_that_name_one_victim_send_at_most_one_mail(
    org: Organization, courier: Courier, mail: FakeMail, chosen: str, together: Callable[..., Any]
) -> None:
    await together(10_000, lambda number: "victim@firm.com")
    assert len(await owed()) == 1
    for _ in range(3):
        await settled(courier, org)
        await database.execute("UPDATE attempt SET blocks_until = started_at")
    assert len(confirmed(mail)) == 1


async def test_two_hundred_at_once_keep_to_the_twenty(
    chosen: str, together: Callable[..., Any]
) -> None:
    await together(200, lambda number: f"p@firm{number}.com")
    assert len(await owed()) == 20
