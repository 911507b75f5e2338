"""Recovery codes."""

from __future__ import annotations

import asyncio

from app import database
from app.people.factors import codes
from app.tables import Agent


async def test_each_of_ten_works_once(owner: Agent) -> None:
    made = await codes.renew(owner.account)
    assert len(set(made)) == await codes.left(owner.account) == 10
    tries = await asyncio.gather(*(codes.use(owner.account, made[0]) for _ in range(3)))
    assert sorted(tries) == [False, False, True]
    assert await codes.use(owner.account, f" {made[1].upper().replace('-', ' ')} ")
    assert await codes.left(owner.account) == 8


async def test_new_ones_end_those_before(owner: Agent) -> None:
    before = await codes.renew(owner.account)
    after = await codes.renew(owner.account)
    assert not await codes.use(owner.account, before[0])
    assert await codes.use(owner.account, after[0])


async def test_they_are_of_one_account_and_only_hashes_are_kept(
    owner: Agent, stranger: Agent
) -> None:
    made = await codes.renew(owner.account)
    await codes.renew(stranger.account)
    assert not await codes.use(stranger.account, made[0])
    rows = await database.rows(dict, "SELECT * FROM recovery_code")
    assert not any(code.replace("-", "") in str(rows) for code in made)


def test_a_code_of_an_app_is_none() -> None:
    assert codes.looks_like("abcd-efgh-jkmn-pqrs")
    assert not codes.looks_like("123 456")
    assert not codes.looks_like("")
