"""Every organization's first brand, and their index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T01:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The first brand of every organization"

# Its id is the organization's: so nothing that is stored need say whose it is.
FIRST = (
    "INSERT INTO brand (id, organization, slug, name, locale, position, created_at)"
    " SELECT id, id, slug, '', '', 0, created_at FROM organization"
)
# What an organization had so far is its first brand's. Messages that name none are, too.
SETTINGS = ("form_version", "presence_rule", "widget", "widget_host")
GONE = ("presence_rule_of", "widget_of", "widget_host_of")
INDEXES = (
    # The brands of an organization, in their order.
    "CREATE INDEX brand_of ON brand (organization, position)",
    # The messages of a brand. Those of the first, nearly all, have no entry.
    "CREATE INDEX message_brand ON message (organization, brand, id) WHERE brand IS NOT NULL",
    # The forms of a brand. A number names one form of the organization.
    "CREATE INDEX form_version_brand ON form_version (brand, number)",
    # One row for each brand.
    "CREATE UNIQUE INDEX presence_rule_each ON presence_rule (brand)",
    "CREATE UNIQUE INDEX widget_each ON widget (brand)",
    # One row for each brand and site.
    "CREATE UNIQUE INDEX widget_host_each ON widget_host (brand, origin)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        given = [f"UPDATE {table} SET brand = organization" for table in SETTINGS]
        dropped = [f"DROP INDEX {index}" for index in GONE]
        for statement in (FIRST, *given, *dropped, *INDEXES):
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
