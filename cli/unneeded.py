"""Libraries that other libraries import when they find them, and that the product never uses: left
out, a process takes some fifteen megabytes less."""

from __future__ import annotations

import sys

NEVER = {
    "attr": "for the models of applications that have such; ours are structs of msgspec",
    "httpx._main": "httpx's own command line, with pygments",
    "pydantic": "like attr",
    "rich": "colours in the traces of structlog",
    "valkey": "what limits could talk to Redis with; it has redis",
}
"""Their importers go on without them."""


def leave_out() -> None:
    """Before anything imports them. Python refuses to import what is None:
    https://docs.python.org/3/reference/import.html#the-module-cache."""
    for name in NEVER:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
