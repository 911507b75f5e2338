"""What is built and read once, in the process that others are forked from: routes, catalogues and
templates would take each of them a second or two."""

from __future__ import annotations

from functools import cache

from app import catalogue
from web import asgi
from web.http.render import ENVIRONMENT

asgi.bare = cache(asgi.bare)
asgi.bare()
catalogue.load()
for name in ENVIRONMENT.list_templates():
    ENVIRONMENT.get_template(name)
