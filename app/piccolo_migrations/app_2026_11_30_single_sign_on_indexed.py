"""The indexes of providers and identities, with what each is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T04:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of providers and identities"

INDEXES = (
    # The providers of an organization.
    "CREATE INDEX sign_in_provider_of ON sign_in_provider (organization)",
    # Who comes back from a provider. One person is one account.
    "CREATE UNIQUE INDEX linked_identity_once ON linked_identity (provider, realm, subject)",
    # Those of an account; the foreign keys are followed when an account or an organization goes.
    "CREATE INDEX linked_identity_account ON linked_identity (account)",
    "CREATE INDEX linked_identity_of ON linked_identity (organization)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
