"""Tokens that platforms lend, encrypted in the database: all processes share one, and of all who
want a new one at the same time, one asks.

Who asks holds a lease. Whoever else wants it waits for the answer, also for a refusal; when the one
who asked died, the lease lapses and another asks.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
import uuid

import msgspec

from app import database
from app.catalogue import N_
from app.channels.lent import Fetch, Lent
from app.deliveries.lent import statements
from app.errors import Outcome, SendError
from app.secrets import Unreadable, decrypt, encrypt, keyed_hash
from app.tables import new_id

LEASE = dt.timedelta(seconds=15)
"""Longer than anybody asks for."""
PATIENCE = 12.0
"""Seconds that one waits for another who asks."""
LOOK_SECONDS = 0.1
KEPT = dt.timedelta(days=1)
"""A token that nobody has needed for so long is deleted: its secret is gone."""
PENDING = "token_pending"
PENDING_HINT = N_("The access token is being fetched. It is tried again by itself.")


class _Row(msgspec.Struct):
    sealed: str
    expires_at: dt.datetime | None
    version: int
    lease_until: dt.datetime | None
    failed: str


class _Failure(msgspec.Struct):
    """What the one who asked was told, for those who wait."""

    outcome: Outcome
    code: str
    message: str
    hint: str
    facts: dict[str, str]
    after: float | None
    http_status: int | None
    response: str


class Shared:
    """See `app.channels.lent.Lender`."""

    async def token(self, key: str, fetch: Fetch, *, refused: str = "") -> str:
        name = keyed_hash("lent token", key)
        ends, first = time.monotonic() + PATIENCE, None
        while True:
            row, now = await database.row(_Row, statements.KNOWN, name), await database.now()
            seen = row.version if row else 0
            first = seen if first is None else first
            # One that was fetched while we waited is the newest that there is, refused or not.
            token = _usable(name, row, now, "" if seen != first else refused)
            if token:
                return token
            if row and seen != first and row.failed:
                raise _error(msgspec.json.decode(row.failed, type=_Failure))
            holder = new_id()
            if await _claim(name, holder, seen, now):
                return await _ask(name, holder, fetch)
            if time.monotonic() > ends:
                raise SendError("retry", PENDING, hint=PENDING_HINT, left=False)
            await asyncio.sleep(LOOK_SECONDS)


def _usable(name: str, row: _Row | None, now: dt.datetime, refused: str) -> str:
    if row is None or not row.sealed or row.expires_at is None or row.expires_at <= now:
        return ""
    try:
        token = str(decrypt(_context(name), row.sealed))
    except Unreadable:
        return ""
    return "" if token == refused else token


def _context(name: str) -> str:
    return f"lent:{name}"


async def _claim(name: str, holder: uuid.UUID, seen: int, now: dt.datetime) -> bool:
    sql = statements.CLAIM
    return bool(await database.values(int, sql, name, holder, now + LEASE, seen, now))


async def _ask(name: str, holder: uuid.UUID, fetch: Fetch) -> str:
    try:
        lent = await fetch()
    except SendError as error:
        failure = msgspec.json.encode(_failure(error)).decode()
        await database.execute(statements.FAIL, failure, name, holder)
        raise
    await _keep(name, holder, lent)
    return lent.token


async def _keep(name: str, holder: uuid.UUID, lent: Lent) -> None:
    now = await database.now()
    until = now + dt.timedelta(seconds=lent.seconds)
    sealed = encrypt(_context(name), lent.token)
    await database.execute(statements.KEEP, sealed, until, name, holder)
    await database.execute(statements.FORGET, now - KEPT)


def _failure(error: SendError) -> _Failure:
    return _Failure(
        outcome=error.outcome,
        code=error.code,
        message=error.message,
        hint=error.hint,
        facts={name: str(value) for name, value in error.facts.items()},
        after=error.after,
        http_status=error.http_status,
        response=error.response,
    )


def _error(failure: _Failure) -> SendError:
    return SendError(
        failure.outcome,
        failure.code,
        failure.message,
        hint=failure.hint,
        facts=failure.facts,
        after=failure.after,
        http_status=failure.http_status,
        response=failure.response,
        left=False,
    )
