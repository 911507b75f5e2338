"""Whether there is a copy of everything that could be restored, and how old it is."""

from __future__ import annotations

import datetime as dt

import msgspec

from app import database, instance
from app.backup import BACKUP, marked, told
from app.catalogue import N_
from app.diagnosis.finding import Finding
from app.settings import Settings

OLD = dt.timedelta(days=7)
"""Of those made by hand."""
LATE = 2
"""So many times the pause between those made by themselves."""
SINCE = "%Y-%m-%d %H:%M"
LOST = N_(
    "The backup of {at} was not put here: this folder is not the one that had the earlier backups."
    " Is its disk mounted? If it was changed on purpose, run `leavemsg backup accept`."
)


async def look(settings: Settings) -> list[Finding]:
    """Needs the database."""
    now = await database.now()
    if settings.backups.to:
        return _of_round(await told.last(), now, settings.backups.hours)
    fact = await instance.read(BACKUP)
    if fact is None:
        said = (
            "There is no backup yet: name a place in LEAVEMSG_BACKUPS_TO, or run `leavemsg backup"
            " make`."
        )
        return [Finding("warn", "backup", said)]
    facts = {"at": f"{fact.at:{SINCE}}"}
    if now - fact.at > OLD:
        said = (
            "The last backup is of {at}: make a newer one, or name a place in LEAVEMSG_BACKUPS_TO."
        )
        return [Finding("fail", "backup", said, facts)]
    return [Finding("ok", "backup", "The last backup is of {at}, and was verified.", facts)]


def _of_round(fact: instance.Fact | None, now: dt.datetime, hours: int) -> list[Finding]:
    if fact is None:
        return [Finding("warn", "backup", "The first backup has not been made yet.")]
    try:
        found = told.read(fact)
    except msgspec.MsgspecError:
        return [Finding("warn", "backup", "How the last backup went is not known.")]
    facts = {"at": f"{fact.at:{SINCE}}", "n": str(len(found.places))}
    if found.faults:
        return [_of_place(place, why, facts) for place, why in found.faults.items()]
    if now - fact.at > dt.timedelta(hours=hours) * LATE:
        said = "The last backup is of {at}: is a worker running?"
        return [Finding("fail", "backup", said, facts)]
    said = "The last backup is of {at}, was verified and lies in {n} places."
    return [Finding("ok", "backup", said, facts)]


def _of_place(place: str, why: str, facts: dict[str, str]) -> Finding:
    if why == marked.LOST:
        return Finding("fail", "backup", LOST, facts, name=place)
    said = "The backup of {at} failed: {why}"
    return Finding("fail", "backup", said, {**facts, "why": why}, name=place)
