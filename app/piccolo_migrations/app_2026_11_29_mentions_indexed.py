"""The indexes of mentions and lookers, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T19:36:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of mentions and lookers"

INDEXES = (
    # Each is told once; the foreign keys are followed when a message goes.
    "CREATE UNIQUE INDEX mention_once ON mention (message, agent)",
    # The messages that mention somebody.
    "CREATE INDEX mention_of ON mention (agent, message)",
    # Those that they have not looked at since: few rows, counted with every page.
    "CREATE INDEX mention_unseen ON mention (agent, number) WHERE seen_at IS NULL",
    # A page gives its sign again and again.
    "CREATE UNIQUE INDEX looker_once ON looker (message, agent)",
    # Old ones go with every sign; an agent may go, too.
    "CREATE INDEX looker_old ON looker (organization, seen_at)",
    "CREATE INDEX looker_of ON looker (agent)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
