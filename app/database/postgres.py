"""PostgreSQL with a pool."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.database.away import AWAY, away
from app.errors import Misconfigured

POOL_SIZE = 10
CONNECT_SECONDS = 5
COMMAND_SECONDS = 30
WAIT_SECONDS = 10
"""For a free connection, and for what another transaction has locked: a visitor is told soon."""
CLOSE_SECONDS = 2
IDLE_SECONDS = 5
"""A process that froze or whose machine is gone must not keep an organization's row locked: its
transaction ends when nothing comes from it for this long."""


class _Pooled(PostgresTransaction):
    """Gives its connection back whatever happens. Piccolo's own keeps it when the server went away
    in the middle, and a pool of ten is soon empty."""

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        async with asyncio.timeout(WAIT_SECONDS):
            self.connection = await self.get_connection()  # type: ignore[no-untyped-call]
        try:
            self.transaction = self.connection.transaction()
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self._parent is not None:
            return False
        self.engine.current_transaction.reset(self.context)
        try:
            if kind is None:
                with away(committing=True):
                    await self.commit()  # type: ignore[no-untyped-call]
            else:
                # A connection that is gone has rolled back; what happened before is what counts.
                with contextlib.suppress(*AWAY):
                    await asyncio.shield(self.rollback())  # type: ignore[no-untyped-call]
        finally:
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        """Says nothing about a connection that died: what was committed is committed, and the pool
        ends it and opens another."""
        pool = self.engine.pool
        with contextlib.suppress(*AWAY):
            await (pool.release(self.connection) if pool else self.connection.close())


class Postgres(PostgresEngine):
    def __init__(self, dsn: str) -> None:
        config = {
            "dsn": dsn,
            "timeout": CONNECT_SECONDS,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": {
                "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
                "lock_timeout": f"{WAIT_SECONDS}s",
            },
        }
        super().__init__(config=config, extensions=())

    async def check_version(self) -> None:
        """Piccolo's own connects here, in a thread of its own, and prints what it thinks of a
        server that does not answer."""

    async def open(self) -> None:
        """Raises Misconfigured for an address that cannot be one."""
        try:
            with away(quiet=True):
                await self.start_connection_pool(min_size=1, max_size=POOL_SIZE)
        except ValueError:
            fault = "cannot be understood — use postgres://user:password@host:port/name"
            raise Misconfigured([f"CONFIG DATABASE_URL: {fault}"]) from None

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        return _Pooled(self, allow_nested)

    async def close(self) -> None:
        """A server that does not answer is not waited for."""
        if self.pool is None:
            return
        pool, self.pool = self.pool, None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()

    @contextlib.asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """A session that may only read stays so, also when its server may write again or another
        one took over: the pool opens new ones."""
        with away():
            try:
                yield
            except asyncpg.ReadOnlySQLTransactionError:
                if self.pool is not None:
                    await self.pool.expire_connections()
                raise

    async def run_querystring(self, *args: Any, **kwargs: Any) -> Any:
        async with self.answering():
            return await super().run_querystring(*args, **kwargs)

    async def _run_in_pool(self, *args: Any, **kwargs: Any) -> Any:
        async with self.answering(), asyncio.timeout(WAIT_SECONDS + COMMAND_SECONDS):
            return await super()._run_in_pool(*args, **kwargs)

    async def _run_in_new_connection(self, *args: Any, **kwargs: Any) -> Any:
        with away():
            return await super()._run_in_new_connection(*args, **kwargs)
