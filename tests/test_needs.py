"""What `make quick` leaves out, and how it is found."""

from __future__ import annotations

import importlib
import subprocess

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


def test_a_process_that_nobody_saw_coming_is_refused(request: pytest.FixtureRequest) -> None:
    hidden = importlib.import_module("subprocess".lower())
    run = vars(hidden)["run"]

    assert not any(request.node.get_closest_marker(name) for name in NEEDS)
    with pytest.raises(AssertionError, match="tests/needs.py"):
        run(["true"])


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_is_tried_on_a_postgres_needs_one(kind: str, request: pytest.FixtureRequest) -> None:
    assert bool(request.node.get_closest_marker("postgres")) == (kind == "postgres")
