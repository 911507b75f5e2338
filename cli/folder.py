"""The data folder: made, writable, and nobody else's business."""

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
"""What lies in the folder, and whatever begins like it (-wal, -shm)."""


def keep_to_ourselves() -> None:
    """From here on this process makes nothing that others may read."""
    os.umask(OTHERS)


def make(folder: Path) -> None:
    """Raises Misconfigured when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        what, todo = NOT_WRITABLE
        raise Misconfigured([f"CONFIG LEAVEMSG_DATA_DIR: {what} — {todo}"]) from None
    close(folder)


def close(folder: Path) -> None:
    """Takes from others what an earlier version, a copy or a restore let them read. The folder
    itself stays as somebody made it: other things may lie in it."""
    for path in open_to_others(folder):
        try:
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
        except OSError as error:
            log.warning(
                "others can read this file", extra={"file": path.name, "error": error.strerror}
            )


def open_to_others(folder: Path) -> list[Path]:
    """Our files there that somebody else on this machine may read or write."""
    return [path for path in _ours(folder) if _mode(path) & OTHERS]


def may_be_replaced(folder: Path) -> bool:
    """Whether somebody else may put another file in the place of ours."""
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
