"""What a test needs besides this process: a browser, a PostgreSQL, another process. Found in what
its code and its fixtures name; `make quick` leaves out who needs any of them, without a list."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

NEEDS = ("browser", "postgres", "process")
STARTERS = {"subprocess", "multiprocessing", "create_subprocess_exec", "create_subprocess_shell"}
CONTEXTS = {"multiprocessing.context"}
STARTED = (
    (subprocess.Popen, "_execute_child"),
    *((os, name) for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system")),
    *((asyncio, name) for name in ("create_subprocess_exec", "create_subprocess_shell")),
)
"""Whatever starts a process does it by one of these; uvloop does it by no function of Python's."""
ROOT = Path(__file__).parent.parent
FOLLOWED = tuple(str(ROOT / place) for place in ("tests/", "bench/", "cli/bundled.py"))
"""Names are followed into these files; nothing else of the product starts a process."""


def needs(item: pytest.Function) -> Iterator[str]:
    """Those of NEEDS that the test has."""
    fixtures = item._fixtureinfo.name2fixturedefs
    if "chromium" in fixtures:
        yield "browser"
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "postgres_server" in fixtures or any(one == "postgres" for one in parameters):
        yield "postgres"
    test = item.function
    if hasattr(test, "hypothesis"):
        test = test.hypothesis.inner_test
    code = [test, *(one.func for found in fixtures.values() for one in found)]
    if any(starts_a_process(each) for each in code):
        yield "process"


@cache
def starts_a_process(what: Any) -> bool:
    """Whether a function or a class, or anything that it names, can start one."""
    seen: set[int] = set()
    waiting = [what]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, type) and _is_followed(one.__module__):
            waiting += vars(one).values()
            waiting += one.__bases__
        if isinstance(one, dict):
            waiting += one.values()
        if isinstance(one, list | tuple):
            waiting += one
        function = _function(one)
        if function is None or not _is_followed(function.__module__):
            continue
        names = set(_names(function.__code__))
        named = list(_named(names, function.__globals__))
        if names & STARTERS or any(type(each).__module__ in CONTEXTS for each in named):
            return True
        waiting += named
    return False


def _function(one: Any) -> FunctionType | None:
    if isinstance(one, property):
        one = one.fget
    if isinstance(one, staticmethod | classmethod):
        one = one.__func__
    if isinstance(one, FunctionType):
        one = inspect.unwrap(one)
    return one if isinstance(one, FunctionType) else None


def _named(names: set[str], globals_: dict[str, Any]) -> Iterator[Any]:
    """What names mean in a module, also `name` of `module.name`."""
    for name in names & globals_.keys():
        found = globals_[name]
        yield found
        if isinstance(found, ModuleType) and _is_followed(found.__name__):
            yield from (getattr(found, each) for each in names if hasattr(found, each))


@cache
def _is_followed(module: str) -> bool:
    """By its file: pytest has names of its own for modules of tests."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return str(file).startswith(FOLLOWED)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


class Watch:
    """Hears of every process that this one starts, and refuses it to a test that is not known to
    need any: `make quick` would run it. (An auditor of Python's would be asked some thousand times
    in every test, whatever it is about.)"""

    alone = False

    def __init__(self) -> None:
        for place, name in STARTED:
            setattr(place, name, self._heard(name, getattr(place, name)))

    def _heard(self, name: str, start: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(start)
        def started(*arguments: Any, **named: Any) -> Any:
            if self.alone:
                raise AssertionError(
                    f"This test starts a process ({name}), which tests/needs.py did not see: "
                    "mark it with @pytest.mark.process"
                )
            return start(*arguments, **named)

        return started
