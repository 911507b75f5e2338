"""Tells a database that does not answer from a statement that is wrong."""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from typing import Any

import asyncpg

from app.errors import Error, Unavailable
from app.metrics.counted import UNAVAILABLE

log = logging.getLogger(__name__)

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # The driver's state broke as the server died.
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
SQLITE_REASONS = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_IOERR: "disk_error",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
OTHER_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (asyncpg.DiskFullError, "disk_full"),
    (asyncpg.ReadOnlySQLTransactionError, "read_only"),
    (asyncpg.LockNotAvailableError, "locked"),
    (asyncpg.TransactionRollbackError, "locked"),
    (asyncpg.InsufficientResourcesError, "overloaded"),
    (asyncpg.PostgresSystemError, "disk_error"),
    (asyncpg.InvalidAuthorizationSpecificationError, "sign_in_refused"),
    (asyncpg.InvalidCatalogNameError, "no_such_database"),
)
ERRNO_REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
}
UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
SAID_EVERY_SECONDS = 10.0
_said: dict[str, float] = {}


class Taken(Error):
    """A unique index refused a value that another row has. Nothing was stored. The text names the
    index or its columns, never the value."""


class away:
    """Raises Unavailable with the reason when the database does not answer, Taken for a duplicate
    value; a wrong statement's error passes. `committing`: after an unanswered commit it is unknown
    whether it was done. `quiet`: the caller logs it.

    A class, for it is around every statement: a generator takes four times as long."""

    __slots__ = ("_committing", "_quiet")

    def __init__(self, *, committing: bool = False, quiet: bool = False) -> None:
        self._committing, self._quiet = committing, quiet

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None:
            self._translate(error)

    def _translate(self, error: BaseException) -> None:
        if isinstance(error, AWAY):
            if not _is_our_fault(error):
                unknown = self._committing and _is_unanswered(error)
                raise _unavailable(error, unknown=unknown, quiet=self._quiet) from error
        elif isinstance(error, asyncpg.UniqueViolationError):
            raise Taken(error.constraint_name or "") from None
        elif isinstance(error, sqlite3.IntegrityError):
            if error.sqlite_errorcode in UNIQUE:
                raise Taken(str(error)) from None
        # The base class means a damaged file or none; its subclasses mean our own mistakes.
        elif type(error) is sqlite3.DatabaseError:
            raise _unavailable(error, quiet=self._quiet) from error


def _is_unanswered(error: BaseException) -> bool:
    """Whether the database did not itself refuse. A server that shuts down may answer after the
    commit."""
    if isinstance(error, sqlite3.Error):
        return reason_of(error) == "disk_error"
    refused = isinstance(error, asyncpg.PostgresError)
    return not refused or isinstance(
        error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
    )


def _unavailable(error: BaseException, *, unknown: bool = False, quiet: bool) -> Unavailable:
    reason = reason_of(error)
    UNAVAILABLE.add(reason)
    if quiet:
        return Unavailable(reason=reason)
    # Logged once per reason and interval, so that the log does not fill the disk.
    if time.monotonic() - _said.get(reason, -SAID_EVERY_SECONDS) >= SAID_EVERY_SECONDS:
        _said[reason] = time.monotonic()
        log.error("database unavailable", extra={"reason": reason, "error": type(error).__name__})
    return Unavailable(reason=reason, unknown=unknown)


def reason_of(error: BaseException) -> str:
    """Our own short word for an error of a database or operating system."""
    if isinstance(error, sqlite3.Error):
        return SQLITE_REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "away")
    for kind, reason in OTHER_REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, TimeoutError):
        return "too_slow"
    if isinstance(error, OSError) and error.errno in ERRNO_REASONS:
        return ERRNO_REASONS[error.errno]
    return "away"


def _is_our_fault(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        words = ("no such", "syntax error", "near ", "has no column")
        return any(word in str(error) for word in words)
    # asyncpg raises the same class for an unfit argument and a lost connection.
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
