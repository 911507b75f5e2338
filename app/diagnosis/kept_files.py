"""Where visitors' files are kept, and who looks at them first."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.diagnosis.finding import Finding
from app.errors import NotFound, Unavailable
from app.files import scan, statements, store
from app.settings import Settings
from app.tables import VisitorFile, new_id

MEGABYTE = 1024 * 1024
NEARLY = 0.9
WRITTEN = dt.timedelta(minutes=1)


async def look(settings: Settings) -> list[Finding]:
    """What they weigh; nothing is contacted. Needs the database."""
    weighs, most = await statements.weighs(), settings.files_mb * MEGABYTE
    facts = {"n": str(weighs // MEGABYTE), "most": str(settings.files_mb)}
    if not weighs:
        return []
    if await _is_lost(settings):
        said = (
            "The newest file is not in {folder}: all processes need that folder in common, or set "
            "LEAVEMSG_FILES_URL."
        )
        return [Finding("fail", "store", said, {"folder": str(settings.data_dir / store.FOLDER)})]
    if most and weighs > most:
        said = "They take {n} of {most} MB, so no more are taken: raise LEAVEMSG_FILES_MB."
        return [Finding("fail", "store", said, facts)]
    state = "warn" if most and weighs > most * NEARLY else "ok"
    return [Finding(state, "store", "Visitors' files take {n} of {most} MB.", facts)]


async def _is_lost(settings: Settings) -> bool:
    """Whether the newest file is not in the data folder, where it should be."""
    f = VisitorFile
    if settings.files is not None:
        return False
    # One that has come just now may not be written yet.
    before = await database.now() - WRITTEN
    query = f.select(f.id).where(f.size > 0, f.created_at < before)
    uid = await database.value(uuid.UUID, query.order_by(f.id, ascending=False).limit(1))
    try:
        if uid is not None:
            await store.current().get(str(uid))
    except NotFound:
        return True
    return False


async def outside(settings: Settings) -> list[Finding]:
    """Puts something small into the store and takes it away, and asks the virus scanner."""
    found = []
    if settings.files is not None:
        found.append(await _store())
    if settings.clamd:
        there = await scan.answers(settings.clamd)
        said = "It answers." if there else "It does not answer: files wait. Check LEAVEMSG_CLAMD."
        found.append(Finding("ok" if there else "fail", "scanner", said))
    return found


async def _store() -> Finding:
    nobody, name, content = uuid.UUID(int=0), f"probe{new_id()}", b"leavemsg doctor"
    try:
        await store.put(nobody, name, content)
        same = await store.get(nobody, name) == content
        await store.current().remove(name)
    except (Unavailable, NotFound) as error:
        said = "Files cannot be kept there ({why}): check LEAVEMSG_FILES_URL."
        return Finding("fail", "store", said, {"why": str(error) or "NotFound"})
    if not same:
        return Finding("fail", "store", "It does not give back what was put there.")
    return Finding("ok", "store", "Files can be put there, had again and removed.")
