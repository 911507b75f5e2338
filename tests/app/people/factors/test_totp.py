"""Codes of an authenticator app."""

from __future__ import annotations

import asyncio
import time

import pyotp
import pytest
import time_machine

from app import database
from app.errors import NotFound
from app.people.factors import totp
from app.tables import Agent, Authenticator

STEP = totp.SECONDS


def code_at(secret: str, moment: float) -> str:
    return pyotp.TOTP(secret).at(int(moment))


async def begun(agent: Agent) -> str:
    await totp.begin(agent.account)
    return await totp.begun(agent.account)


async def set_up(agent: Agent) -> str:
    """With a code of two steps ago, so that those of now are still fresh."""
    secret = await begun(agent)
    assert await totp.confirm(agent.account, code_at(secret, time.time()))
    await Authenticator.update({Authenticator.step: 0}).where(
        Authenticator.account == agent.account
    )
    return secret


async def test_it_counts_once_a_code_of_it_was_typed(owner: Agent) -> None:
    secret = await begun(owner)
    assert not await totp.is_on(owner.account)
    assert not await totp.check(owner.account, code_at(secret, time.time()))
    assert not await totp.confirm(owner.account, "000000")
    assert await totp.confirm(owner.account, code_at(secret, time.time()))
    assert await totp.is_on(owner.account)
    with pytest.raises(NotFound):
        await totp.begun(owner.account)


async def test_what_counts_is_not_replaced_by_beginning_anew(owner: Agent) -> None:
    secret = await set_up(owner)
    await totp.begin(owner.account)
    assert await totp.check(owner.account, code_at(secret, time.time()))
    await totp.remove(owner.account)
    assert await begun(owner) != await begun(owner)


@pytest.mark.parametrize(("drift", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_clock_may_be_wrong_by_one_step(owner: Agent, drift: int, right: bool) -> None:
    with time_machine.travel(1_800_000_015, tick=False):
        secret = await set_up(owner)
        code = code_at(secret, 1_800_000_015 + drift * STEP)
        assert await totp.check(owner.account, code) == right


async def test_a_code_works_once_also_when_typed_twice_at_once(owner: Agent) -> None:
    with time_machine.travel(1_800_000_015, tick=False):
        secret = await set_up(owner)
        code, before = code_at(secret, 1_800_000_015), code_at(secret, 1_800_000_015 - STEP)
        tries = await asyncio.gather(*(totp.check(owner.account, code) for _ in range(3)))
        assert sorted(tries) == [False, False, True]
        assert not await totp.check(owner.account, before)


async def test_it_is_read_as_people_paste_it(owner: Agent) -> None:
    with time_machine.travel(1_800_000_015, tick=False):
        secret = await set_up(owner)
        code = code_at(secret, 1_800_000_015)
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        assert await totp.check(owner.account, f" {wide[:3]} {wide[3:]}\n")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "१२३४५६", "\ud800", "\x00" * 6])
async def test_what_is_no_code_is_only_wrong(owner: Agent, code: str) -> None:
    await set_up(owner)
    assert not await totp.check(owner.account, code)


async def test_the_secret_is_encrypted_for_this_row(owner: Agent) -> None:
    secret = await set_up(owner)
    (row,) = await database.rows(dict, "SELECT secret FROM authenticator")
    assert secret not in row["secret"]
    assert secret in totp.address(secret, owner.email)


async def test_with_another_key_no_code_is_right(owner: Agent, configure: object) -> None:
    secret = await set_up(owner)
    configure(LEAVEMSG_SECRET_KEY="another" * 8)  # type: ignore[operator]
    assert not await totp.check(owner.account, code_at(secret, time.time()))
    assert await totp.is_on(owner.account)
