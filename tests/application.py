"""The whole application for a test. To build its routes takes longer than most tests do, so it is
done once for all; what is under them, settings and the way out, is the test's own."""

from __future__ import annotations

import copy
from functools import cache

from litestar import Litestar

from app import outside
from app.settings import Settings
from web.asgi import bare, furnish
from web.http.render import ENVIRONMENT

_bare = cache(bare)


def application(settings: Settings) -> Litestar:
    return furnish(copy.copy(_bare()), settings, outside.egress())


def prepare() -> None:
    """For all who are forked from here: the routes, and every template."""
    _bare()
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)
