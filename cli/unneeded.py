"""Libraries that other libraries import when they find them, and that the product never uses: left
out, a process takes some fifteen megabytes less."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

NEVER = {
    "attr": "for the models of applications that have such; ours are structs of msgspec",
    "httpx._main": "httpx's own command line, with pygments",
    "pydantic": "like attr",
    "rich": "colours in the traces of structlog",
    "valkey": "what limits could talk to Redis with; it has redis",
}
"""Their importers go on without them."""


def imported(name: str) -> ModuleType:
    """A module without them; with them where a newer release of something cannot do without."""
    leave_out()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in NEVER:
            raise
        let_in()
        return importlib.import_module(name)


def leave_out() -> None:
    """Before anything imports them. Python refuses to import what is None:
    https://docs.python.org/3/reference/import.html#the-module-cache."""
    for name in NEVER:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def let_in() -> None:
    for name in NEVER:
        if name in sys.modules and sys.modules[name] is None:
            del sys.modules[name]
