"""A product that is not running, and commands typed beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.processes import command, environment

Done = subprocess.CompletedProcess[str]
Env = dict[str, str]
PASSWORD = "correct horse 9"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Env:
    """A data folder that the commands of one module share; it is made by the first of them."""
    return environment(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture
def fresh(tmp_path: Path) -> Env:
    """A data folder that does not exist yet."""
    return environment(tmp_path / "data")


def all_at_once(*lines: tuple[str, ...], env: Env, **options: Any) -> list[Done]:
    """Several commands, each a process of its own, at the same time."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda line: command(*line, env=env, **options), lines))


def answer(done: Done) -> Any:
    """The JSON of a command that worked."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(done: Done, code: int) -> str:
    """The complaint of a command that did not: no traceback, nothing on standard output."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.fixture
def type_in(shop: Env) -> Callable[..., Done]:
    """type_in("token", "list"): one command on the module's shop."""

    def run(*arguments: str, **options: Any) -> Done:
        return command(*arguments, env=shop, **{"input": "", **options})

    return run
