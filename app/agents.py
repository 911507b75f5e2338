"""People who sign in."""

from __future__ import annotations

import asyncio
import unicodedata
import uuid
from weakref import WeakKeyDictionary

import argon2

from app import limits
from app.channels.mails import mailbox
from app.errors import Invalid, Problem
from app.tables import Agent
from app.text import clean_line

ROLES = ("owner", "admin", "agent", "viewer")
ADDRESS_MAX = 254
PASSWORD_MIN = 10
PASSWORD_MAX = 128
HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
"""Above the published minimum of 19 MiB and two rounds, and below what would starve two cores."""
HASHES_AT_ONCE = 2
"""Bounds the memory that many sign-ins at once can take."""
_hashing: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
NOBODY = (
    "$argon2id$v=19$m=32768,t=3,p=1"
    "$zvXskL+ukT635QEkPJaHbA$x4jkaqnRGT9TbQU2f+5frwJrbmMfCoSs1w0aCOBA5+0"
)
"""Compared against when the address is unknown, so that both answers take the same time. Of a
password that was random and is gone."""
TAKEN = Problem("/email", "email_taken", "This email is already in use")


async def create(
    organization: uuid.UUID,
    *,
    email: str,
    password: str,
    role: str = "owner",
    name: str = "",
    locale: str = "",
) -> Agent:
    """Raises Invalid at /email, /password or /role with every fault."""
    address, problems = _address(email)
    problems += _password_problems(password)
    if role not in ROLES:
        problems.append(Problem("/role", "unknown_role", "There is no such role"))
    if address and await Agent.exists().where(Agent.email == address):
        problems.append(TAKEN)
    if problems:
        raise Invalid(problems)
    agent = Agent(
        organization=organization,
        email=address,
        name=(clean_line(name) or address.partition("@")[0])[:64],
        role=role,
        locale=locale,
        password_hash=await _hash(password),
    )
    # Whoever took the address since we looked must not make this a fault of the database.
    stored = await Agent.insert(agent).on_conflict(target=Agent.email, action="DO NOTHING")
    if not stored:
        raise Invalid([TAKEN])
    return agent


async def sign_in(email: str, password: str, *, address: str) -> Agent:
    """Raises Invalid (bad_credentials) without saying which was wrong, and TooMany."""
    name = _account(email)
    await limits.allow_sign_in(address, name)
    found = await Agent.objects().where(Agent.email == name).first()
    matches = await _verify(found.password_hash if found else NOBODY, password)
    if found is None or not matches or found.disabled_at is not None:
        raise Invalid.at("", "bad_credentials", "The email or the password is not right")
    await limits.forgive_sign_in(name)
    return found


async def set_password(email: str, password: str) -> Agent:
    """Raises Invalid; ends every session of the agent."""
    from app import sessions

    found = await Agent.objects().where(Agent.email == _account(email)).first()
    problems = _password_problems(password)
    if found is None:
        problems.append(Problem("/email", "unknown_agent", "Nobody has this email"))
    if problems or found is None:
        raise Invalid(problems)
    hashed = await _hash(password)
    await Agent.update({Agent.password_hash: hashed}).where(Agent.id == found.id)
    await sessions.end_all(found.id)
    return found


def _address(email: str) -> tuple[str, list[Problem]]:
    """Nothing is sent there, so that it may be one in a network of one's own."""
    found = mailbox(email)
    if found is None:
        return "", [Problem("/email", "email_format", "Enter an email like name@example.com")]
    return found.casefold(), []


def _account(email: str) -> str:
    """The address as it is stored. What cannot be one is cleaned: it is only counted."""
    return _address(email)[0] or clean_line(email).casefold()[:ADDRESS_MAX]


def _password_problems(password: str) -> list[Problem]:
    facts = {"min": str(PASSWORD_MIN), "max": str(PASSWORD_MAX)}
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return [Problem("/password", "password_length", "Use {min} to {max} characters", facts)]
    if len(set(unicodedata.normalize("NFKC", password))) < 4:
        return [Problem("/password", "password_weak", "Use a password that is harder to guess")]
    return []


def _turn() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    return _hashing.setdefault(loop, asyncio.Semaphore(HASHES_AT_ONCE))


async def _hash(password: str) -> str:
    async with _turn():
        return await asyncio.to_thread(HASHER.hash, _bytes(password))


async def _verify(hashed: str, password: str) -> bool:
    async with _turn():
        try:
            return await asyncio.to_thread(HASHER.verify, hashed, _bytes(password))
        except argon2.exceptions.Argon2Error:
            return False


def _bytes(password: str) -> bytes:
    """One character more than any password has is enough to see that it is none."""
    return password[: PASSWORD_MAX + 1].encode(errors="surrogatepass")
