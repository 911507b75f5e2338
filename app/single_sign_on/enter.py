"""Whom a provider lets in, and as whom.

Whoever sets a provider up could have it say anything. So it opens no more than an admin could
anyway: an owner comes in only by an identity that they have linked themselves, an account that
belongs to other organizations gets a sign-in for this one only, and nobody who is not known gets an
account at an address that the provider does not vouch for.
"""

from __future__ import annotations

import uuid

from app.errors import Invalid
from app.people import agents, audit, members, passwords
from app.people.actor import Actor
from app.people.audit import tries
from app.single_sign_on import identities, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import Config, Person, Provider
from app.tables import Account, Agent

RANKS = ("viewer", "agent", "admin")
UNKNOWN = (
    "Nobody here is known as {who}. Sign in with your password and link the provider under My"
    " account, or ask an admin to invite you or to link this id."
)
DISABLED = "Your account here is disabled. Ask an admin."
OWNER = (
    "An owner links this provider first: sign in with your password, then link it under My account."
)
ELSEWHERE = "Your address has an account in another organization. Ask an admin for an invitation."
BY_PROVIDER = "Your organization signs in with {name}. Use its button."


async def enter(provider: Provider, person: Person, *, network: str = "") -> Agent:
    """The agent who may sign in. Raises NotSignedIn, which is recorded."""
    try:
        return await _agent(provider, person)
    except NotSignedIn as error:
        await failed(provider, error, network)
        raise


async def failed(provider: Provider, error: NotSignedIn, network: str) -> None:
    """What the person is not told stands here for the admin."""
    detail = f"{provider.config.name}: {error.code} {error.why} {network}".strip()
    await tries.record(provider.organization, "", "sign_in.bad", provider.uid, detail)


async def _agent(provider: Provider, person: Person) -> Agent:
    known = await identities.find(provider, person.subject)
    if known is not None:
        agent = await _of(provider.organization, known.account)
        if agent is None:
            raise _unknown(provider.config, person)
        own = known.own
    else:
        agent, own = await _by_email(provider, person), False
    if agent is None:
        agent = await _joined(provider, person)
    if agent.disabled_at is not None:
        raise NotSignedIn("disabled", DISABLED)
    if agent.role == "owner" and not own:
        raise NotSignedIn("owner", OWNER)
    if known is None:
        known = await _linked(provider, person, agent)
    await identities.used(known)
    return await _with_role(provider, person, agent)


async def _of(organization: uuid.UUID, account: uuid.UUID) -> Agent | None:
    query = Agent.objects().where(Agent.organization == organization, Agent.account == account)
    return await query.first()


async def _by_email(provider: Provider, person: Person) -> Agent | None:
    """A member with the person's address. Raises NotSignedIn when nobody vouches that it is theirs,
    with the same words as for an unknown one: nobody learns who is a member."""
    address = _address(person)
    if not address:
        return None
    query = Agent.objects().where(
        Agent.organization == provider.organization, Agent.email == address
    )
    found = await query.first()
    if found is not None and not vouched(provider.config, person, address):
        raise _unknown(provider.config, person, "unverified")
    return found


def vouched(config: Config, person: Person, address: str) -> bool:
    """Whether the address is surely theirs."""
    return person.verified or (config.trusted and _domain(address) in config.domains)


async def _joined(provider: Provider, person: Person) -> Agent:
    """A new member. Raises NotSignedIn for who may not become one."""
    config, address = provider.config, _address(person)
    by_group = _best(config, person)
    listed = bool(by_group) or _domain(address) in config.domains
    if config.admits != "listed" or not listed or not address:
        raise _unknown(provider.config, person)
    if not vouched(config, person, address):
        raise _unknown(config, person, "unverified")
    if await Account.exists().where(Account.email == address):
        raise NotSignedIn("elsewhere", ELSEWHERE)
    # Nobody knows it: they sign in by the provider, or an admin makes them a link for one.
    password = passwords.suggested()
    ready = await agents.hashed(password)
    try:
        agent = await agents.create(
            provider.organization,
            email=address,
            password=password,
            role=by_group or config.role,
            name=person.name,
            ready=ready,
        )
    except Invalid:
        # Taken since the look above, maybe by themselves in another tab.
        found = await _by_email(provider, person)
        if found is None:
            raise NotSignedIn("elsewhere", ELSEWHERE) from None
        return found
    detail = f"{agent.role} {config.name}"
    await audit.record(provider.organization, agent.email, "member.joined", agent.id, detail)
    return agent


async def _linked(provider: Provider, person: Person, agent: Agent) -> identities.Identity:
    try:
        return await identities.link(
            provider.organization,
            provider.uid,
            provider.config,
            person,
            agent,
            own=False,
            by=provider.config.name,
        )
    except Invalid:
        raise _unknown(provider.config, person) from None


async def _with_role(provider: Provider, person: Person, agent: Agent) -> Agent:
    """The highest role of their groups; without any of those it stays. Owners stay owners."""
    config, wanted = provider.config, _best(provider.config, person)
    if not config.follows or not wanted or agent.role in ("owner", wanted):
        return agent
    by = Actor(by=config.name, role="admin")
    await members.set_role(provider.organization, agent.id, wanted, by=by)
    return await _of(provider.organization, agent.account) or agent


def _best(config: Config, person: Person) -> str:
    held = {each.role for each in config.roles if each.group in person.groups}
    return max(held, key=RANKS.index, default="")


def _unknown(config: Config, person: Person, code: str = "unknown") -> NotSignedIn:
    """Names the address only if it is surely theirs, else the id, which an admin can link."""
    address = _address(person)
    shown = address if address and vouched(config, person, address) else person.subject
    return NotSignedIn(code, UNKNOWN, who=shown)


def _address(person: Person) -> str:
    return agents.address_of(person.email)[0] if person.email else ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


async def allow_password(agent: Agent) -> None:
    """Raises Invalid when the organization wants this member to sign in by a provider. Owners can
    always use their password: somebody must get in when the provider is away."""
    if agent.role == "owner":
        return
    for each in await providers.offered(agent.organization):
        config = each.config
        if config.required and (not config.domains or _domain(agent.email) in config.domains):
            raise Invalid.at("", "by_provider", BY_PROVIDER, name=config.name)
