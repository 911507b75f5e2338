"""The last requests of each token: when, what, how it ended and from where. No body, no query.

They are written behind, at most once a second in each process and no more than are kept, so that a
program that leaves hundreds of messages a second pays an entry in memory for each. A crash loses
the last second of the log and nothing else.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from collections import deque
from weakref import WeakKeyDictionary

import msgspec

from app import database
from app.errors import Unavailable
from app.tables import TokenRequest, new_id

log = logging.getLogger(__name__)

KEPT = 100
"""Requests of each token."""
EVERY_SECONDS = 1.0


class Request(msgspec.Struct, frozen=True):
    """`route` is the pattern of its path. `status` is 0 when the answer broke off."""

    id: uuid.UUID
    token: uuid.UUID
    at: dt.datetime
    method: str
    route: str
    status: int
    address: str


Waiting = dict[uuid.UUID, deque[Request]]
COLUMNS = (
    TokenRequest.id,
    TokenRequest.token,
    TokenRequest.at,
    TokenRequest.method,
    TokenRequest.route,
    TokenRequest.status,
    TokenRequest.address,
)
_waiting: WeakKeyDictionary[database.Engine, Waiting] = WeakKeyDictionary()
_writing: WeakKeyDictionary[database.Engine, asyncio.Task[None]] = WeakKeyDictionary()


def note(token: uuid.UUID, method: str, route: str, status: int, address: str) -> None:
    """Remembers a request that was just answered, and returns at once."""
    engine = database.engine()
    now = dt.datetime.now(dt.UTC)
    made = Request(new_id(), token, now, method[:8], route[:128], status, address)
    _waiting.setdefault(engine, {}).setdefault(token, deque(maxlen=KEPT)).append(made)
    if engine not in _writing:
        _writing[engine] = asyncio.create_task(_write_soon(engine))


async def _write_soon(engine: database.Engine) -> None:
    try:
        while _waiting.get(engine):
            await asyncio.sleep(EVERY_SECONDS)
            await flush()
    finally:
        _writing.pop(engine, None)


async def flush() -> None:
    """Writes what waits. While the database is away it is dropped: it is only a log."""
    waiting = _waiting.pop(database.engine(), {})
    if not waiting:
        return
    try:
        async with database.transaction():
            await database.insert(COLUMNS, [each for many in waiting.values() for each in many])
            for token in waiting:
                await _forget(token)
    except Unavailable:
        pass  # The reason is logged already.
    except Exception:
        log.exception("log of tokens failed")


async def _forget(token: uuid.UUID) -> None:
    """Keeps the last of them. Their ids sort by time."""
    mine = TokenRequest.token == token
    newest = TokenRequest.select(TokenRequest.id).where(mine)
    newest = newest.order_by(TokenRequest.id, ascending=False)
    if last := await database.value(uuid.UUID, newest.offset(KEPT - 1).limit(1)):
        await TokenRequest.delete().where(mine, TokenRequest.id < last)


async def close() -> None:
    """Before the database is closed."""
    task = _writing.pop(database.engine(), None)
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
    await flush()


async def of(token: uuid.UUID) -> list[Request]:
    """The last ones, newest first."""
    query = TokenRequest.select(*COLUMNS).where(TokenRequest.token == token)
    query = query.order_by(TokenRequest.id, ascending=False).limit(KEPT)
    return await database.rows(Request, query)
