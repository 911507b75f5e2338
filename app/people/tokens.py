"""Credentials of programs: `lm_<public id>_<secret>`, shown once, kept as a hash.

A token that is rotated keeps its public id and its row, so what hangs on them stays (idempotency
keys, reports of presence, its log); the secret before works on until the hour that was chosen.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from app import database
from app.errors import Conflict, Invalid, NotFound, Problem
from app.feed.begin import begin as begin_events
from app.people import audit, organizations, statements
from app.people.token_shape import ALL, DAYS, DAYS_MAX, OVERLAP, OVERLAP_MAX, SCOPES, Bearer, Listed
from app.reading.networks import Network, network_of, written
from app.secrets import plain_hash
from app.tables import Organization, Token
from app.text import clean_line

PUBLIC = re.compile(r"[a-z0-9]{12}")
SHAPE = re.compile(r"lm_([a-z0-9]{12})_([A-Za-z0-9]{43})")
BETWEEN = re.compile(r"[\s,;，、；]+")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BY = "leavemsg token"
"""Who makes one on the command line."""
NAME_MAX = 64
NETWORKS_MAX = 20
LIVING_MAX = 100
LISTED = (
    Token.id,
    Token.public_id,
    Token.secret_hash,
    Token.ends,
    Token.secret_at,
    Token.name,
    Token.scopes,
    Token.networks,
    Token.created_by,
    Token.maker,
    Token.created_at,
    Token.expires_at,
    Token.revoked_at,
    Token.used_at,
    Token.used_from,
    Token.old_ends,
    Token.old_until,
    Token.old_used_at,
    Token.old_maker,
    Token.through,
    Token.old_through,
)
USED_EVERY = dt.timedelta(minutes=1)
"""The time of last use is written at most this often."""


async def create(
    organization: uuid.UUID,
    name: str,
    scopes: Sequence[str],
    *,
    days: int = DAYS,
    networks: str = "",
    by: str = BY,
    maker: uuid.UUID | None = None,
    through: Bearer | None = None,
) -> str:
    """The token, shown only here. `scopes` may be ["all"]; `networks` are addresses and networks
    that may use it, empty: all. `maker` is the agent who sees it, `through` the token that asks
    for it: it never works beyond the end of that one. Raises Invalid at /name, /scopes, /days and
    /networks, and Conflict when that one was revoked meanwhile."""
    chosen = meant(scopes)
    called = clean_line(name)[:NAME_MAX].strip()
    problems = [*_scope_problems(chosen), *_days_problems(days)]
    allowed, wrong = _networks(networks)
    problems += wrong
    if not called:
        problems.append(Problem("/name", "required", "Enter a name"))
    if problems:
        raise Invalid(problems)
    public, secret = _drawn("abcdefghijklmnopqrstuvwxyz0123456789", 12), _drawn(ALPHABET, 43)
    now = dt.datetime.now(dt.UTC)
    values: dict[Column, Any] = {
        Token.organization: organization,
        Token.public_id: public,
        Token.secret_hash: plain_hash(secret),
        Token.ends: secret[-4:],
        Token.secret_at: now,
        Token.name: called,
        Token.scopes: " ".join(chosen),
        Token.networks: " ".join(written(each) for each in allowed),
        Token.created_by: by,
        Token.maker: maker,
        Token.through: _id(through),
        Token.created_at: now,
        Token.expires_at: _end(now, days, through),
    }
    async with database.transaction():
        await _hold(organization, through)
        if await _living(organization) >= LIVING_MAX:
            detail = "There are {limit} tokens. Revoke some first"
            raise Invalid.at("", "too_many", detail, limit=str(LIVING_MAX))
        await Token.insert(Token(values))
        if "events:read" in chosen:
            await begin_events(organization)
        await audit.record(organization, by, "token.created", public, called)
    return f"lm_{public}_{secret}"


def meant(scopes: Sequence[str]) -> list[str]:
    """Each by its name: ["all"] is every one that the API knows."""
    chosen = list(dict.fromkeys(scopes))
    return list(ALL) if chosen == ["all"] else chosen


def named(networks: str) -> list[str]:
    """What is written in any order, with spaces, commas or line breaks between."""
    return list(dict.fromkeys(filter(None, BETWEEN.split(networks))))


async def rotate(
    organization: uuid.UUID,
    public_id: str,
    *,
    until: dt.datetime | None = None,
    days: int = DAYS,
    by: str = BY,
    maker: uuid.UUID | None = None,
    through: Bearer | None = None,
) -> str:
    """The token with a new secret, shown only here, for `days` from now, and never beyond the end
    of the token `through` which it is made. The secret before works until `until` (in 24 hours; a
    time that is past: no more), and never beyond its own end. Raises NotFound, Conflict while an
    earlier secret still works, Invalid at /days and /until."""
    now = dt.datetime.now(dt.UTC)
    old = await one(organization, public_id)
    if old.revoked_at is not None:
        raise NotFound
    if old.old_works(now):
        raise Conflict("rotated", "The secret before still works. End it first")
    last = now + OVERLAP if until is None else until
    problems = _days_problems(days)
    if last > now + OVERLAP_MAX:
        limit = {"limit": str(OVERLAP_MAX.days)}
        problems.append(Problem("/until", "out_of_range", "Use at most {limit} days", limit))
    if problems:
        raise Invalid(problems)
    secret = _drawn(ALPHABET, 43)
    changed = Token.update(
        {
            Token.old_hash: old.secret_hash,
            Token.old_ends: old.ends,
            Token.old_until: min(last, old.expires_at or last),
            Token.old_used_at: None,
            Token.old_maker: old.maker,
            Token.maker: maker,
            Token.old_through: old.through,
            # One that renews itself stays a secret of whoever made it.
            Token.through: old.through if through and through.id == old.id else _id(through),
            Token.secret_hash: plain_hash(secret),
            Token.ends: secret[-4:],
            Token.secret_at: now,
            Token.expires_at: _end(now, days, through),
        }
    ).where(
        _mine(organization, old.public_id),
        # Not if somebody was quicker.
        Token.revoked_at.is_null(),
        Token.secret_hash == old.secret_hash,
    )
    async with database.transaction():
        await _hold(organization, through)
        if not await changed.returning(Token.id):
            raise _late()
        await audit.record(organization, by, "token.rotated", old.public_id)
    return f"lm_{old.public_id}_{secret}"


async def end_old(organization: uuid.UUID, public_id: str, *, by: str = BY) -> bool:
    """Ends the secret before the last rotation at once. False when it has ended already."""
    now = dt.datetime.now(dt.UTC)
    works = _mine(organization, public_id) & (Token.old_until > now)
    async with database.transaction():
        ended = await Token.update({Token.old_until: now}).where(works).returning(Token.id)
        if ended:
            await audit.record(organization, by, "token.old_ended", public_id)
    return bool(ended)


async def revoke(organization: uuid.UUID, public_id: str, *, by: str = BY) -> bool:
    """Ends every secret of it, and those that were made through it. False when there is no such
    token, or it is revoked already."""
    living = _mine(organization, public_id) & Token.revoked_at.is_null()
    over = Token.update({Token.revoked_at: dt.datetime.now(dt.UTC)}).where(living)
    async with database.transaction():
        await organizations.hold(organization)
        rows = await over.returning(Token.id)
        if rows:
            await audit.record(organization, by, "token.revoked", public_id)
            await _end_made_through(organization, rows[0]["id"], by=by)
    return bool(rows)


async def _hold(organization: uuid.UUID, through: Bearer | None) -> None:
    """Raises Conflict if the token `through` which something is made was revoked since it was
    shown. Who revokes holds the organization, too."""
    await organizations.hold(organization)
    if through is not None:
        over = (Token.id == through.id) & Token.revoked_at.is_not_null()
        if await Token.exists().where(over):
            raise _late()


def _late() -> Conflict:
    return Conflict("rotated", "Somebody has just rotated or revoked it. Look again")


async def _end_made_through(
    organization: uuid.UUID, token: uuid.UUID, *, by: str, before: dt.datetime | None = None
) -> None:
    """Revokes the secrets that were made through it: all of them, or those made `before`."""
    now = dt.datetime.now(dt.UTC)
    for each in await listed(organization):
        if before is not None and (each.secret_at is None or each.secret_at >= before):
            continue
        if each.through == token and each.state(now) == "living":
            await revoke(organization, each.public_id, by=by)
        elif each.old_through == token and each.secret_at is not None:
            if each.old_works(now):
                await end_old(organization, each.public_id, by=by)
            # Somebody else has renewed it since: only what was made with it until then ends.
            await _end_made_through(organization, each.id, by=by, before=each.secret_at)


async def known_to(organization: uuid.UUID, agent: uuid.UUID) -> list[Listed]:
    """Those that somebody could still use: a secret that works was shown to them."""
    now = dt.datetime.now(dt.UTC)
    return [each for each in await listed(organization) if each.is_known_to(agent, now)]


async def withdraw_from(organization: uuid.UUID, agent: uuid.UUID, *, by: str) -> int:
    """Ends every secret that they know, within the caller's transaction; one that they know no more
    works on. How many tokens that are."""
    found, now = await known_to(organization, agent), dt.datetime.now(dt.UTC)
    for each in found:
        end = revoke if each.maker == agent and each.state(now) == "living" else end_old
        await end(organization, each.public_id, by=by)
    return len(found)


class _Stored(msgspec.Struct):
    """The row of `statements.TOKEN`; `closed_at` is when its organization was disabled."""

    id: uuid.UUID
    organization: uuid.UUID
    name: str
    scopes: str
    networks: str
    secret_hash: str
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None
    old_hash: str
    old_until: dt.datetime | None
    old_used_at: dt.datetime | None
    closed_at: dt.datetime | None


async def recognised(bearer: str) -> Bearer | None:
    """The token of a secret that is or was one; `ended` says whether it is over. None for anything
    else. Use counts only when `used` is told of it."""
    match = SHAPE.fullmatch(bearer)
    if match is None:
        return None
    row = await database.row(_Stored, statements.TOKEN, match.group(1))
    if row is None:
        return None
    shown, now = plain_hash(match.group(2)), dt.datetime.now(dt.UTC)
    is_current = hmac.compare_digest(row.secret_hash, shown)
    is_old = bool(row.old_hash) and hmac.compare_digest(row.old_hash, shown)
    if not is_current and not is_old:
        return None
    until = row.expires_at if is_current else row.old_until
    return Bearer(
        id=row.id,
        organization=row.organization,
        name=row.name,
        scopes=frozenset(row.scopes.split()),
        networks=tuple(filter(None, map(network_of, row.networks.split()))),
        ended=row.revoked_at is not None
        or row.closed_at is not None
        or (until is not None and until <= now),
        expires_at=until,
        by_old=not is_current,
        used_at=row.used_at if is_current else row.old_used_at,
    )


async def used(bearer: Bearer, address: str) -> None:
    """It has just opened something."""
    now = dt.datetime.now(dt.UTC)
    if bearer.used_at is not None and now - bearer.used_at <= USED_EVERY:
        return
    values: dict[Column | str, Any] = {Token.used_at: now, Token.used_from: address}
    if bearer.by_old:
        values[Token.old_used_at] = now
    await Token.update(values).where(Token.id == bearer.id)


async def maker_of(bearer: Bearer) -> uuid.UUID | None:
    """The agent who was shown the secret with which somebody comes: what they make with it is known
    to them, too."""
    column = Token.old_maker if bearer.by_old else Token.maker
    query = Token.select(column).where(Token.id == bearer.id)
    return await database.value(uuid.UUID, query)


async def org_of(bearer: Bearer) -> Organization:
    return await organizations.by_id(bearer.organization)


async def listed(organization: uuid.UUID) -> list[Listed]:
    """All of them, newest first."""
    query = Token.select(*LISTED).where(Token.organization == organization)
    return await database.rows(Listed, query.order_by(Token.created_at, ascending=False))


async def working(organization: uuid.UUID) -> list[str]:
    """Each secret that opens something, with the name of its token."""
    found, now = await listed(organization), dt.datetime.now(dt.UTC)
    current = [f"{each.name} ({each.shown})" for each in found if each.state(now) == "living"]
    return [*current, *(f"{each.name} ({each.old_shown})" for each in found if each.old_works(now))]


async def one(organization: uuid.UUID, public_id: str) -> Listed:
    """Raises NotFound."""
    mine = _mine(organization, public_id)
    found = await database.row(Listed, Token.select(*LISTED).where(mine))
    if found is None:
        raise NotFound
    return found


async def expiring(organization: uuid.UUID, within: dt.timedelta) -> list[Listed]:
    """Those that work and end within this time, the first to end first."""
    now = dt.datetime.now(dt.UTC)
    query = Token.select(*LISTED).where(
        Token.organization == organization,
        Token.revoked_at.is_null(),
        Token.expires_at > now,
        Token.expires_at <= now + within,
    )
    return await database.rows(Listed, query.order_by(Token.expires_at))


def _id(through: Bearer | None) -> uuid.UUID | None:
    return through.id if through else None


def _end(now: dt.datetime, days: int, through: Bearer | None) -> dt.datetime:
    last = now + dt.timedelta(days=days)
    return min(last, through.expires_at or last) if through else last


def _mine(organization: uuid.UUID, public_id: str) -> Combinable:
    """What is no public id, as from an address, is nobody's."""
    known = public_id if PUBLIC.fullmatch(public_id) else ""
    return (Token.organization == organization) & (Token.public_id == known)


