"""A mail server, the team's channel on it, and colleagues with mailboxes of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import database
from app.deliveries import Courier
from app.people import agents
from app.tables import Agent, Organization
from tests.app.deliveries.confirm.conftest import TEAM, channel, mail
from tests.app.deliveries.conftest import settled
from tests.app.deliveries.planning import later
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail

__all__ = ["channel", "mail"]

LI, WANG = "li@shop.example", "wang@shop.example"
Box = Callable[[], list[Letter]]


async def colleague(org: Organization, email: str, name: str, **more: str) -> Agent:
    return await agents.create(
        org.id, email=email, password="correct horse 9", name=name, role="agent", **more
    )


@pytest.fixture
async def li(org: Organization) -> Agent:
    return await colleague(org, LI, "小李")


@pytest.fixture
async def wang(org: Organization) -> Agent:
    return await colleague(org, WANG, "王五")


def personal(mail: FakeMail) -> list[Letter]:
    """What did not go to the team."""
    return [letter for letter in mail.messages if letter.recipients != [TEAM]]


async def soon(courier: Courier, org: Organization) -> None:
    """The time to take things back has passed, and everything that may go has gone."""
    await later(seconds=31)
    await settled(courier, org)


async def owed() -> list[tuple[str, str, str]]:
    rows = await database.rows(
        dict, "SELECT purpose, state, reason FROM delivery WHERE agent IS NOT NULL ORDER BY id"
    )
    return [(row["purpose"], row["state"], row["reason"]) for row in rows]
