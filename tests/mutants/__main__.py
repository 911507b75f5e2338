"""Runs it by hand; the exit code is 1 where fewer than 90 % of the mutants are killed."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path

import msgspec

from tests.processes import ROOT
from tools import environment

GOAL = 0.9
DELIVERIES, TESTED = "app/deliveries", "tests/app/deliveries"
MODULES = {
    "throttle": (
        [f"{DELIVERIES}/throttle.py"],
        [f"{TESTED}/test_throttle.py", f"{TESTED}/test_plan_places.py"],
    ),
    "verdict": ([f"{DELIVERIES}/verdict.py"], [f"{TESTED}/test_verdict.py"]),
    "plan": (
        [f"{DELIVERIES}/plan.py"],
        [
            *(f"{TESTED}/test_plan{each}.py" for each in ("", "_again", "_places")),
            *(f"{TESTED}/{each}.py" for each in ("personal/test_owe", "confirm/test_sending")),
            *(f"{TESTED}/test_quiet.py", "tests/app/feed/test_endpoints.py"),
        ],
    ),
    "record": (
        [f"{DELIVERIES}/record.py"],
        [
            *(f"{TESTED}/test_{each}.py" for each in ("record", "quiet", "courier", "fallback")),
            *(f"{TESTED}/recovery/test_recovery.py", "tests/app/feed/test_endpoints.py"),
        ],
    ),
    "same": (
        ["app/messages/same.py"],
        [f"tests/app/messages/test_{each}.py" for each in ("same", "leave", "corrected")],
    ),
    "text": (["app/text.py"], ["tests/app/test_text.py"]),
    "tokens": (
        ["app/people/tokens.py", "app/people/token_shape.py"],
        [
            *(f"tests/app/people/test_{each}.py" for each in ("tokens", "token_shape", "members")),
            *("tests/web/api/test_tokens.py", "tests/app/feed/test_begin.py"),
        ],
    ),
    "egress": (
        [f"app/egress/{each}.py" for each in ("addresses", "targets", "faults", "refused", "way")],
        [f"tests/app/test_egress{each}.py" for each in ("", "_notations", "_connect", "_wire")],
    ),
}
"""Of each: the files that are changed, and the tests that must notice."""
PRODUCT = ["app", "web", "tasks", "cli"]
BESIDE = ["tests", "bench", "tools", "docs", "deploy"]
"""What is copied with it."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "images")
SURVIVED = frozenset({"survived", "no tests"})
LINE = re.compile(r"^\s+(\S+__mutmut_\d+): (.+)$", re.MULTILINE)
TENTHS = "3719052846"
"""Which of ten mutants are looked at first, by the last digit of their number."""


class Explained(msgspec.Struct, frozen=True):
    """A survivor: what stood there, what stands there instead, and why that is the same."""

    was: str
    now: str
    why: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("module", nargs="*", choices=[*MODULES, []], help="all, if none is named")
    parser.add_argument("--tenths", type=int, default=10, help="of the mutants; fewer is sooner")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    wish = parser.parse_args()
    mutmut = environment.program("mutmut", ROOT / "build/mutants", ROOT / "tools/mutants.lock")
    _with_product(Path(mutmut).parent.parent)
    good = True
    for name in wish.module or MODULES:
        with tempfile.TemporaryDirectory(prefix="lm-mutants-") as folder:
            good = _judged(name, mutmut, Path(folder), wish.tenths, wish.children) and good
    return 0 if good else 1


def _with_product(folder: Path) -> None:
    """What the tests need comes from the environment that this runs in."""
    for places in folder.glob("lib/python*/site-packages"):
        (places / "product.pth").write_text(sysconfig.get_paths()["purelib"])


def _judged(name: str, mutmut: str, folder: Path, tenths: int, children: int) -> bool:
    changed, tests = MODULES[name]
    _copy(folder, changed, tests)
    chosen = [f"*_{digit}" for digit in TENTHS[:tenths]] + [
        f"*[0-9]{digit}" for digit in TENTHS[:tenths]
    ]
    done = _run(mutmut, folder, "run", "--max-children", str(children), *chosen)
    states = {
        found[1]: found[2]
        for found in LINE.finditer(_run(mutmut, folder, "results", "--all", "true").stdout)
        if found[2] != "not checked"
    }
    if not states:
        say(f"{name}: FAILED\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return False
    left = [each for each, state in states.items() if state in SURVIVED]
    killed = 1 - len(left) / len(states)
    explained = _explained(name)
    strange = []
    for each in left:
        was, now = _difference(_run(mutmut, folder, "show", each).stdout)
        if not any((one.was, one.now) == (was, now) for one in explained):
            strange.append(f"  {states[each]}: {each}\n    - {was}\n    + {now}")
    say(
        f"{name}: {killed:.1%} of {len(states)} killed, {len(left)} survived, "
        f"{len(strange)} of them unexplained{'' if killed >= GOAL else ': FAILED'}"
    )
    for each in strange:
        say(each)
    return killed >= GOAL


def _copy(folder: Path, changed: list[str], tests: list[str]) -> None:
    """The product and its tests, told which files to change. PostgreSQL would say the same as
    SQLite, ten times as slowly."""
    for each in PRODUCT + BESIDE:
        shutil.copytree(ROOT / each, folder / each, ignore=LEFT_OUT)
    files = [path.name for path in ROOT.iterdir() if path.is_file()]
    for each in files:
        shutil.copy(ROOT / each, folder)
    settings = {
        "source_paths": PRODUCT,
        "only_mutate": changed,
        "also_copy": BESIDE + files,
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-n", "0", "-x", "-k", "not postgres"],
    }
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in settings.items()]
    with (folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def _run(mutmut: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [mutmut, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def _difference(shown: str) -> tuple[str, str]:
    """What a diff takes out and puts in, each in one line."""

    def lines(sign: str) -> str:
        found = re.findall(rf"^\{sign}(?!\{sign}\{sign})(.*)$", shown, re.MULTILINE)
        return " ".join(each.strip() for each in found)

    return lines("-"), lines("+")


def _explained(name: str) -> list[Explained]:
    said = tomllib.loads((ROOT / "tests/mutants/survivors.toml").read_text("utf-8"))
    return msgspec.convert(said.get(name, []), list[Explained])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
