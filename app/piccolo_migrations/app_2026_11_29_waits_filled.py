"""What is handled by now was handled first when it was handled; whether it was opened again in
between, nobody counts. Office time is not known of earlier messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString

ID = "2026-11-29T23:20:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "When earlier messages were handled first"
FIRST = "00000000-0000-0000-0000-000000000000"
# No statement may take long, however many messages there are.
AT_ONCE = 5000
FOUND = "SELECT id FROM message WHERE handled_at IS NOT NULL AND id > {} ORDER BY id LIMIT {}"
FILL = (
    "UPDATE message SET first_handled_at = handled_at"
    " WHERE id > {} AND id <= {} AND handled_at IS NOT NULL AND first_handled_at IS NULL"
)
# What was handled on a day. Messages that were just left are not in it.
INDEX = (
    "CREATE INDEX message_handled ON message (organization, handled_at)"
    " WHERE handled_at IS NOT NULL"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        engine = engine_finder()
        last = FIRST
        while rows := await engine.run_querystring(QueryString(FOUND, last, AT_ONCE)):
            until = rows[-1]["id"]
            await engine.run_querystring(QueryString(FILL, last, until))
            last = until
        await engine.run_ddl(INDEX)

    manager.add_raw(fill)
    return manager
