"""The second factors that somebody has, and whether they are asked for one."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.people import sign_in_policy
from app.people.factors import codes, passkeys, remembered, totp
from app.people.factors.passkeys import Key
from app.tables import Agent, Authenticator, Passkey

FRESH = dt.timedelta(minutes=15)


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has."""

    app: bool
    passkeys: tuple[Key, ...]
    codes: int

    @property
    def any(self) -> bool:
        return self.app or bool(self.passkeys)


async def of(account: uuid.UUID) -> Factors:
    return Factors(
        app=await totp.is_on(account),
        passkeys=tuple(await passkeys.of(account)),
        codes=await codes.left(account),
    )


async def has(account: uuid.UUID) -> bool:
    """Whether there is one. Recovery codes alone are none."""
    return await totp.is_on(account) or bool(await passkeys.of(account))


async def without(organization: uuid.UUID) -> set[uuid.UUID]:
    """The accounts of members who may sign in and have none."""
    query = Agent.select(Agent.account).where(
        Agent.organization == organization, Agent.disabled_at.is_null()
    )
    members = {row["account"] for row in await query}
    ids = list(members)
    apps = Authenticator.select(Authenticator.account).where(
        Authenticator.account.is_in(ids), Authenticator.confirmed_at.is_not_null()
    )
    keys = Passkey.select(Passkey.account).where(Passkey.account.is_in(ids))
    return members - {row["account"] for row in [*await apps, *await keys]}


async def is_asked(account: uuid.UUID, number: str) -> bool:
    """Whether it is asked for in the browser with this number, see app.people.devices."""
    if not await has(account):
        return False
    policy = await sign_in_policy.for_account(account)
    return not await remembered.knows(account, number, days=policy.device_days)


def is_fresh(signed_in: dt.datetime) -> bool:
    """Whether a sign-in is young enough to change how one signs in."""
    return dt.datetime.now(dt.UTC) - signed_in < FRESH
