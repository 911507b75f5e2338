"""When a database does not answer, and when it is we who asked wrongly."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import asyncpg

from app.errors import Unavailable

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # The driver lost count of what a dying server said.
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    sqlite3.OperationalError,
    TimeoutError,
)


@contextlib.contextmanager
def away() -> Any:
    """A database that does not answer is Unavailable; a statement that is wrong stays what it
    is."""
    try:
        yield
    except AWAY as error:
        if _is_our_fault(error):
            raise
        raise Unavailable from error
    except sqlite3.DatabaseError as error:
        # The plain class says that the file is damaged or is none; its heirs say what we did wrong.
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise Unavailable from error


def _is_our_fault(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        words = ("no such", "syntax error", "near ", "has no column")
        return any(word in str(error) for word in words)
    # asyncpg names an argument that does not fit its column as it names a lost connection.
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
