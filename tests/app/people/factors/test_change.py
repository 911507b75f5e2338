"""Adding and taking away second factors."""

from __future__ import annotations

import asyncio

import pyotp

from app.people import audit
from app.people.factors import change, codes, totp
from app.tables import Agent, new_id


async def test_of_two_who_ask_for_new_codes_at_once_one_has_codes_that_work(owner: Agent) -> None:
    await totp.begin(owner.account)
    now = pyotp.TOTP(await totp.begun(owner.account)).now()
    first = await change.confirm_app(owner, now, new_id())
    made = await asyncio.gather(*(change.renew_codes(owner) for _ in range(3)))
    assert await codes.left(owner.account) == len(first) == codes.COUNT
    works = [await codes.use(owner.account, each[0]) for each in made]
    assert sorted(works) == [False, False, True]
    assert not await codes.use(owner.account, first[0])
    known = await audit.of(owner.organization, owner.id)
    assert [each.action for each in known].count("recovery_codes.made") == 4