async def _living(organization: uuid.UUID) -> int:
    living = Token.revoked_at.is_null() & (Token.expires_at > dt.datetime.now(dt.UTC))
    return int(await Token.count().where(Token.organization == organization, living))


def _scope_problems(chosen: Sequence[str]) -> list[Problem]:
    if not chosen:
        return [Problem("/scopes", "required", "Choose at least one")]
    return [
        Problem("/scopes", "unknown_scope", "There is no scope {scope}", {"scope": scope})
        for scope in chosen
        if scope not in SCOPES
    ][:1]


def _days_problems(days: int) -> list[Problem]:
    if 1 <= days <= DAYS_MAX:
        return []
    return [Problem("/days", "out_of_range", "Use 1 to {limit} days", {"limit": str(DAYS_MAX)})]


def _networks(text: str) -> tuple[list[Network], list[Problem]]:
    found = [(word, network_of(word)) for word in named(text)]
    problems = [
        Problem(
            "/networks",
            "ip_format",
            "{text} is no address like 203.0.113.7, and no network like 203.0.113.0/24",
            {"text": clean_line(word)[:NAME_MAX]},
        )
        for word, network in found
        if network is None
    ]
    if len(found) > NETWORKS_MAX:
        limit = {"limit": str(NETWORKS_MAX)}
        problems = [Problem("/networks", "too_many", "Use at most {limit} addresses", limit)]
    return list(dict.fromkeys(each for _, each in found if each)), problems[:1]


def _drawn(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
