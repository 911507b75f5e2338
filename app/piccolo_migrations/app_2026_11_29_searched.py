"""Segments of the search index know when their messages were left, and the answers to own fields.
Those of before do not: they are made anew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import BigInt, Timestamptz
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

ID = "2026-11-29T22:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The search index knows days and answers"

STATEMENTS = (
    "DELETE FROM search_segment",
    "UPDATE organization SET searched = NULL WHERE searched IS NOT NULL",
)


class SearchSegment(Table):
    id = BigInt(primary_key=True, default=0)
    earliest = Timestamptz(null=True, default=None)
    latest = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for column in (SearchSegment.earliest, SearchSegment.latest):
        manager.add_column(
            table_class_name="SearchSegment",
            tablename="search_segment",
            column_name=column._meta.name,
            column_class=Timestamptz,
            params=column._meta.params,
        )

    async def drop():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(drop)
    return manager
