"""The routes of the application, built once in a process that others are forked from: each of them
would take a second to build the same."""

from __future__ import annotations

from functools import cache

from web import asgi

asgi.bare = cache(asgi.bare)
asgi.bare()
