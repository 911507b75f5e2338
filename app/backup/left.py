"""What a process left that was killed while it made a backup: copies that nobody sealed, and halves
that fill the disk."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from pathlib import Path

from app.durable import PART

ROOM = "leavemsg-backup-"
"""So the name of the folder begins in which one is made; it ends in PART. What is not sealed yet
lies in it."""
ROOM_TO_VERIFY = "leavemsg-verify-"
ROOM_TO_OPEN = "leavemsg-opened-"
"""Of the command line, which unseals a backup in it."""
HALVES = re.compile(rf"leavemsg-\d{{8}}T\d{{6}}Z\.lmbak(\.age)?{re.escape(PART)}")
ROOMS = re.compile(rf"(?:{ROOM}|{ROOM_TO_VERIFY}|{ROOM_TO_OPEN})\w{{8}}{re.escape(PART)}")
ALL = re.compile(rf"{ROOMS.pattern}|{HALVES.pattern}")


def clear(folder: Path, which: re.Pattern[str], seconds: float) -> None:
    """Removes what was not touched for so long. What cannot be removed stays."""
    for each in [path for path in folder.iterdir() if which.fullmatch(path.name)]:
        if _touched(each) >= time.time() - seconds:
            continue
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                each.unlink()


def _touched(path: Path) -> float:
    """A folder's own time is not that of a file in it that still grows. What goes away meanwhile is
    in use."""
    try:
        return max(each.lstat().st_mtime for each in (path, *path.rglob("*")))
    except OSError:
        return time.time()
