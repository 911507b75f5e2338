"""The lock is complete and closed: for every supported Python it names all that is needed, and
nothing in it asks for something else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.documents import read

PYTHONS = ("3.11.0", "3.11.7", "3.12.1", "3.13.0")
LOCKS = ("requirements.lock", "requirements-test.lock")
NEED_NOTHING = {"async-timeout"}
"""Of no use to some supported Python, so that its metadata may not be here to be read."""
HASHES = r"((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)"
PIN = re.compile(rf"^([\w.-]+)==([^\s;]+)(?: ; (.+?))? \\\n{HASHES}", re.M)


@cache
def environment(python: str) -> dict[str, str]:
    major, minor, _ = python.split(".")
    facts = {"python_full_version": python, "python_version": f"{major}.{minor}", "extra": ""}
    return {**default_environment(), **facts}


def pinned(lock: str, python: str) -> dict[str, str]:
    """Versions by name, as pip reads the lock with this Python."""
    found = {}
    for name, version, marker, _ in PIN.findall(read(lock)):
        if not marker or Requirement(f"x; {marker}").marker.evaluate(environment(python)):
            assert canonicalize_name(name) not in found, name
            found[canonicalize_name(name)] = version
    return found


def wanted(lock: str) -> list[Requirement]:
    """What the product asks for by itself, and what builds it."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *read("tools/build.in").split("\n")]
    if "test" in lock:
        asked += project["optional-dependencies"]["test"]
    return [Requirement(each) for each in asked if each.strip()]


def needs(requirement: Requirement, python: str) -> Iterator[Requirement]:
    """What a package asks for, with its extras: from its metadata here."""
    for each in declared(requirement.name):
        extras = ("", *requirement.extras)
        if each.marker is None or any(
            each.marker.evaluate({**environment(python), "extra": extra}) for extra in extras
        ):
            yield each


@cache
def declared(name: str) -> list[Requirement]:
    try:
        return [Requirement(each) for each in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        assert canonicalize_name(name) in NEED_NOTHING, name
        return []


def closure(lock: str, python: str) -> Iterator[Requirement]:
    """Everything that is asked for, directly and by what is asked for."""
    here = environment(python)
    todo = [each for each in wanted(lock) if not each.marker or each.marker.evaluate(here)]
    seen: set[str] = set()
    while todo:
        requirement = todo.pop()
        if str(requirement) not in seen:
            seen.add(str(requirement))
            yield requirement
            todo += needs(requirement, python)


def given(requirement: Requirement, pins: dict[str, str]) -> bool:
    version = pins.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_everything_that_anything_asks_for_is_in_the_lock(lock: str, python: str) -> None:
    pins = pinned(lock, python)

    assert [str(each) for each in closure(lock, python) if not given(each, pins)] == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_is_in_the_lock_that_nobody_asks_for(lock: str, python: str) -> None:
    asked = {canonicalize_name(each.name) for each in closure(lock, python)}

    assert set(pinned(lock, python)) == asked


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_the_lock_is_a_pin_with_its_hashes(lock: str) -> None:
    assert PIN.sub("", read(lock)) == ""


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_with_what_the_product_runs_with(python: str) -> None:
    product, tests = (pinned(lock, python) for lock in LOCKS)

    assert product.items() <= tests.items()


def test_what_is_installed_here_is_what_the_lock_names() -> None:
    here = default_environment()["python_full_version"]
    pins = pinned("requirements-test.lock", here)

    assert {name: metadata.version(name) for name in pins} == pins
