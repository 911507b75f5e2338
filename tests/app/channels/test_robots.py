"""What the robots of chat groups have in common."""

from __future__ import annotations

import pytest

from app.channels.kinds import KINDS
from app.channels.robots import Robot
from tests.app.channels.things import TOKEN, made

ROBOTS = [kind for kind, cls in KINDS.items() if issubclass(cls, Robot)]


@pytest.mark.parametrize("kind", ROBOTS)
def test_the_key_is_the_limit_and_the_address_the_destination(kind: str) -> None:
    sender = made((kind, {}))

    assert sender.token() == TOKEN
    assert sender.credential() == f"{kind} {TOKEN}"
    assert sender.target() == f"{kind} {sender.webhook_url}"
    assert {sender.webhook_url, TOKEN} <= set(sender.secrets())
