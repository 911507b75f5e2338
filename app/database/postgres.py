"""PostgreSQL with a pool."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app import turns
from app.database import pgbouncer
from app.database.away import AWAY, away
from app.errors import Misconfigured, Unavailable

POOL_SIZE, FOR_VISITORS = 10, 2
"""Connections, and how many of them nobody takes but for visitors."""
CONNECT_SECONDS = 5
COMMAND_SECONDS = 30
PATIENT_SECONDS = 3600
"""For a statement that does not answer anybody: an index of very many rows takes minutes."""
WAIT_SECONDS = 10
"""For a free connection or a lock of another transaction: visitors get an answer soon."""
CLOSE_SECONDS = 2
IDLE_SECONDS = 5
"""A frozen or lost process must not keep an organization's row locked: its transaction ends when
idle for this long."""

SWITCHED_OFF = """
SELECT name, source, CAST(current_user AS text) AS role,
    CAST(current_database() AS text) AS database
FROM pg_settings
WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'
ORDER BY name
"""
"""What keeps commits over a power cut and is off, as in this session: a role or a database may have
its own."""


def _config(dsn: str, session: dict[str, str]) -> dict[str, Any]:
    return {"dsn": dsn, "server_settings": session, "connection_class": pgbouncer.Clean}


class _Pooled(PostgresTransaction):
    """Always gives its connection back. Piccolo's own keeps it when the server goes away, and a
    pool of ten is soon empty."""

    engine: Postgres

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        async with contextlib.AsyncExitStack() as held:
            async with asyncio.timeout(WAIT_SECONDS):
                await held.enter_async_context(self.engine.turn())
                self.connection = await self.get_connection()  # type: ignore[no-untyped-call]
                held.push_async_callback(self._give_back)
            self.transaction = self.connection.transaction()
            await self.begin()  # type: ignore[no-untyped-call]
            self.held = held.pop_all()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self._parent is not None:
            return False
        self.engine.current_transaction.reset(self.context)
        async with self.held:
            if kind is None:
                with away(committing=True):
                    await self.commit()  # type: ignore[no-untyped-call]
            else:
                # A lost connection has rolled back; the error before it counts.
                with contextlib.suppress(*AWAY):
                    await asyncio.shield(self.rollback())  # type: ignore[no-untyped-call]
        return False

    async def _give_back(self) -> None:
        """Ignores a dead connection: the commit is not affected, and the pool opens another."""
        pool = self.engine.pool
        with contextlib.suppress(*AWAY):
            await (pool.release(self.connection) if pool else self.connection.close())


class _Patient(_Pooled):
    """On a connection of its own, whose statements may take long."""

    async def get_connection(self) -> Any:
        config = {**self.engine.config, "command_timeout": PATIENT_SECONDS}
        return await asyncpg.connect(**config)

    async def _give_back(self) -> None:
        with contextlib.suppress(*AWAY):
            await self.connection.close()


class Postgres(PostgresEngine):
    def __init__(self, dsn: str) -> None:
        session = {
            "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
            "lock_timeout": f"{WAIT_SECONDS}s",
            # Plans for any value were made when tables were small or a status was as usual.
            "plan_cache_mode": "force_custom_plan",
            # It compiles what may take long, and takes longer for it than our statements take.
            "jit": "off",
        }
        dsn, shared = pgbouncer.asked(dsn)
        given = pgbouncer.config if shared else _config
        config = {"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS}
        super().__init__(config=config | given(dsn, session), extensions=())
        self._others = asyncio.Semaphore(POOL_SIZE - FOR_VISITORS)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Whoever is no visitor waits while the others have their share of the connections."""
        if turns.are_visitors():
            yield
            return
        async with asyncio.timeout(WAIT_SECONDS):
            await self._others.acquire()
        try:
            yield
        finally:
            self._others.release()

    async def check_version(self) -> None:
        """Does nothing: Piccolo's own connects in another thread, and prints when a server does not
        answer."""

    async def open(self) -> None:
        """Raises Misconfigured for an invalid address, Unavailable without an answer."""
        try:
            with away(quiet=True):
                await self.start_connection_pool(min_size=1, max_size=POOL_SIZE)
        except ValueError:
            fault = "cannot be understood — use postgres://user:password@host:port/name"
            raise Misconfigured([f"CONFIG DATABASE_URL: {fault}"]) from None
        except Unavailable as error:
            if pgbouncer.REFUSED not in str(error.__cause__):
                raise
            fault = "leads to PgBouncer — add ?pgbouncer=true to it"
            raise Misconfigured([f"CONFIG DATABASE_URL: {fault}"]) from None

    def transaction(
        self, allow_nested: bool = True, *, patient: bool = False
    ) -> PostgresTransaction:
        return (_Patient if patient else _Pooled)(self, allow_nested)

    async def close(self) -> None:
        """Waits at most CLOSE_SECONDS for the server."""
        if self.pool is None:
            return
        pool, self.pool = self.pool, None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()

    @contextlib.asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Like `away`. A read-only error also renews the pool's connections: old sessions stay
        read-only even after a failover."""
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
        async with (
            self.answering(),
            asyncio.timeout(WAIT_SECONDS + COMMAND_SECONDS),
            self.turn(),
        ):
            return await super()._run_in_pool(*args, **kwargs)

    async def _run_in_new_connection(self, *args: Any, **kwargs: Any) -> Any:
        with away():
            return await super()._run_in_new_connection(*args, **kwargs)
