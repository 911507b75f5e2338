"""A copy of the product that a test may change, and that runs as the product does."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.documents import ROOT
from tests.processes import COMMAND, COMMAND_SECONDS, Process, environment, free_port

EMAIL, PASSWORD = "owner@shop.example", "correct horse 9"


def _make(tree: Path) -> None:
    for folder in ("app", "web", "tasks", "cli", "tools"):
        # With its bytecode: to compile the product takes longer than all that is done with it.
        shutil.copytree(ROOT / folder, tree / folder)
    shutil.copy(ROOT / "piccolo_conf.py", tree)


def run(tree: Path, *arguments: str, env: dict[str, str] | None = None, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Product:
    """The copy, running."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        own = {"PORT": port, "LEAVEMSG_BASE_URL": base, "PYTHONPATH": tree}
        self.process = Process("serve", environment(tree / "data", **own), tree / "serve.log")

    def start(self) -> None:
        self.process.start_anew(self.tree)

    def token(self) -> str:
        """Of somebody who may do everything, and who signs in with EMAIL and PASSWORD."""
        self.command("admin", "create", "--email", EMAIL, "--password-stdin", stdin=PASSWORD)
        return self.command("token", "create", "--name", "t", "--scopes", "all")

    def command(self, *arguments: str, stdin: str = "") -> str:
        return run(self.tree, "-c", COMMAND, *arguments, env=self.process.env, stdin=stdin)


@contextlib.contextmanager
def running(tree: Path, *changes: Callable[[Path], None], **env: str) -> Iterator[Product]:
    """A copy with these changes, as long as this block. It may still be starting."""
    _make(tree)
    for change in changes:
        change(tree)
    product = Product(tree)
    product.process.env.update(env)
    product.start()
    try:
        yield product
    finally:
        product.process.stop()
