"""The data folder: created, writable, and private."""

from __future__ import annotations

import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app import keyfile
from app.errors import Misconfigured
from app.settings import DATABASE_NAME, NOT_WRITABLE

log = logging.getLogger(__name__)

OTHERS = 0o077
OURS = (DATABASE_NAME, keyfile.NAME, "web.lock", "leavemsg.lock", "redis")
"""Our files in the folder, with all that begin like them (-wal, -shm)."""


def keep_to_ourselves() -> None:
    """From now on this process creates only private files."""
    os.umask(OTHERS)


def make(folder: Path) -> None:
    """Creates the folder and makes its files private. Raises Misconfigured when it is not
    writable."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        what, todo = NOT_WRITABLE
        raise Misconfigured([f"CONFIG LEAVEMSG_DATA_DIR: {what} — {todo}"]) from None
    close(folder)


def close(folder: Path) -> None:
    """Makes our files private that an earlier version, a copy or a restore left open. The folder's
    own mode stays: it may have other files."""
    for path in open_to_others(folder):
        try:
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
        except OSError as error:
            log.warning(
                "others can read this file", extra={"file": path.name, "error": error.strerror}
            )


def open_to_others(folder: Path) -> list[Path]:
    """Our files that other users may read or write."""
    return [path for path in _ours(folder) if _mode(path) & OTHERS]


def may_be_replaced(folder: Path) -> bool:
    """Whether other users may replace our files."""
    return bool(_mode(folder) & (stat.S_IWGRP | stat.S_IWOTH))


def _ours(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return
    for path in found:
        if not path.name.startswith(OURS) or path.is_symlink():
            continue
        yield path
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if not each.is_symlink())


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except OSError:
        return 0
