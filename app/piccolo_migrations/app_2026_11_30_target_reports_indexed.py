"""The indexes of reports and announcements, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:10:40:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of reports"

INDEXES = (
    # The reports of an organization.
    "CREATE INDEX report_of ON report (organization)",
    # A report is made once for each period, whoever makes it.
    "CREATE UNIQUE INDEX announcement_of ON announcement (report, period)"
    " WHERE report IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
