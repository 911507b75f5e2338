"""Whether a folder is the one that had the earlier backups: it has a mark, which is remembered.

A disk that is not mounted leaves an empty folder on the system's disk, where copies would seem to
be kept and would fill it."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import msgspec

from app import durable, instance
from app.backup import rotation, told
from app.errors import Unavailable

MARK = ".leavemsg-backups"
PLACES = "backup_places"
"""In the table of the installation's facts: the marks by folder."""
LOST = (
    "this folder is not the one that had the earlier backups: is its disk mounted? If it was"
    " changed on purpose, run `leavemsg backup accept`."
)


async def check(folder: Path) -> None:
    """Marks a folder in its first use. Raises Unavailable for one that has lost its mark, and
    OSError."""
    known = await _known()
    if known is None:
        # From before there were marks. Where the last one was put, there is one still.
        if await _had_the_last(folder) and not await asyncio.to_thread(_has_any, folder):
            raise Unavailable(LOST)
        known = {}
    kept = known.get(str(folder))
    there = await asyncio.to_thread(_read, folder)
    if kept is not None and kept != there:
        raise Unavailable(LOST)
    if kept is None:
        mark = there or await asyncio.to_thread(_make, folder)
        await instance.write(PLACES, "{}", keep=True)
        await instance.change(PLACES, lambda before: _with(before, folder, mark))


async def accept() -> None:
    """Folders are taken as they are when the next backup comes."""
    await instance.write(PLACES, "{}")


async def _known() -> dict[str, str] | None:
    fact = await instance.read(PLACES)
    return None if fact is None else msgspec.json.decode(fact.value, type=dict[str, str])


async def _had_the_last(folder: Path) -> bool:
    fact = await told.last()
    try:
        return fact is not None and str(folder) in told.read(fact).places
    except msgspec.MsgspecError:
        return False


def _with(before: str, folder: Path, mark: str) -> str:
    known = msgspec.json.decode(before, type=dict[str, str])
    return msgspec.json.encode({**known, str(folder): mark}).decode()


def _has_any(folder: Path) -> bool:
    return folder.is_dir() and any(rotation.made_at(each.name) for each in folder.iterdir())


def _read(folder: Path) -> str:
    try:
        return (folder / MARK).read_text(errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _make(folder: Path) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    with durable.written(folder / MARK) as file:
        file.write(f"{mark}\n".encode())
    return mark
