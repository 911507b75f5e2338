"""Sign-ins: a random cookie of which only the hash is kept, new at every sign-in."""

from __future__ import annotations

import base64
import datetime as dt
import os
import uuid
from collections.abc import Collection
from typing import Any, cast

import msgspec
from piccolo.query import Select

from app import database, secrets
from app.tables import Account, Agent, Organization, Session

IDLE = dt.timedelta(hours=12)
LIFETIME = 7 * 24 * 3600
"""Seconds after which a sign-in ends even when in use."""
SEEN_EVERY = dt.timedelta(minutes=1)
COOKIE_MAX = 100
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class Signed(msgspec.Struct, frozen=True):
    """`since`: when they showed who they are. What a provider says is no proof for an account that
    belongs to other organizations, too: it must not get another key by it."""

    id: uuid.UUID
    account: Account
    agent: Agent
    org: Organization
    since: dt.datetime
    provider: uuid.UUID | None = None


class SignIn(msgspec.Struct, frozen=True):
    """A living session, as its owner sees it. `provider` signed them in."""

    id: uuid.UUID
    address: str
    user_agent: str
    created_at: dt.datetime
    seen_at: dt.datetime
    provider: uuid.UUID | None


SIGN_IN = (
    Session.id,
    Session.address,
    Session.user_agent,
    Session.created_at,
    Session.seen_at,
    Session.provider,
)


class _Open(msgspec.Struct):
    token_hash: str
    agent: uuid.UUID


async def start(
    agent: Agent, *, address: str, user_agent: str, provider: uuid.UUID | None = None
) -> str:
    """Signs the agent's account in, with the agent's organization open; a `provider` of it vouches
    for them."""
    raw = secrets.random_text()
    now = dt.datetime.now(dt.UTC)
    await Agent.update({Agent.seen_at: now}).where(Agent.id == agent.id)
    await Session.insert(
        Session(
            {
                Session.account: agent.account,
                Session.agent: agent.id,
                Session.token_hash: secrets.plain_hash(raw),
                Session.address: address[:64],
                Session.user_agent: user_agent[:512],
                Session.created_at: now,
                Session.seen_at: now,
                Session.expires_at: now + dt.timedelta(seconds=LIFETIME),
                Session.provider: provider,
            }
        )
    )
    return raw


async def find(raw: str) -> Signed | None:
    """The session of a cookie's value. None unless we issued it and it is still valid."""
    if not raw or len(raw) > COOKIE_MAX:
        return None
    query = Session.objects(Session.account).where(Session.token_hash == secrets.plain_hash(raw))
    row = await query.first()
    now = dt.datetime.now(dt.UTC)
    if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
        return None
    agent = await Agent.objects().where(Agent.id == row.agent).first()
    if agent is None or agent.disabled_at is not None:
        return None
    org = await Organization.objects().where(Organization.id == agent.organization).first()
    if org is None or org.disabled_at is not None:
        return None
    if now - row.seen_at > SEEN_EVERY:
        await Session.update({Session.seen_at: now}).where(Session.id == row.id)
        await Agent.update({Agent.seen_at: now}).where(Agent.id == agent.id)
    since = row.created_at
    if row.provider is not None and await _is_elsewhere(row.account.id, org.id):
        since = LONG_AGO
    return Signed(row.id, row.account, agent, org, since, row.provider)


async def _is_elsewhere(account: uuid.UUID, organization: uuid.UUID) -> bool:
    others = Agent.exists().where(Agent.account == account, Agent.organization != organization)
    return bool(await others)


async def still(raws: Collection[str]) -> dict[str, uuid.UUID]:
    """Those of these cookies' values whose session goes on, with the agent whose organization is
    open. To ask is no use of a session."""
    if not raws:
        return {}
    marks = {secrets.plain_hash(raw): raw for raw in raws}
    now = dt.datetime.now(dt.UTC)
    query = Session.select(Session.token_hash, Session.agent).where(
        Session.token_hash.is_in(list(marks)),
        Session.expires_at > now,
        Session.seen_at > now - IDLE,
        Session.agent.disabled_at.is_null(),
        cast("Any", Session.agent.organization).disabled_at.is_null(),
    )
    return {marks[found.token_hash]: found.agent for found in await database.rows(_Open, query)}


async def of(account: uuid.UUID) -> list[SignIn]:
    """Where they are signed in now, the last used first."""
    found = await database.rows(SignIn, _living().where(Session.account == account))
    return sorted(found, key=lambda each: each.seen_at, reverse=True)


async def open_for(agent: uuid.UUID) -> int:
    """How many sign-ins have this agent's organization open."""
    return len(await database.rows(SignIn, _living().where(Session.agent == agent)))


def _living() -> Select[Any]:
    now = dt.datetime.now(dt.UTC)
    return Session.select(*SIGN_IN).where(Session.expires_at > now, Session.seen_at > now - IDLE)


async def end_one(account: uuid.UUID, session: uuid.UUID) -> None:
    """Of their own; another's stays."""
    await Session.delete().where(Session.account == account, Session.id == session)


async def end_others(account: uuid.UUID, but: uuid.UUID) -> None:
    await Session.delete().where(Session.account == account, Session.id != but)


async def end(raw: str) -> None:
    await Session.delete().where(Session.token_hash == secrets.plain_hash(raw))


async def end_all(account: uuid.UUID) -> None:
    await Session.delete().where(Session.account == account)


async def end_for(agent: uuid.UUID) -> None:
    """Those that have this agent's organization open; elsewhere the account stays signed in."""
    await Session.delete().where(Session.agent == agent)


def csrf(raw: str) -> str:
    """A CSRF token that is only valid for this session. It is masked anew each time, so that the
    length of a compressed page reveals nothing (BREACH)."""
    plain = secrets.sign("csrf", raw).encode()
    mask = os.urandom(len(plain))
    return base64.urlsafe_b64encode(mask + _mixed(mask, plain)).decode()


def csrf_ok(raw: str, token: str) -> bool:
    try:
        both = base64.urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    if base64.urlsafe_b64encode(both).decode() != token:
        return False
    half = len(both) // 2
    plain = _mixed(both[:half], both[half:]).decode("latin-1")
    return secrets.signed("csrf", raw, plain)


def _mixed(mask: bytes, plain: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mask, plain, strict=False))
