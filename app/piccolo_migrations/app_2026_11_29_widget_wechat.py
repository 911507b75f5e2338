"""The team's WeChat id among the other ways to reach it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Varchar
from piccolo.table import Table

ID = "2026-11-29T23:10:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "The WeChat id of the widget's settings"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Widget(Table):
    id = UUID(primary_key=True, default=new_id)
    wechat = Varchar(64, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Widget",
        tablename="widget",
        column_name="wechat",
        column_class=Varchar,
        params=Widget.wechat._meta.params,
    )
    return manager
