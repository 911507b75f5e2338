"""An older version of the product: its code as the history has it, and processes that run it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from app.database.migrate import FOLDER
from tests.matrix.children import Child
from tests.matrix.world import World
from tests.processes import COMMAND, ROOT

MIGRATIONS = "app/piccolo_migrations"
LOCK = "requirements.lock"


class NotToBeHad(Exception):
    """The older code; the text says why."""


class Older:
    """`python` has what its lock names; `lacks` are today's migrations that it does not have."""

    def __init__(self, revision: str, folder: Path, python: str, lacks: set[str]) -> None:
        self.revision, self.folder, self.python = revision, folder, python
        self.lacks = lacks

    def child(self, world: World, verb: str, **changes: Any) -> Child:
        """A process of it that has not begun."""
        child = _OlderChild(self, world.child(verb, PYTHONPATH=self.folder, **changes))
        child.environment = {k: v for k, v in child.environment.items() if self._knows(k)}
        world.children[-1] = child
        return child

    def _knows(self, setting: str) -> bool:
        """It refuses to start with settings that only later ones have."""
        if not setting.startswith("LEAVEMSG_"):
            return True
        code = (path.read_text("utf-8") for path in (self.folder / "app").glob("*.py"))
        return any(f'"{setting}"' in text for text in code)

    async def command(self, child: Child, *arguments: str, given: str = "") -> str:
        """What its command line says, with the settings of that process."""
        running = await asyncio.create_subprocess_exec(
            *(self.python, "-c", COMMAND, *arguments),
            cwd=self.folder,
            env=child.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaint = await running.communicate(given.encode())
        assert running.returncode == 0, complaint.decode()
        return said.decode().strip()


class _OlderChild(Child):
    """With an interpreter of its own: what forks has imported today's code."""

    def __init__(self, older: Older, plain: Child) -> None:
        super().__init__(plain.verb, plain.environment, plain.log)
        self.older = older

    def begin(self) -> Child:
        with self.log.open("a") as log:
            self._running = subprocess.Popen(
                [self.older.python, "-c", COMMAND, self.verb],
                cwd=self.older.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self


def last() -> str:
    """The newest revision that lacks a migration of today's. Raises NotToBeHad."""
    changes = _git("log", "--format=%H", "--", MIGRATIONS).split()
    for revision in ("HEAD", *(f"{each}^" for each in changes)):
        try:
            found = _migrations(revision)
        except NotToBeHad:
            break
        if found < _todays():
            return _git("rev-parse", "--short", revision)
    raise NotToBeHad("the history has no revision with fewer migrations: is this a shallow clone?")


def take(revision: str, folder: Path) -> Older:
    """Raises NotToBeHad, also for one with a migration that today's code does not have."""
    has = _migrations(revision)
    if more := has - _todays():
        raise NotToBeHad(f"{revision} has migrations that are not here: {', '.join(sorted(more))}")
    home = folder / "older"
    _git("archive", "--output", str(folder / "older.tar"), revision)
    with tarfile.open(folder / "older.tar") as packed:
        packed.extractall(home, filter="data")
    python = sys.executable
    if (home / LOCK).read_bytes() != (ROOT / LOCK).read_bytes():
        made = [sys.executable, "tools/environment.py", ".venv", LOCK]
        subprocess.run(made, cwd=home, check=True, stdout=subprocess.DEVNULL)
        python = str(home / ".venv/bin/python")
    return Older(revision, home, python, _todays() - has)


def _todays() -> set[str]:
    return {path.name for path in FOLDER.glob("app_*.py")}


def _migrations(revision: str) -> set[str]:
    paths = _git("ls-tree", "--name-only", revision, f"{MIGRATIONS}/").split()
    return {name for name in (Path(each).name for each in paths) if name.startswith("app_")}


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, check=True, text=True
        )
    except FileNotFoundError:
        raise NotToBeHad("git is not installed. As root: apt install git") from None
    except subprocess.CalledProcessError as error:
        raise NotToBeHad(f"git: {error.stderr.strip()}") from None
    return done.stdout.strip()
