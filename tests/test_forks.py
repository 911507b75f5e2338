"""Tests that run in forks tell what they tell when they run alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import ROOT

TESTS = """
import os, signal, time
import pytest

@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")

@pytest.mark.parametrize("n", range(50))
def test_passes(n, kept, tmp_path):
    assert tmp_path.exists() and kept.parent == tmp_path.parent

def test_fails():
    print("said before")
    assert 1 == 2

def test_is_skipped():
    pytest.skip("a reason")

@pytest.fixture
def broken():
    yield
    raise ValueError("torn down")

def test_breaks_afterwards(broken):
    pass

@pytest.mark.xfail
def test_is_known_to_fail():
    assert False
"""
DIES = """
def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)

@pytest.mark.parametrize("n", range(20))
def test_still_passes(n):
    pass
"""


SHARES = """
@pytest.fixture(scope="session")
async def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("server")
    yield place
    await asyncio.sleep(0.1)
    (place / "ended").touch()

def test_fails(server):
    while len([*server.parent.parent.glob("fork*/server0")]) < 3:
        time.sleep(0.01)
    assert False

@pytest.mark.parametrize("n", range(20))
async def test_waits(n, server):
    await asyncio.sleep(60)
"""
IN_A_LOOP = (
    "-p",
    "pytest_asyncio.plugin",
    *("-o", "asyncio_mode=auto"),
    *(
        part
        for what in ("fixture", "test")
        for part in ("-o", f"asyncio_default_{what}_loop_scope=session")
    ),
)


def told(folder: Path, text: str, *options: str) -> str:
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.forks", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-q", "--rootdir", str(folder), *options, "test_it.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.stderr
    return done.stdout


def summary(text: str) -> str:
    return re.sub(r" in [\d.]+s.*", "", text.splitlines()[-1])


@pytest.mark.parametrize("option", ["-q", "--durations=3", "-rA"])
def test_what_is_told_is_the_same(option: str, tmp_path: Path) -> None:
    forked = told(tmp_path, TESTS, "--forks=3", option)

    assert summary(forked) == summary(told(tmp_path, TESTS, option))
    for each in ("assert 1 == 2", "said before", "ValueError: torn down"):
        assert each in forked


def test_who_dies_has_failed_and_all_others_run(tmp_path: Path) -> None:
    text = told(tmp_path, TESTS + DIES, "--forks=2")

    assert "its process ended (-9)" in text
    assert summary(text) == "2 failed, 71 passed, 1 skipped, 1 xfailed, 1 error"


def test_it_ends_at_the_first_failure_when_told_so(tmp_path: Path) -> None:
    text = told(tmp_path, TESTS, "--forks=2", "-x", "-k", "fails or passes")

    assert "stopping after 1 failures" in text
    assert "1 failed" in summary(text)


def test_an_error_while_collecting_stops_all(tmp_path: Path) -> None:
    text = told(tmp_path, "import nothing_of_the_kind", "--forks=2")

    assert "nothing_of_the_kind" in text
    assert summary(text) == "1 error"


def test_what_tests_share_is_ended_also_when_they_are_stopped(tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    text = told(
        tmp_path,
        "import asyncio, time\nimport pytest\n" + SHARES,
        "--forks=3",
        "-x",
        f"--basetemp={kept}",
        *IN_A_LOOP,
    )

    assert "1 failed" in summary(text)
    servers = list(kept.glob("fork*/server0"))
    assert len(servers) == 3
    assert all((each / "ended").exists() for each in servers)
