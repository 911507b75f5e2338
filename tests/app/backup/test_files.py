"""Visitors' files in a backup."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from app.backup import files as backed_up
from app.backup.make import make
from app.backup.restore import restore
from app.backup.verify import verify
from app.files import keep, read, store
from app.settings import current
from app.tables import Organization
from tests.app.backup.conftest import another
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came


async def test_they_come_back_with_the_rows(org: Organization, tmp_path: Path) -> None:
    taken = await keep.keep(org.id, TERMS, [came("a.jpg", picture())], ip="")
    uid = taken.kept[0].upload.uid
    path = tmp_path / "x.lmbak"
    await make(path)
    found = await verify(path)
    assert found.rows[backed_up.LINE.table] == 2  # The picture and its small one.
    shutil.rmtree(current().data_dir / store.FOLDER)
    async with another(tmp_path / "restored.sqlite"):
        await restore(path)
        owner = uuid.UUID(str(org.id))  # Not of the other kind of database.
        [row] = await read.waiting_for_message(owner, [uid])
        assert (row.name, await read.content(row)) == ("a.jpg", await store.get(owner, str(uid)))
        assert await read.small(row)
