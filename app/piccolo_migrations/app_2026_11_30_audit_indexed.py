"""The indexes of the audit, with what they are for. Ids sort by time, so each list is read newest
first by one index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T01:40:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of the audit"

INDEXES = (
    "DROP INDEX audit_newest",
    "DROP INDEX audit_target",
    # All, and all between two days.
    "CREATE INDEX audit_newest ON audit (organization, id)",
    "CREATE INDEX audit_area ON audit (organization, area, id)",
    "CREATE INDEX audit_who ON audit (organization, who, id)",
    "CREATE INDEX audit_target ON audit (organization, target, id)",
    # The chain in its order: no place is given twice.
    "CREATE UNIQUE INDEX audit_chain ON audit (organization, number)",
    "CREATE UNIQUE INDEX audit_head_of ON audit_head (organization)",
    # What has no place yet.
    "CREATE INDEX audit_waits ON audit (organization, at, id) WHERE number IS NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
