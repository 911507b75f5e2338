"""Which site messages of before came from, their story as far as the audit tells it, and the
indexes of the team's inbox, each with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T15:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The story of earlier messages, and indexes of the team's inbox"

# The host and port of an address, without query or fragment; instr is called strpos on PostgreSQL.
REST = "substr(replace(replace(page_url, '?', '/'), '#', '/'), instr(page_url, '://') + 3)"
SITE = f"lower(substr({REST}, 1, instr({REST} || '/', '/') - 1))"
SITES = f"UPDATE message SET site = substr({SITE}, 1, 255) WHERE page_url LIKE 'http%://%'"
STORY = (
    "INSERT INTO event (id, organization, message, at, actor, action, facts, number)"
    " SELECT audit.id, audit.organization, message.id, audit.at,"
    " CASE WHEN audit.actor = 'visitor' THEN '' ELSE audit.actor END,"
    " CASE audit.action WHEN 'message.pending' THEN 'reopened'"
    " ELSE substr(audit.action, 9) END, '{}', 0"
    " FROM audit JOIN message ON CAST(message.id AS varchar) = audit.target"
    " AND message.organization = audit.organization"
    " WHERE audit.action IN ('message.handled', 'message.spam', 'message.pending',"
    " 'message.replied', 'message.noted', 'message.solved', 'message.unsolved')"
)
INDEXES = (
    # The inbox by what visitors did last: of one status, and of all.
    "CREATE INDEX message_active ON message (organization, status, activity, id)",
    "CREATE INDEX message_all ON message (organization, activity, id)",
    # What changed since a page was drawn.
    "CREATE INDEX message_changed ON message (organization, changed)",
    # Somebody's own messages.
    "CREATE INDEX message_assigned ON message (organization, assignee, activity, id)"
    " WHERE assignee IS NOT NULL",
    # Messages that rest: few rows.
    "CREATE INDEX message_snoozed ON message (organization, snoozed_until)"
    " WHERE snoozed_until IS NOT NULL",
    # Messages that are not handled in the promised time.
    "CREATE INDEX message_overdue ON message (organization, due_at)"
    " WHERE due_at IS NOT NULL AND status = 'pending'",
    # A tag has one name, a message has it once; and the messages of a tag.
    "CREATE UNIQUE INDEX tag_name ON tag (organization, name)",
    "CREATE UNIQUE INDEX tagging_once ON tagging (message, tag)",
    "CREATE INDEX tagging_of ON tagging (tag, message)",
    # The story of a message, in its order, and everything that one action did.
    "CREATE INDEX event_of ON event (message, id)",
    "CREATE INDEX event_act ON event (act) WHERE act IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        engine = engine_finder()
        on_sqlite = engine.engine_type == "sqlite"
        await engine.run_ddl(SITES if on_sqlite else SITES.replace("instr(", "strpos("))
        await engine.run_ddl(STORY)
        for statement in INDEXES:
            await engine.run_ddl(statement)

    manager.add_raw(fill)
    return manager
