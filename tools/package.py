"""Builds the product as a package: a wheel and a source distribution, in the folder given.

    python tools/package.py dist

Only from what is in the tree, with the setuptools that is installed: nothing is fetched, and what
an earlier build left behind is not packed.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from setuptools import build_meta

ROOT = Path(__file__).resolve().parent.parent
PACKED = (
    *("pyproject.toml", "README.md", "LICENSE", "piccolo_conf.py"),
    *("app", "web", "tasks", "cli", "tests/fakes"),
)
BUILDS = (build_meta.build_wheel, build_meta.build_sdist)
LEFT = shutil.ignore_patterns("__pycache__", "*.pyc")


def main(argv: list[str]) -> int:
    folder = Path(argv[0] if argv else "dist").absolute()
    for path in build(ROOT, folder):
        print(path)
    return 0


def build(source: Path, folder: Path) -> list[Path]:
    """The files that were made."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as work:
        for name in PACKED:
            copy(source / name, Path(work) / name)
        os.chdir(work)
        try:
            names = [quietly(make, str(folder)) for make in BUILDS]
        finally:
            os.chdir(before)
    return [folder / name for name in names]


def quietly(make: Callable[[str], str], folder: str) -> str:
    """setuptools names every file that it packs: worth reading only when it fails."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return make(folder)
    except BaseException:
        sys.stderr.write(said.getvalue())
        raise


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT)
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
