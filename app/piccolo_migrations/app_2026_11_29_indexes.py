"""The indexes, as the product began with them, each with what it is for. Frozen: a later migration
changes them, never this file.

Plain SQL, because Piccolo's columns cannot say an index over several columns or over some rows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T04:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes"

INDEXES = (
    # The same submission is stored once, whoever sends it again.
    "CREATE UNIQUE INDEX message_submission ON message (organization, submission_id)",
    # A visitor's number finds one message.
    "CREATE UNIQUE INDEX message_reference ON message (organization, reference)",
    # The inbox, newest first.
    "CREATE INDEX message_newest ON message (organization, id)",
    # The inbox of one status.
    "CREATE INDEX message_by_status ON message (organization, status, id)",
    # The number of unread messages, on every page of the console.
    "CREATE INDEX message_unread ON message (organization) WHERE read_at IS NULL",
    # Whether the same was left within the window: only the first of its kind is asked for.
    "CREATE INDEX message_same ON message (organization, fingerprint, told_at)"
    " WHERE repeat_of IS NULL",
    # Who sent the same text lately: the repeats, too.
    "CREATE INDEX message_text ON message (organization, fingerprint, created_at)",
    # The repeats of a message, in its detail.
    "CREATE INDEX message_repeats ON message (repeat_of) WHERE repeat_of IS NOT NULL",
    # What was said about a message, in its order.
    "CREATE INDEX remark_of ON remark (message, id)",
    # A message is owed to a channel once for each purpose.
    "CREATE UNIQUE INDEX delivery_owed ON delivery (message, channel, purpose)",
    # What a channel sends next.
    "CREATE INDEX delivery_waiting ON delivery (channel, rank, id) WHERE state = 'pending'",
    # When an organization is due again.
    "CREATE INDEX delivery_due ON delivery (organization, due_at) WHERE state = 'pending'",
    # What one send carries.
    "CREATE INDEX delivery_dispatch ON delivery (dispatch)",
    # The log of deliveries: newest first, of one channel, of one state.
    "CREATE INDEX delivery_newest ON delivery (organization, id)",
    "CREATE INDEX delivery_of_channel ON delivery (channel, id)",
    "CREATE INDEX delivery_by_state ON delivery (organization, state, id)",
    # Replays that wait: few rows, counted with every plan.
    "CREATE INDEX delivery_replayed ON delivery (organization, channel)"
    " WHERE replayed_at IS NOT NULL AND state = 'pending'",
    # Confirmations of late: few rows, counted with every message that may get one.
    "CREATE INDEX delivery_confirmed ON delivery (organization, created_at)"
    " WHERE purpose = 'confirm'",
    # What is owed about floods: few rows, read with every message that is set aside in one.
    "CREATE INDEX delivery_flood ON delivery (organization) WHERE purpose = 'flood'",
    # Sends that are not over, read by every plan.
    "CREATE INDEX dispatch_open ON dispatch (organization) WHERE state IN ('sending', 'retry')",
    # The latest sends of a channel.
    "CREATE INDEX dispatch_by_channel ON dispatch (channel, created_at)",
    # Places that are taken: of an organization, and of a robot or account, whoever takes them.
    "CREATE INDEX attempt_places ON attempt (organization, blocks_until)",
    "CREATE INDEX attempt_bucket ON attempt (bucket, blocks_until)",
    "CREATE INDEX trial_bucket ON trial (bucket, blocks_until)",
    # The tries of a send, in their order.
    "CREATE INDEX attempt_dispatch ON attempt (dispatch, number)",
    # The tries of a channel, newest first.
    "CREATE INDEX attempt_by_channel ON attempt (channel, started_at)",
    # Tests belong to no send; the log shows them among the rest.
    "CREATE INDEX attempt_tests ON attempt (organization, id) WHERE dispatch IS NULL",
    # The sweep asks every second who is due.
    "CREATE INDEX organization_due ON organization (due_at) WHERE due_at IS NOT NULL",
    # The channels of an organization, as they are shown.
    "CREATE INDEX channel_of ON channel (organization, position)",
    # The channels of one robot or account.
    "CREATE INDEX channel_bucket ON channel (bucket)",
    # Whom a channel stands in for.
    "CREATE INDEX channel_fallback ON channel (fallback_for) WHERE fallback_for IS NOT NULL",
    # The newest template of a kind.
    "CREATE INDEX template_version_of ON template_version (organization, kind, id)",
    # Whoever belongs to an organization or an agent, and goes with it.
    "CREATE INDEX agent_of ON agent (organization)",
    "CREATE INDEX session_of ON session (agent)",
    "CREATE INDEX token_of ON token (organization)",
    # One version of a form has one number.
    "CREATE UNIQUE INDEX form_version_of ON form_version (organization, number)",
    # One row for each organization.
    "CREATE UNIQUE INDEX presence_rule_of ON presence_rule (organization)",
    "CREATE UNIQUE INDEX widget_of ON widget (organization)",
    # One row for each reporter and each site.
    "CREATE UNIQUE INDEX presence_report_of ON presence_report (organization, source, who)",
    "CREATE UNIQUE INDEX widget_host_of ON widget_host (organization, origin)",
    # The record of who did what: newest first, and of one thing.
    "CREATE INDEX audit_newest ON audit (organization, at)",
    "CREATE INDEX audit_target ON audit (organization, target)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(create)
    return manager
