"""Indexes of replays, fallbacks and template versions. On their own: raw statements run before the
tables of the same migration are made."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T15:53:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of replays, fallbacks and template versions"

INDEXES = (
    "CREATE INDEX IF NOT EXISTS template_version_of ON template_version (organization, kind, id)",
    "CREATE INDEX IF NOT EXISTS delivery_replayed ON delivery (organization, channel)"
    " WHERE replayed_at IS NOT NULL AND state = 'pending'",
    "CREATE INDEX IF NOT EXISTS channel_fallback ON channel (fallback_for)"
    " WHERE fallback_for IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
