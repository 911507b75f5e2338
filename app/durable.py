"""Files that are whole under their names or not there, whenever the power goes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PART = ".part"
"""After the name of what is not whole yet."""


def part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{PART}")


def private(path: Path) -> BinaryIO:
    """To write into from the start. Its owner alone may read what is made anew."""
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


@contextlib.contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, which gets its name when the block ends; nothing is left of one
    that could not be written. Raises OSError."""
    part = part_of(path)
    try:
        part.unlink(missing_ok=True)
        with private(part) as file:
            yield file
            finish(file, path)
    except BaseException:
        # Else each try would leave a disk that is full with less.
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def finish(file: BinaryIO, path: Path) -> None:
    """Closes what was written beside `path` and gives it that name."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
    part_of(path).replace(path)
    keep_names(path.parent)


def keep_names(folder: Path) -> None:
    """Returns when the names in it are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
