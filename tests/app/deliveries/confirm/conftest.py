"""A mail server, a channel that confirms to visitors, and what it sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from app import channel_settings, database, messages
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail

TEAM = "team@shop.example"
VISITOR = "li@firm.com"


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as office:
        yield office


def sender(mail: FakeMail, *to: str, **smtp: Any) -> dict[str, Any]:
    config = {"host": "127.0.0.1", "port": mail.port("plain"), "tls_mode": "none", **smtp}
    people = list(to) or [TEAM]
    return {"type": "email", "smtp_config": config, "to": people, "from": "desk@shop.example"}


@pytest.fixture
async def channel(org: Organization, mail: FakeMail) -> str:
    return await channel_settings.add(org.id, sender(mail), by="tests")


@pytest.fixture
async def chosen(org: Organization, channel: str) -> str:
    await channel_settings.set_confirm_channel(org.id, channel, by="tests")
    return channel


@pytest.fixture
def together(org: Organization, answers: Answers) -> Callable[..., Any]:
    """together(200, lambda number: address): different messages, all at once."""

    async def do(count: int, address: Callable[[int], str]) -> None:
        await asyncio.gather(
            *(
                messages.leave(
                    org,
                    msgspec.structs.replace(answers, content=f"no {n}", email=address(n)),
                    Visit(),
                    submission_id=f"s{n}",
                )
                for n in range(count)
            )
        )

    return do


def confirmed(mail: FakeMail) -> list[Letter]:
    return [letter for letter in mail.messages if letter.recipients != [TEAM]]


async def owed() -> list[tuple[str, str]]:
    rows = await database.rows(
        dict, "SELECT state, reason FROM delivery WHERE purpose = 'confirm' ORDER BY id"
    )
    return [(row["state"], row["reason"]) for row in rows]
