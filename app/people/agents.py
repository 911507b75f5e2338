"""People who sign in."""

from __future__ import annotations

import asyncio
import logging
import uuid
from secrets import choice
from weakref import WeakKeyDictionary, WeakValueDictionary

import argon2
import msgspec

from app import limits, secrets
from app.errors import Invalid, Problem
from app.people import audit, devices, organizations, passwords, sessions
from app.reading.mailboxes import mailbox
from app.tables import AccountLink, Agent
from app.text import clean_line

log = logging.getLogger(__name__)

ROLES = ("owner", "admin", "agent", "viewer")
ADDRESS_MAX = 254
NAME_MAX = 64
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
"""Above the published minimum of 19 MiB and two rounds, but light enough for two cores."""
HASHES_AT_ONCE = 2
"""Bounds the memory that many sign-ins at once can take."""
_tries: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[str, asyncio.Lock]] = (
    WeakKeyDictionary()
)
_hashing: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
NOBODY = (
    "$argon2id$v=19$m=32768,t=3,p=1"
    "$zvXskL+ukT635QEkPJaHbA$x4jkaqnRGT9TbQU2f+5frwJrbmMfCoSs1w0aCOBA5+0"
)
"""Compared against when the address is unknown, so that both answers take the same time. The hash
of a random password that nobody has."""
TAKEN = Problem("/email", "email_taken", "This email is already in use")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody shows a password: `device` is the mark of app.people.devices, `network`
    the part of the address that may be logged."""

    address: str
    device: str = ""
    network: str = ""


def suggested_password() -> str:
    """Four groups of four letters and digits that nobody mixes up: 78 random bits."""
    return "-".join("".join(choice(CLEAR) for _ in range(4)) for _ in range(4))


async def create(
    organization: uuid.UUID,
    *,
    email: str,
    password: str,
    role: str = "owner",
    name: str = "",
    locale: str = "",
    timezone: str = "",
    ready: str = "",
) -> Agent:
    """`ready` is the password's hash, where there is one already. Raises Invalid at /email,
    /password or /role with every fault."""
    address, problems = address_of(email)
    problems += await password_problems(organization, password, email, name)
    if role not in ROLES:
        problems.append(Problem("/role", "unknown_role", "There is no such role"))
    if address and await Agent.exists().where(Agent.email == address):
        problems.append(TAKEN)
    if problems:
        raise Invalid(problems)
    agent = Agent(
        {
            Agent.organization: organization,
            Agent.email: address,
            Agent.name: (clean_line(name) or address.partition("@")[0])[:NAME_MAX],
            Agent.role: role,
            Agent.locale: locale,
            Agent.timezone: timezone,
            Agent.password_hash: ready or await hashed(password),
        }
    )
    # The address may have been taken since the check above.
    stored = await Agent.insert(agent).on_conflict(target=Agent.email, action="DO NOTHING")
    if not stored:
        raise Invalid([TAKEN])
    return agent


async def sign_in(email: str, password: str, place: Place) -> Agent:
    """Raises Invalid (bad_credentials) without saying which was wrong, and TooMany."""
    name = account_of(email)
    found = await Agent.objects().where(Agent.email == name).first()
    right = await _is_right(name, found, password, place)
    await _note(found, right, place.network)
    if found is None or not right:
        raise Invalid.at("", "bad_credentials", "The email or the password is not right")
    return found


async def prove(agent: Agent, password: str, place: Place) -> None:
    """Somebody who is signed in shows that they know their password. Wrong ones count as at the
    sign-in. Raises Invalid at /current, and TooMany."""
    if not await _is_right(agent.email, agent, password, place):
        await audit.record(
            agent.organization, agent.email, "password.wrong", agent.id, place.network
        )
        raise Invalid.at("/current", "wrong_password", "This is not your password")


async def _is_right(name: str, found: Agent | None, password: str, place: Place) -> bool:
    """Raises TooMany."""
    stored = found.password_hash if found else NOBODY
    # The keyed hash hides the account; a new password starts the count again.
    account = secrets.keyed_hash("sign-in", f"{name} {stored}")
    here = limits.SignIn(place.address, account, devices.known(place.device, name))
    async with _one_by_one(account):
        await here.allow()
        matches = await _verify(stored, password)
        right = found is not None and matches and found.disabled_at is None
        await (here.right() if right else here.wrong())
    return right


def _one_by_one(account: str) -> asyncio.Lock:
    """A lock per account: simultaneous tries must not all pass before the first is counted."""
    loop = asyncio.get_running_loop()
    return _tries.setdefault(loop, WeakValueDictionary()).setdefault(account, asyncio.Lock())


async def _note(agent: Agent | None, right: bool, network: str) -> None:
    """Records a try. One for an unknown account is recorded too, so that both take the same time:
    with the first organization, without what was typed."""
    action = "sign_in.good" if right else "sign_in.bad"
    uid = str(agent.id) if agent else ""
    log.log(logging.INFO if right else logging.WARNING, action, extra={"agent": uid, "ip": network})
    home = agent.organization if agent else (await organizations.first()).id
    await audit.record(home, agent.email if agent else "", action, uid, network)


async def at(email: str) -> list[Agent]:
    """Those with this address who may sign in."""
    return await Agent.objects().where(Agent.email == email, Agent.disabled_at.is_null())


async def set_password(email: str, password: str, *, by: str = "") -> Agent:
    """Raises Invalid. Ends every session of the agent, and the waits after wrong passwords."""
    found = await Agent.objects().where(Agent.email == account_of(email)).first()
    if found is None:
        unknown = Problem("/email", "unknown_agent", "Nobody has this email")
        raise Invalid([*passwords.problems(password), unknown])
    if problems := await faults_of(found, password):
        raise Invalid(problems)
    await renew_password(found, await hashed(password), by=by)
    return found


async def renew_password(agent: Agent, ready: str, *, by: str = "") -> None:
    """As `set_password`, for an agent who is known and the hash of a password that is good
    enough. A link by which another could be chosen works no more."""
    await Agent.update({Agent.password_hash: ready}).where(Agent.id == agent.id)
    await AccountLink.delete().where(AccountLink.agent == agent.id)
    await sessions.end_all(agent.id)
    await audit.record(agent.organization, by or agent.email, "password.set", agent.id)


def address_of(email: str) -> tuple[str, list[Problem]]:
    """The address and its faults. Nothing is sent there, so it may be in a private network."""
    found = mailbox(email)
    if found is None:
        return "", [Problem("/email", "email_format", "Enter an email like name@example.com")]
    return found.casefold(), []


def account_of(email: str) -> str:
    """The address as it is stored. What cannot be one is cleaned: it is only counted."""
    return address_of(email)[0] or clean_line(email).casefold()[:ADDRESS_MAX]


async def password_problems(organization: uuid.UUID, password: str, *own: str) -> list[Problem]:
    """What makes it unfit for somebody with these addresses and names, at /password."""
    org = await organizations.by_id(organization)
    return passwords.problems(password, (org.name, org.slug, *own))


async def faults_of(agent: Agent, password: str) -> list[Problem]:
    """What makes it unfit for them, at /password."""
    return await password_problems(agent.organization, password, agent.email, agent.name)


def _turn() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    return _hashing.setdefault(loop, asyncio.Semaphore(HASHES_AT_ONCE))


async def hashed(password: str) -> str:
    """Takes a tenth of a second and maybe a queue: never inside a transaction that others need."""
    async with _turn():
        return await asyncio.to_thread(HASHER.hash, _bytes(password))


async def _verify(hashed: str, password: str) -> bool:
    async with _turn():
        try:
            return await asyncio.to_thread(HASHER.verify, hashed, _bytes(password))
        except argon2.exceptions.Argon2Error:
            return False


def _bytes(password: str) -> bytes:
    """Cut to one character more than allowed, which is enough to reject it."""
    return password[: passwords.MAX + 1].encode(errors="surrogatepass")
