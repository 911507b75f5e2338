"""Indexes that Piccolo's schema language cannot say: composite, unique over several columns, partial."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T15:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes"

INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS message_submission ON message (organization, submission_id)",
    "CREATE UNIQUE INDEX IF NOT EXISTS message_reference ON message (organization, reference)",
    "CREATE INDEX IF NOT EXISTS message_newest ON message (organization, id)",
    "CREATE INDEX IF NOT EXISTS message_by_status ON message (organization, status, id)",
    "CREATE INDEX IF NOT EXISTS message_unread ON message (organization) WHERE read_at IS NULL",
    "CREATE INDEX IF NOT EXISTS message_same ON message (organization, fingerprint, told_at)"
    " WHERE repeat_of IS NULL",
    "CREATE INDEX IF NOT EXISTS message_repeats ON message (repeat_of) WHERE repeat_of IS NOT NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS delivery_owed ON delivery (message, channel, purpose)",
    "CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (channel, rank, id)"
    " WHERE state = 'pending'",
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (organization, due_at)"
    " WHERE state = 'pending'",
    "CREATE INDEX IF NOT EXISTS delivery_dispatch ON delivery (dispatch)",
    "CREATE INDEX IF NOT EXISTS delivery_by_state ON delivery (organization, state, id)",
    "CREATE INDEX IF NOT EXISTS dispatch_open ON dispatch (organization)"
    " WHERE state IN ('sending', 'retry')",
    "CREATE INDEX IF NOT EXISTS dispatch_by_channel ON dispatch (channel, created_at)",
    "CREATE INDEX IF NOT EXISTS attempt_places ON attempt (organization, blocks_until)",
    "CREATE INDEX IF NOT EXISTS attempt_dispatch ON attempt (dispatch, number)",
    "CREATE INDEX IF NOT EXISTS attempt_by_channel ON attempt (channel, started_at)",
    "CREATE INDEX IF NOT EXISTS organization_due ON organization (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS channel_of ON channel (organization, position)",
    "CREATE INDEX IF NOT EXISTS agent_of ON agent (organization)",
    "CREATE INDEX IF NOT EXISTS session_of ON session (agent)",
    "CREATE INDEX IF NOT EXISTS token_of ON token (organization)",
    "CREATE INDEX IF NOT EXISTS audit_newest ON audit (organization, at)",
    "CREATE INDEX IF NOT EXISTS audit_target ON audit (organization, target)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
