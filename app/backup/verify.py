"""Whether a backup could really be restored: it is, into a place of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app import database, instance
from app.backup import BACKUP, files, left
from app.backup.file import DAMAGED, Unusable
from app.backup.make import Made, make
from app.backup.restore import Restored, restore
from app.database.snapshot import count
from app.durable import PART
from app.files.store import Folder


async def make_verified(where: Path, *, with_key: bool = False) -> Made:
    """Only one that could be restored is remembered as made. Raises what `make` and `verify`
    raise."""
    made = await make(where, with_key=with_key)
    await verify(Path(made.path), room=Path(made.path).parent)
    await instance.write(BACKUP, made.made_at)
    return made


async def verify(path: Path, *, room: Path | None = None) -> Restored:
    """Restores it into a new SQLite file and counts its rows there. The database in use is not
    touched, but nothing else may use one meanwhile: only for the command line. `room`: a folder
    that has place for all of it, instead of the system's own. Raises Unusable."""
    with tempfile.TemporaryDirectory(prefix=left.ROOM_TO_VERIFY, suffix=PART, dir=room) as folder:
        engine = database.SQLite(str(Path(folder) / "restored.sqlite"))
        before = database.in_use()
        database.use(engine)
        try:
            await engine.open()
            kept = Path(folder) / "files"
            found = await restore(path, into=Folder(kept))
            for table, rows in found.rows.items():
                if table == files.LINE.table:
                    there = sum(each.is_file() for each in kept.rglob("*"))
                else:
                    there = await count(table)
                if there != rows:
                    raise Unusable(DAMAGED)
            if await database.rows(dict, "PRAGMA foreign_key_check"):
                raise Unusable(DAMAGED)
        finally:
            await engine.close()
            if before is not None:
                database.use(before)
    return found
