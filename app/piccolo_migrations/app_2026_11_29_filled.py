"""What stands on the widget's button so far, in Chinese and in English.

Apart from the column itself: Piccolo does what is written as code before it adds a column."""

import json

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString

ID = "2026-11-29T13:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Texts of the widget's button, by language"
FOUND = "SELECT id, label, label_en FROM widget WHERE label <> '' OR label_en <> ''"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        engine = engine_finder()
        for row in await engine.run_querystring(QueryString(FOUND)):
            texts = {"zh-CN": row["label"], "en": row["label_en"]}
            labels = json.dumps({tag: text for tag, text in texts.items() if text})
            change = QueryString("UPDATE widget SET labels = {} WHERE id = {}", labels, row["id"])
            await engine.run_querystring(change)

    manager.add_raw(fill)
    return manager
