"""Builds the product as a package: a wheel and a source distribution, in the folder given.

    python tools/package.py dist

Only from what is in the tree, with the setuptools that is installed: nothing is fetched, and what
an earlier build left behind is not packed. The same tree makes the same bytes, wherever, whenever
and by whomever: times are those of SOURCE_DATE_EPOCH, else of the commit.

    python tools/package.py --twice    builds it twice, differently, and compares
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from setuptools import build_meta

ROOT = Path(__file__).resolve().parent.parent
PACKED = (
    *("pyproject.toml", "README.md", "LICENSE", "piccolo_conf.py"),
    *("app", "web", "tasks", "cli", "tests/fakes"),
)
FIRST = 315_619_200
"""The first day of 1980 in all time zones: archives know none before."""
UNIX = 3
"""As zip files call it."""
BUILDS = (build_meta.build_wheel, build_meta.build_sdist)
LEFT = shutil.ignore_patterns("__pycache__", "*.pyc")


def main(argv: list[str]) -> int:
    if argv == ["--twice"]:
        return twice()
    folder = Path(argv[0] if argv else "dist").absolute()
    for path in build(ROOT, folder):
        print(path)
    return 0


def twice() -> int:
    """From two copies with other modes, times and places. 1 when a byte differs."""
    with tempfile.TemporaryDirectory() as work:
        made = []
        for name, mask in (("one", 0o022), ("another/place", 0o077)):
            before = os.umask(mask)
            for each in PACKED:
                copy(ROOT / each, Path(work, name, each))
            made.append(build(Path(work, name), Path(work, f"{name}-dist"), epoch()))
            os.umask(before)
        pairs = [(a.name, a.read_bytes() == b.read_bytes()) for a, b in zip(*made, strict=True)]
    for each, same in pairs:
        print(f"{each}: {'the same bytes' if same else 'NOT the same bytes'}")
    return 0 if all(same for _, same in pairs) else 1


def epoch() -> int:
    """When the source was last changed, for all times in what is built."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return FIRST
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else FIRST


def build(source: Path, folder: Path, at: int | None = None) -> list[Path]:
    """The files that were made."""
    folder.mkdir(parents=True, exist_ok=True)
    before, at = Path.cwd(), epoch() if at is None else at
    os.environ["SOURCE_DATE_EPOCH"] = str(at)
    with tempfile.TemporaryDirectory() as work:
        for name in PACKED:
            copy(source / name, Path(work) / name)
        even_out(Path(work))
        os.chdir(work)
        try:
            names = [quietly(make, str(folder)) for make in BUILDS]
        finally:
            os.chdir(before)
    wheel, sources = (folder / name for name in names)
    repack_wheel(wheel, at)
    repack(sources, at)
    return [wheel, sources]


def even_out(folder: Path) -> None:
    """Who unpacked the source with which mask is nobody's business."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def repack_wheel(wheel: Path, at: int) -> None:
    """The same files, with modes that do not come from the mask of whoever builds it."""
    moment = time.gmtime(at)[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(packed, "w") as new:
        for name in sorted(old.namelist()):
            each = zipfile.ZipInfo(name, moment)
            each.external_attr = (stat.S_IFREG | 0o644) << 16
            each.create_system = UNIX
            new.writestr(each, old.read(name), zipfile.ZIP_DEFLATED, 9)
    wheel.write_bytes(packed.getvalue())


def repack(archive: Path, at: int) -> None:
    """The same files in their order, of nobody, and of one time."""
    packed = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=packed, mode="w") as new:
        for each in sorted(old.getmembers(), key=lambda member: member.name):
            each.uid = each.gid = 0
            each.uname = each.gname = ""
            each.mtime, each.mode, each.pax_headers = at, 0o755 if each.isdir() else 0o644, {}
            new.addfile(each, old.extractfile(each) if each.isfile() else None)
    archive.write_bytes(gzip.compress(packed.getvalue(), mtime=at))


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
