"""The secret key that is generated when none is given: beside the data, readable by its owner
only."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

NAME = "secret.key"


def kept(data_dir: Path) -> str:
    """The key, generated if there is none. Raises OSError when it cannot be written."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data_dir / NAME
    if not path.exists():
        _make(path)
    return path.read_text(errors="replace").strip()


def is_lost(data_dir: Path, data: Path) -> bool:
    """Whether there is data but its key is gone."""
    try:
        return data.stat().st_size > 0 and not (data_dir / NAME).exists()
    except FileNotFoundError:
        return False


def put(data_dir: Path, key: str) -> None:
    """Keeps this key, where there is none."""
    _make(data_dir / NAME, key)


def _make(path: Path, key: str = "") -> None:
    """Writes the key, a new one if none is given, atomically: neither a crash nor a process that
    starts at the same time may leave or read half of one."""
    new = path.with_suffix(".new")
    with open(new, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            new.unlink(missing_ok=True)
            return
        file.truncate(0)
        file.write(key or secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
        new.replace(path)
