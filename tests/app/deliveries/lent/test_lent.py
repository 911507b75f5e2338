"""Tokens in the database: many ask, one does."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from app import database
from app.channels.lent import Lent
from app.deliveries import lent
from app.deliveries.lent import Shared
from app.errors import SendError
from app.secrets import keyed_hash
from app.tables import LentToken, new_id

KEY = "https://qyapi.example ww1 the-secret"


class Platform:
    """Each token holds until the next one is asked for."""

    def __init__(self, seconds: float = 7200) -> None:
        self.asked, self.seconds = 0, seconds
        self.fails: SendError | None = None
        self.slow = 0.05

    async def fetch(self) -> Lent:
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.fails:
            raise self.fails
        return Lent(f"token-{self.asked}", self.seconds)


async def test_of_many_one_asks_and_all_get_it(db: str) -> None:
    platform = Platform()
    workers = [Shared() for _ in range(6)]

    found = await asyncio.gather(*(each.token(KEY, platform.fetch) for each in workers))
    assert (found, platform.asked) == (["token-1"] * 6, 1)
    again = [each.token(KEY, platform.fetch, refused="token-1") for each in workers]
    assert (await asyncio.gather(*again), platform.asked) == (["token-2"] * 6, 2)
    late = await workers[0].token(KEY, platform.fetch, refused="token-1")
    assert (late, platform.asked) == ("token-2", 2)


async def test_a_refusal_is_told_to_all_who_wait(db: str) -> None:
    platform = Platform()
    platform.fails = SendError(
        "permanent_config", "40001", "invalid", hint="Copy it.", facts={"field": "secret"}
    )

    async def ask() -> SendError:
        with pytest.raises(SendError) as caught:
            await Shared().token(KEY, platform.fetch)
        return caught.value

    errors = await asyncio.gather(*(ask() for _ in range(4)))
    assert platform.asked == 1
    assert {(each.outcome, each.code, each.hint) for each in errors} == {
        ("permanent_config", "40001", "Copy it.")
    }
    assert all(each.facts["field"] == "secret" for each in errors)
    platform.fails = None
    assert await Shared().token(KEY, platform.fetch) == "token-2"


async def test_neither_token_nor_secret_is_in_the_database(db: str) -> None:
    await Shared().token(KEY, Platform().fetch)

    (row,) = await LentToken.select()
    assert "token-1" not in str(row)
    assert "secret" not in str(row)


async def test_one_that_died_while_asking_is_waited_for_no_longer_than_its_lease(db: str) -> None:
    platform, now = Platform(), await database.now()
    row = {
        LentToken.id: keyed_hash("lent token", KEY),
        LentToken.holder: new_id(),
        LentToken.lease_until: now - dt.timedelta(seconds=1),
    }
    await LentToken.insert(LentToken(row))

    assert await Shared().token(KEY, platform.fetch) == "token-1"


async def test_who_waits_in_vain_comes_again_later(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lent, "PATIENCE", 0.0)
    platform, now = Platform(), await database.now()
    row = {
        LentToken.id: keyed_hash("lent token", KEY),
        LentToken.holder: new_id(),
        LentToken.lease_until: now + dt.timedelta(seconds=60),
    }
    await LentToken.insert(LentToken(row))

    with pytest.raises(SendError) as caught:
        await Shared().token(KEY, platform.fetch)
    assert (caught.value.outcome, caught.value.left, platform.asked) == ("retry", False, 0)


async def test_one_that_is_over_is_asked_for_anew_and_old_ones_go(db: str) -> None:
    platform = Platform(seconds=0.001)
    assert await Shared().token(KEY, platform.fetch) == "token-1"
    long_ago = (await database.now()) - dt.timedelta(days=2)
    await LentToken.update({LentToken.expires_at: long_ago}, force=True)

    assert await Shared().token("another", platform.fetch) == "token-2"
    assert await LentToken.count() == 1
