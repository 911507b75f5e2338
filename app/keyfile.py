"""The secret key that is generated when none is given: beside the data, readable by its owner
only. The first line is the key; below it are older ones, which still decrypt."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

NAME = "secret.key"


def kept(data_dir: Path) -> str:
    """The keys, one a line, the first generated if there is none. Raises OSError when it cannot be
    written."""
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


def in_use(data_dir: Path, key: str) -> list[str]:
    """The kept keys if this one is the first of them: none where the operator has set another."""
    path = data_dir / NAME
    keys = path.read_text().split() if path.exists() else []
    return keys if keys[:1] == [key] else []


def put(data_dir: Path, key: str) -> None:
    """Keeps this key, where there is none."""
    _make(data_dir / NAME, key)


def renew(data_dir: Path) -> None:
    """Puts a new key first. The next start encrypts with it, and still decrypts with the others."""
    _make(data_dir / NAME, f"{_new()}\n{kept(data_dir)}\n", again=True)


def keep_only_first(data_dir: Path) -> int:
    """Forgets the older keys; how many there were."""
    first, *others = kept(data_dir).split()
    if others:
        _make(data_dir / NAME, first, again=True)
    return len(others)


def _new() -> str:
    return secrets.token_urlsafe(48)


def _make(path: Path, text: str = "", *, again: bool = False) -> None:
    """Writes the keys, a new one if none is given, atomically: neither a crash nor a process that
    starts at the same time may leave or read half of one."""
    new = path.with_suffix(".new")
    with open(new, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists() and not again:
            new.unlink(missing_ok=True)
            return
        file.truncate(0)
        file.write(text or _new())
        file.flush()
        os.fsync(file.fileno())
        new.replace(path)
