"""Whether PostgreSQL keeps what it has confirmed when the power goes; SQLite is told by us how."""

from __future__ import annotations

import logging

import msgspec

from app import database
from app.catalogue import N_
from app.database.postgres import SWITCHED_OFF
from app.diagnosis.finding import Finding, within

log = logging.getLogger(__name__)

RISKS = {
    "fsync": N_(
        "With fsync off, a power cut loses acknowledged messages and can destroy the whole "
        "database. To mend it: {fix}"
    ),
    "synchronous_commit": N_(
        "With synchronous_commit off, a power cut or a crash of PostgreSQL loses the messages that "
        "were acknowledged last. To mend it: {fix}"
    ),
    "full_page_writes": N_(
        "With full_page_writes off, a power cut can leave half of a page, which damages the "
        "database, except on ZFS, which writes whole pages. To mend it: {fix}"
    ),
}
EVERYWHERE = "ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf()"
FIXES = {
    "user": 'ALTER ROLE "{role}" RESET {name}',
    "database": 'ALTER DATABASE "{database}" RESET {name}',
    "database user": 'ALTER ROLE "{role}" IN DATABASE "{database}" RESET {name}',
    "client": "{name}=on (DATABASE_URL, PGOPTIONS)",
    "command line": "postgres -c {name}=on",
}
"""By where PostgreSQL says that a setting comes from; else it is the server's configuration."""


class Off(msgspec.Struct, frozen=True):
    """A setting that is off in our sessions."""

    name: str
    source: str
    role: str
    database: str

    @property
    def fix(self) -> str:
        form = FIXES.get(self.source, EVERYWHERE)
        role, place = (each.replace('"', '""') for each in (self.role, self.database))
        return form.format(name=self.name, role=role, database=place)


async def look() -> list[Finding]:
    """Nothing where SQLite is used."""
    if isinstance(database.engine(), database.SQLite):
        return []
    off = await database.rows(Off, SWITCHED_OFF)
    found = [Finding("warn", "durability", RISKS[one.name], {"fix": one.fix}) for one in off]
    return found or [Finding("ok", "durability", "PostgreSQL keeps what it has confirmed.")]


async def warn() -> None:
    """Into the log, of every process that starts."""
    for each in await within("durability", look()):
        if each.state != "ok":
            log.warning("power loss: %s", each.told())
