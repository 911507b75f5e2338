"""What `make quick` leaves out, and how it is found."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
from typing import Any

import pytest

from cli.bundled import Bundled
from tests.needs import NEEDS, starts_a_process
from tests.processes import command, free_port


def starts_one() -> None:
    subprocess.run(["true"], check=True)


class Starter:
    @staticmethod
    def start() -> None:
        starts_one()


STARTERS = {"a": Starter}


def through_a_table() -> None:
    STARTERS["a"].start()


def within_another() -> object:
    return lambda: command("version", env={})


@pytest.mark.parametrize("what", [starts_one, Starter, through_a_table, within_another, Bundled])
def test_who_can_start_a_process_is_found(what: object) -> None:
    assert starts_a_process(what)


@pytest.mark.parametrize("what", [free_port, importlib.import_module, subprocess.list2cmdline])
def test_who_cannot_is_not(what: object) -> None:
    assert not starts_a_process(what)


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        ("subprocess", "run", (["true"],)),
        ("os", "system", ("true",)),
        ("os", "fork", ()),
        ("os", "posix_spawn", ("/bin/true", ["true"], {})),
        ("os", "spawnv", (0, "/bin/true", ["true"])),
        ("pty", "fork", ()),
    ],
)
def test_a_process_that_nobody_saw_coming_is_refused(
    module: str, name: str, arguments: Any, request: pytest.FixtureRequest
) -> None:
    start = vars(importlib.import_module(module))[name]

    assert not any(request.node.get_closest_marker(each) for each in NEEDS)
    with pytest.raises(AssertionError, match="tests/needs.py"):
        start(*arguments)


async def test_a_process_of_the_event_loop_is_refused_too() -> None:
    start = vars(asyncio)["create_subprocess_" + "exec"]
    with pytest.raises(AssertionError, match="tests/needs.py"):
        await start("true")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_is_tried_on_a_postgres_needs_one(kind: str, request: pytest.FixtureRequest) -> None:
    assert bool(request.node.get_closest_marker("postgres")) == (kind == "postgres")
