"""The WeChat id of messages that were left with a form that asked for it, or by a program that sent
a field of that name. The answers stay."""

import json
import re

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString

ID = "2026-11-29T19:33:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "The WeChat id of earlier messages"
FIRST = "00000000-0000-0000-0000-000000000000"
AT_ONCE = 1000
FOUND = (
    "SELECT id, fields, labels FROM message WHERE id > {}"
    """ AND (labels LIKE '%"wechat"%' OR fields LIKE '%"wechat"%') ORDER BY id LIMIT {}"""
)
WECHAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{4,29}")


def wechat(fields, labels):
    kinds = {key: label.get("kind") for key, label in labels.items()}
    answers = (
        answer
        for key, answer in fields.items()
        if kinds.get(key, key) == "wechat" and WECHAT.fullmatch(answer)
    )
    return next(answers, "")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        engine = engine_finder()
        last = FIRST
        while rows := await engine.run_querystring(QueryString(FOUND, last, AT_ONCE)):
            for row in rows:
                found = wechat(json.loads(row["fields"]), json.loads(row["labels"]))
                if found:
                    change = QueryString(
                        "UPDATE message SET wechat = {} WHERE id = {}", found, row["id"]
                    )
                    await engine.run_querystring(change)
            last = rows[-1]["id"]

    manager.add_raw(fill)
    return manager
