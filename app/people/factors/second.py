"""The second factor after a password: whether what was shown is it."""

from __future__ import annotations

import logging
import time
import uuid

from app import limits, secrets
from app.errors import Invalid, TooMany
from app.people import agents, audit, devices
from app.people.agents import Place
from app.people.factors import codes, passkeys, totp
from app.people.factors.passkeys import NotProven
from app.tables import Account, Agent, new_id

log = logging.getLogger(__name__)

HALF_SECONDS = 600
"""Time for the second factor after the password."""
WRONG = "This code is not right, or was used already. Wait for the next one, or use a recovery code"


def half(agent: Agent, password_hash: str, provider: uuid.UUID | None = None) -> str:
    """What a browser holds between password and second factor. A new password ends it. `provider`:
    who says who they are, in place of the password."""
    text = f"{agent.id}.{int(time.time()) + HALF_SECONDS}"
    if provider is not None:
        text = ".".join((text, str(provider)))
    return ".".join((text, secrets.sign("half", f"{text} {password_hash}")))


async def whole(text: str) -> Agent | None:
    """Whose half it is; None when it is over."""
    stated, _, signature = text.rpartition(".")
    uid, _, rest = stated.partition(".")
    until = rest.partition(".")[0]
    try:
        known, late = uuid.UUID(uid), int(until) < time.time()
    except ValueError:
        return None
    agent = await Agent.objects().where(Agent.id == known).first()
    if late or agent is None or agent.disabled_at is not None:
        return None
    account = await Account.objects().where(Account.id == agent.account).first()
    stored = account.password_hash if account else ""
    return agent if secrets.signed("half", f"{stated} {stored}", signature) else None


def provider_in(half: str) -> uuid.UUID | None:
    """Who said who they are, of a half that is somebody's."""
    parts = half.split(".")
    return uuid.UUID(parts[2]) if len(parts) == 4 else None


async def prove(agent: Agent, *, code: str, response: str, place: Place) -> str:
    """What was shown: "code", "recovery code" or "passkey"; `response` is what a passkey has
    signed. Raises Invalid, at /code for a code, and TooMany."""
    if response:
        try:
            await passkeys.check(response, agent.account)
        except NotProven as error:
            await _refused(agent, f"passkey, {error.code}", place.network)
            raise Invalid.at("", "passkey", passkeys.NOT_TAKEN) from None
        return "passkey"
    how = "recovery code" if codes.looks_like(code) else "code"
    count = _count(agent, place, guessed=how == "code")
    if not await _counted(count, agent.account, code):
        await _refused(agent, how, place.network)
        raise Invalid.at("/code", "wrong_code", WRONG)
    if how == "recovery code":
        left = f"{await codes.left(agent.account)} left"
        await audit.record(agent.organization, agent.email, "recovery_code.used", agent.id, left)
    return how


def _count(agent: Agent, place: Place, *, guessed: bool) -> limits.SignIn:
    """Wrong ones count by account and address. Nobody guesses a recovery code, so what others try
    keeps who has one from nothing; nor who has signed in here before."""
    own = devices.known(place.device, agent.email)
    if not own and not guessed:
        own = f"recovery {limits.network(place.address)}"
    key = secrets.keyed_hash("second", str(agent.account))
    return limits.SignIn(place.address, key, own)


async def _counted(count: limits.SignIn, account: uuid.UUID, code: str) -> bool:
    """Whether the code is right, which uses it up. Raises TooMany."""
    async with agents.one_by_one(count.account):
        await count.allow()
        right = await (codes.use if codes.looks_like(code) else totp.check)(account, code)
        await (count.right() if right else count.wrong())
    return right


async def owner_of(response: str, place: Place) -> Agent:
    """Who signs in with a passkey alone. Raises Invalid, and TooMany by the network alone."""
    await limits.allow_passkey(place.address)
    try:
        key = await passkeys.check(response)
        agent = await agents.used_last(key.account)
        if agent is None or agent.disabled_at is not None:
            raise NotProven("disabled", key)
    except NotProven as error:
        await limits.wrong_passkey(place.address)
        agent = await agents.used_last(error.key.account) if error.key else None
        if agent is None:
            log.warning("sign_in.bad", extra={"why": error.code, "ip": place.network})
        else:
            await _refused(agent, f"passkey alone, {error.code}", place.network)
        raise Invalid.at("", "passkey", passkeys.NOT_TAKEN) from None
    return agent


async def is_proven(email: str, code: str, *, address: str) -> bool:
    """Whether a code that comes together with the password is right. Nobody is told, and a right
    one is used up."""
    if not code.strip():
        return False
    found = await Account.objects().where(Account.email == agents.account_of(email)).first()
    # Looked for also where there is no account, so that both take the same time.
    account = found.id if found else new_id()
    key = secrets.keyed_hash("second", str(account))
    count = limits.SignIn(address, key, f"together {limits.network(address)}")
    try:
        return await _counted(count, account, code)
    except TooMany:
        return False


async def _refused(agent: Agent, why: str, network: str) -> None:
    """Records that what was shown is no second factor of theirs."""
    log.warning("second_factor.bad", extra={"agent": str(agent.id), "why": why, "ip": network})
    detail = f"{network} ({why})"
    await audit.record(agent.organization, agent.email, "second_factor.bad", agent.id, detail)
