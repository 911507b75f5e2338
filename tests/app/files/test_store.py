"""Where the bytes are."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from app import secrets
from app.errors import NotFound
from app.files import store
from app.settings import Settings

ME = uuid.uuid4()


async def test_what_is_put_is_had_again_sealed_and_for_its_owner_only(
    configure: Callable[..., Settings],
) -> None:
    folder = configure().data_dir / store.FOLDER
    await store.put(ME, "one", b"a photo of the shop")
    [path] = [each for each in folder.rglob("*") if each.is_file()]
    assert b"photo" not in path.read_bytes()
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)
    assert await store.get(ME, "one") == b"a photo of the shop"
    (path.parent.parent / "wo").mkdir()
    path.rename(path.parent.parent / "wo" / "two")
    with pytest.raises(secrets.Unreadable):
        await store.get(ME, "two")
    await store.current().remove("two")
    await store.current().remove("two")
    with pytest.raises(NotFound):
        await store.get(ME, "two")


def test_the_database_keeps_its_room(tmp_path: Path) -> None:
    folder = store.Folder(tmp_path)
    assert folder.has_room(1)
    assert not folder.has_room(os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize)
