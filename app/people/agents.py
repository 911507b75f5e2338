"""People who sign in: their accounts, and who they are in an organization."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from weakref import WeakKeyDictionary, WeakValueDictionary

import argon2
import msgspec

from app import database, limits, secrets
from app.errors import Invalid, Problem
from app.people import audit, devices, organizations, passwords, sessions
from app.people.audit import tries
from app.people.factors import remembered
from app.reading.mailboxes import mailbox
from app.tables import Account, AccountLink, Agent, new_id
from app.text import clean_line

log = logging.getLogger(__name__)

ROLES = ("owner", "admin", "agent", "viewer")
ADDRESS_MAX = 254
NAME_MAX = 64
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
    """Somebody new, with an account. `ready` is the password's hash, where there is one already.
    Raises Invalid at /email, /password or /role with every fault."""
    address, problems = address_of(email)
    problems += await password_problems(organization, password, email, name)
    if role not in ROLES:
        problems.append(Problem("/role", "unknown_role", "There is no such role"))
    if address and await Account.exists().where(Account.email == address):
        problems.append(TAKEN)
    if problems:
        raise Invalid(problems)
    account = Account(
        {
            Account.email: address,
            Account.locale: locale,
            Account.timezone: timezone,
            Account.password_hash: ready or await hashed(password),
            Account.password_at: dt.datetime.now(dt.UTC),
        }
    )
    async with database.transaction():
        # The address may have been taken since the check above.
        insert = Account.insert(account).on_conflict(target=Account.email, action="DO NOTHING")
        if not await insert:
            raise Invalid([TAKEN])
        return await add(organization, account, role=role, name=name)


async def hold(account: uuid.UUID) -> None:
    """Keeps its row until the transaction ends, by an update that changes nothing."""
    await Account.update({Account.email: Account.email}).where(Account.id == account)


async def add(organization: uuid.UUID, account: Account, *, role: str, name: str) -> Agent:
    """The account belongs to the organization from now on, within the caller's transaction. A link
    by which an admin elsewhere let them choose a password works no more: it would open this one,
    too. Raises Invalid when it does already."""
    for each in await Agent.select(Agent.id).where(Agent.account == account.id):
        await AccountLink.delete().where(AccountLink.agent == each["id"])
    agent = Agent(
        {
            Agent.organization: organization,
            Agent.account: account.id,
            Agent.email: account.email,
            Agent.name: (clean_line(name) or account.email.partition("@")[0])[:NAME_MAX],
            Agent.role: role,
        }
    )
    once = (Agent.organization, Agent.account)
    if not await Agent.insert(agent).on_conflict(target=once, action="DO NOTHING"):
        raise Invalid([TAKEN])
    return agent


async def sign_in(email: str, password: str, place: Place, *, proven: bool = False) -> Agent:
    """Who they are in the organization that they used last. `proven`: they have shown a second
    factor, so what others try keeps them from nothing. Raises Invalid (bad_credentials) without
    saying which was wrong, and TooMany."""
    name = account_of(email)
    account = await Account.objects().where(Account.email == name).first()
    # Asked also when there is no account, so that both take the same time.
    found = await used_last(account.id if account else new_id())
    may = found is not None and found.disabled_at is None
    right = await _is_right(name, account, password, place, may=may, proven=proven)
    if found is None or not right:
        await _note_bad(found, place.network)
        raise Invalid.at("", "bad_credentials", "The email or the password is not right")
    return found


async def used_last(account: uuid.UUID) -> Agent | None:
    """Who they are in the organization that they had open last. One that has disabled them comes
    after all others, and one that is disabled itself is none."""
    query = Agent.objects().where(Agent.account == account)
    found = await query.where(Agent.organization.disabled_at.is_null())
    return max(
        found,
        key=lambda each: (each.disabled_at is None, each.seen_at or each.created_at, each.id),
        default=None,
    )


async def is_elsewhere(account: uuid.UUID, organization: uuid.UUID) -> bool:
    """Whether the account belongs to another organization, too, also as somebody disabled."""
    others = Agent.exists().where(Agent.account == account, Agent.organization != organization)
    return bool(await others)


async def prove(agent: Agent, password: str, place: Place) -> None:
    """Somebody who is signed in shows that they know their password. Wrong ones count as at the
    sign-in. Raises Invalid at /current, and TooMany."""
    account = await Account.objects().where(Account.id == agent.account).first()
    if not await _is_right(agent.email, account, password, place, may=agent.disabled_at is None):
        await tries.record(
            agent.organization, agent.email, "password.wrong", agent.id, place.network
        )
        raise Invalid.at("/current", "wrong_password", "This is not your password")


async def _is_right(
    name: str,
    found: Account | None,
    password: str,
    place: Place,
    *,
    may: bool,
    proven: bool = False,
) -> bool:
    """`may`: whether they could sign in with the right one. Raises TooMany."""
    stored = found.password_hash if found else NOBODY
    # The keyed hash hides the account; a new password starts the count again.
    account = secrets.keyed_hash("sign-in", f"{name} {stored}")
    own = devices.known(place.device, name) or ("proven" if proven else "")
    here = limits.SignIn(place.address, account, own)
    async with one_by_one(account):
        await here.allow()
        matches = await _verify(stored, password)
        right = found is not None and matches and may
        await (here.right() if right else here.wrong())
    return right


def one_by_one(account: str) -> asyncio.Lock:
    """A lock per account: simultaneous tries must not all pass before the first is counted."""
    loop = asyncio.get_running_loop()
    return _tries.setdefault(loop, WeakValueDictionary()).setdefault(account, asyncio.Lock())


async def entered(agent: Agent, network: str, how: str = "") -> None:
    """Records that somebody has signed in; `how` beside the password."""
    extra = {"agent": str(agent.id), "ip": network, "how": how}
    log.info("sign_in.good", extra=extra)
    detail = f"{network} ({how})" if how else network
    audit.known("agent", agent.id)
    await audit.record(agent.organization, agent.email, "sign_in.good", agent.id, detail)


async def _note_bad(agent: Agent | None, network: str) -> None:
    """Records a try. One for an unknown account is recorded too, so that both take the same time:
    with the first organization, without what was typed."""
    uid = str(agent.id) if agent else ""
    log.warning("sign_in.bad", extra={"agent": uid, "ip": network})
    home = agent.organization if agent else (await organizations.first()).id
    await tries.record(home, agent.email if agent else "", "sign_in.bad", uid, network)


async def at(email: str) -> list[Agent]:
    """Those with this address who may sign in."""
    return await Agent.objects().where(Agent.email == email, Agent.disabled_at.is_null())


async def set_password(email: str, password: str, *, by: str = "") -> Agent:
    """Raises Invalid. Ends every session of the account, and the waits after wrong passwords."""
    account = await Account.objects().where(Account.email == account_of(email)).first()
    found = await used_last(account.id) if account else None
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
    now = dt.datetime.now(dt.UTC)
    renewed = Account.update({Account.password_hash: ready, Account.password_at: now})
    async with database.transaction():
        await renewed.where(Account.id == agent.account)
        await sessions.end_all(agent.account)
        await remembered.end_all(agent.account)
        for each in await Agent.objects().where(Agent.account == agent.account):
            await AccountLink.delete().where(AccountLink.agent == each.id)
            await audit.record(each.organization, by or each.email, "password.set", each.id)


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
