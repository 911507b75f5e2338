"""PostgreSQL behind a PgBouncer that gives each transaction another session (pool_mode =
transaction): nothing may be kept in a session, neither a setting nor a prepared statement.

Asked for by `?pgbouncer=true` at the end of DATABASE_URL, as other programs are told it, too.
"""

from __future__ import annotations

import re
from typing import Any

import asyncpg

ASKED = re.compile(r"[?&]pgbouncer=(true|1)(?=&|$)")
REFUSED = "unsupported startup parameter"


def asked(dsn: str) -> tuple[str, bool]:
    """The address without our own word, and whether it had it."""
    without = ASKED.sub(lambda found: "?" if found[0][0] == "?" else "", dsn)
    return re.sub(r"\?&", "?", without).rstrip("?"), without != dsn


def config(dsn: str, session: dict[str, str]) -> dict[str, Any]:
    """How to connect: `session` are the settings that each transaction is given."""
    told = "".join(f" SET LOCAL {name} = '{value}';" for name, value in session.items())

    class Shared(_Shared):
        begin = told

    return {"dsn": dsn, "statement_cache_size": 0, "connection_class": Shared}


class Clean(asyncpg.Connection):  # type: ignore[misc]
    """Nothing of ours lasts in a session: settings, locks and cursors are of a transaction. So a
    connection goes back to the pool without a trip to the server that would reset it."""

    def get_reset_query(self) -> str:
        return ""


class _Shared(Clean):
    begin = ""

    async def fetch(self, *args: Any, **options: Any) -> Any:
        """A statement is prepared and run in two steps: both must meet the same session."""
        if self.is_in_transaction():
            return await super().fetch(*args, **options)
        async with self.transaction():
            return await super().fetch(*args, **options)

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if query.startswith("BEGIN"):
            query += self.begin
        done: str = await super().execute(query, *args, **options)
        return done
