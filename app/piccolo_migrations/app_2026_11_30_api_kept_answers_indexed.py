"""The indexes of kept answers: one for each key, and what goes with a message, a mail or a token."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T11:40:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of kept answers"

STATEMENTS = (
    "CREATE UNIQUE INDEX kept_answer_once ON kept_answer (mark)",
    # What is older than a day goes.
    "CREATE INDEX kept_answer_age ON kept_answer (created_at)",
    # The foreign keys are followed when a row goes.
    "CREATE INDEX kept_answer_of_token ON kept_answer (token)",
    "CREATE INDEX kept_answer_of_message ON kept_answer (message) WHERE message IS NOT NULL",
    "CREATE INDEX kept_answer_of_mail ON kept_answer (mail) WHERE mail IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
