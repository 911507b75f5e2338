"""Where an exception comes from, for the log. Without its message, which may quote a visitor, an
address with its key, or a row of the database."""

from __future__ import annotations

import errno
import traceback


def of(error: BaseException) -> list[str]:
    """Types and places, from the outermost error to the first cause; for errors of the system or
    the database also their code, as "OSError ENOSPC"."""
    trace: list[str] = []
    here: BaseException | None = error
    while here is not None:
        trace += [f"{type(here).__qualname__} {_code(here)}".strip(), *_frames(here)]
        here = here.__cause__ or here.__context__
    return trace


def _code(error: BaseException) -> str:
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    # Attributes of sqlite3's and asyncpg's errors.
    return str(getattr(error, "sqlite_errorname", "") or getattr(error, "sqlstate", "") or "")


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
