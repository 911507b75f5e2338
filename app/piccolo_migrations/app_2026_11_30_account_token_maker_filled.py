"""Who knows the secrets of tokens of before: the one member with the name or the address of whoever made
it, if it was not rotated since. Where two could be meant, nobody is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T08:21:18:000000"
VERSION = "1.38.0"
DESCRIPTION = "Who knows the secrets of tokens of before"

WHO = (
    "FROM agent WHERE agent.organization = token.organization"
    " AND (agent.name = token.created_by OR agent.email = token.created_by)"
    " AND agent.created_at <= token.created_at"
)
FILL = (
    f"UPDATE token SET maker = (SELECT agent.id {WHO})"
    " WHERE created_by NOT IN ('', 'leavemsg token') AND old_hash = ''"
    f" AND 1 = (SELECT count(*) {WHO})"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        await engine_finder().run_ddl(FILL)

    manager.add_raw(fill)
    return manager
