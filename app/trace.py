"""Where an exception comes from, for the log. Its message stays out: it may quote what a visitor
wrote, an address with its key, or a row of the database."""

from __future__ import annotations

import errno
import traceback


def of(error: BaseException) -> list[str]:
    """Types and places, from the outermost to the first cause. Of what the system or the database
    refuses also its code, as "OSError ENOSPC": it says what to do."""
    trace: list[str] = []
    here: BaseException | None = error
    while here is not None:
        trace += [f"{type(here).__qualname__} {_code(here)}".strip(), *_frames(here)]
        here = here.__cause__ or here.__context__
    return trace


def _code(error: BaseException) -> str:
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    # Of sqlite3 and asyncpg.
    return str(getattr(error, "sqlite_errorname", "") or getattr(error, "sqlstate", "") or "")


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
