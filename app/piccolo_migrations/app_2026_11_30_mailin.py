"""A notice is taken back also when its message is erased: the recall stays without it."""

from piccolo.apps.migrations.auto.migration_manager import AlterColumnCollection, MigrationManager
from piccolo.columns import UUID, ForeignKey
from piccolo.columns.defaults.uuid import UUID4
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Recalls outlive their message"

OWNED = ' REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE'


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def free():
        engine = engine_finder()
        if engine.engine_type == "sqlite":
            await made_anew(engine)
        else:
            await engine.run_ddl("ALTER TABLE recall DROP CONSTRAINT recall_message_fkey")
        # It is done: nothing is left of what tells Piccolo so.
        manager.alter_columns = AlterColumnCollection()

    manager.add_raw(free)
    manager.alter_column(
        table_class_name="Recall",
        tablename="recall",
        column_name="message",
        params={"default": UUID4()},
        old_params={"default": None},
        column_class=UUID,
        old_column_class=ForeignKey,
    )
    return manager


async def made_anew(engine):
    """Nothing refers to this table, so it can be dropped."""
    [made] = await engine.run_ddl("SELECT sql FROM sqlite_master WHERE name = 'recall'")
    indexes = await engine.run_ddl(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'recall' AND type = 'index'"
        " AND sql IS NOT NULL"
    )
    columns = made["sql"].partition("(")[2].replace(OWNED, "")
    for statement in (
        f"CREATE TABLE recall_anew ({columns}",
        "INSERT INTO recall_anew SELECT * FROM recall",
        "DROP TABLE recall",
        "ALTER TABLE recall_anew RENAME TO recall",
        *(each["sql"] for each in indexes),
    ):
        await engine.run_ddl(statement)
