"""What is built and read once, in the process that others are forked from: routes, catalogues,
templates, the authorities that are trusted, the migrations of a new database, and what a start
imports late would take each of them a second or two."""

from __future__ import annotations

import gc
import importlib
from functools import cache

from piccolo.apps.migrations.commands.base import BaseMigrationManager

from app import catalogue
from app.database.migrate import FOLDER
from app.egress import client
from web import asgi
from web.http.render import ENVIRONMENT

LATE = (
    *("anyio._backends._asyncio", "piccolo.apps.migrations.commands.forwards"),
    *("pypinyin", "uvicorn.lifespan.on"),
)
"""Imported only when they are needed: by the server, migrations and names."""

asgi.bare = cache(asgi.bare)
asgi.bare()
catalogue.load()
client._public_tls()
for name in ENVIRONMENT.list_templates():
    ENVIRONMENT.get_template(name)
for name in LATE:
    importlib.import_module(name)
BaseMigrationManager().get_migration_modules(str(FOLDER))
# A search for garbage would write into all of this, and what is written is no longer shared.
gc.collect()
gc.freeze()
