"""Makes a virtual environment that holds exactly what a lock names, and this product.

    tools/python tools/environment.py .venv requirements.lock [requirements-test.lock]

The last lock is the one that is installed; it holds what those before it name. Nothing is done when
the environment is what it should be; one that was left half-made, whose Python is
gone or that was moved is made anew. pip resolves nothing: every file is named with its hash. Of the
user's own settings of pip only the way to the index counts.
"""

from __future__ import annotations

import argparse
import ast
import configparser
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import tomllib
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP, UNFINISHED = ".installed", ".unfinished"
LOCKED = ("install", "--no-deps", "--require-hashes", "--only-binary=:all:")
OURS = ("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
PYPI = "https://pypi.org/simple"

# pip's own wheels. The first is fetched where Python brings none, as Debian's without python3-venv.
PIPS = {
    "26.3": "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13",
    "23.1.2": "3ef6ac33239e4027d9a5598a381b9d30880a1477e50039db2eac6e8a8f6d1b18",
    "23.0": "b5f88adff801f5ef052bcdef3daa31b55eb67b0fccd6d0106c206fa248e0463c",
}
NEWEST, OLDEST = "26.3", "23.0"
# The first that runs on Python 3.12.
OLDEST_FROM_312 = "23.1.2"

# How to reach the index, and nothing that chooses another file or another place for it.
KEPT = (
    *("index-url", "proxy", "cert", "client-cert", "trusted-host", "timeout", "default-timeout"),
    *("retries", "cache-dir", "no-cache-dir", "keyring-provider"),
)
# Asked only when the index alone did not do: whatever they offer must have the hash as well.
MORE_SOURCES = ("extra-index-url", "find-links")


class Failed(Exception):
    """The environment could not be made; the text says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("locks", type=Path, nargs="+")
    parser.add_argument(
        "--old-pip",
        action="store_true",
        help="use the oldest pip that must do, to see whether it does",
    )
    wish = parser.parse_args()
    folder = wish.folder.absolute()
    try:
        prepare(folder, wish.locks, old_pip=wish.old_pip)
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def prepare(folder: Path, locks: list[Path], *, old_pip: bool = False) -> None:
    wanted = stamp(folder, locks)
    if not whole(folder):
        make(folder, old_pip=old_pip)
    stamped = folder / STAMP
    if stamped.exists() and stamped.read_text("utf-8").startswith(wanted):
        return
    print(f"Installing into {folder}: this takes a minute or two", flush=True)
    if not fill(folder, locks[-1]):
        # What an earlier lock named stands in the way.
        make(folder)
        if not fill(folder, locks[-1]):
            raise Failed("What was installed does not fit together; the lines above say what.")
    stamped.write_text(wanted, "utf-8")


def program(name: str, folder: Path, lock: Path) -> str:
    """A tool's, installed once for each lock into an environment without the product: it may need
    other versions of the product's parts. Raises Failed."""
    stamped, wanted = folder / STAMP, digest(lock)
    if not (stamped.exists() and stamped.read_text("utf-8") == wanted):
        make(folder)
        if locked(folder, lock, configured(folder)):
            raise Failed("The tools could not be installed; the lines above say why.")
        stamped.write_text(wanted, "utf-8")
    return str(folder / "bin" / name)


def stamp(folder: Path, locks: list[Path]) -> str:
    """What an environment depends on: where it is, and the content of what it was made from. One
    with the test tools in it begins with the same lines as one without."""
    ours = (ROOT / "pyproject.toml", *locks)
    return "".join([f"{folder} {ROOT}\n", *(f"{digest(path)}  {path.name}\n" for path in ours)])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def whole(folder: Path) -> bool:
    """It was not left in the middle, was not moved, and its Python and pip work."""
    if not folder.exists() or (folder / UNFINISHED).exists():
        return False
    stamped = folder / STAMP
    if stamped.exists() and not stamped.read_text("utf-8").startswith(f"{folder} {ROOT}\n"):
        return False
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    return works([python(folder), "-I", "-c", probe])


def works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def python(folder: Path) -> str:
    return str(folder / "bin" / "python")


def make(folder: Path, *, old_pip: bool = False) -> None:
    """An empty environment with pip, in place of whatever is there."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise Failed(
            f"{error.filename or folder} cannot be written by this user. Give the folder to them"
            f" (chown), or install as who owns it."
        ) from None
    (folder / UNFINISHED).touch()
    bare = old_pip or importlib.util.find_spec("ensurepip") is None
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if bare else []), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=environ({}))
    if done.returncode:
        raise Failed(f"{done.stdout}{done.stderr}\nPython cannot make an environment.")
    if bare:
        oldest = OLDEST if sys.version_info < (3, 12) else OLDEST_FROM_312
        bring_pip(folder, oldest if old_pip else NEWEST)
    (folder / UNFINISHED).unlink()


def bring_pip(folder: Path, version: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        wheel = fetch_pip(version, Path(work))
        # A wheel is an archive that Python can run from.
        command = [python(folder), f"{wheel}/pip", "install", "--no-index", "--quiet", str(wheel)]
        done = subprocess.run(command, env=environ({}), cwd=work)
    if done.returncode:
        raise Failed(f"pip {version} could not be installed.")


def fetch_pip(version: str, work: Path) -> Path:
    """The wheel, from the user's index. It is its hash that is trusted: a bare Debian has no
    certificates."""
    wheel = work / f"pip-{version}-py3-none-any.whl"
    page = f"{index_url().rstrip('/')}/pip/"
    try:
        links = re.findall(r'href="([^"]+)"', download(page).decode("utf-8", "replace"))
        found = next(each for each in links if each.partition("#")[0].endswith(f"/{wheel.name}"))
        wheel.write_bytes(download(urllib.parse.urljoin(page, found)))
    except (OSError, StopIteration):
        raise Failed(
            "Python has no pip here, and the package index does not give it."
            " On Debian: apt install python3-venv"
        ) from None
    if digest(wheel) != PIPS[version]:
        raise Failed(f"{page} gives another pip than the one that is known.")
    return wheel


def download(url: str) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with urllib.request.urlopen(url, timeout=60, context=context) as answer:
        content: bytes = answer.read()
    return content


def index_url() -> str:
    """Without pip at hand to ask: from the environment and the files that pip reads."""
    files = configparser.RawConfigParser(strict=False)
    home = Path.home()
    with contextlib.suppress(configparser.Error, UnicodeError):
        files.read(
            [
                "/etc/xdg/pip/pip.conf",
                "/etc/pip.conf",
                home / ".pip" / "pip.conf",
                home / ".config" / "pip" / "pip.conf",
                os.environ.get("PIP_CONFIG_FILE", os.devnull),
            ]
        )
    configured = files.get("global", "index-url", fallback=PYPI)
    return os.environ.get("PIP_INDEX_URL") or configured


def fill(folder: Path, lock: Path) -> bool:
    """Installs the lock and this product. False when the whole does not fit together.

    Raises Failed when pip does, and changes nothing then.
    """
    (folder / UNFINISHED).touch()
    settings = configured(folder)
    failed = (
        locked(folder, lock, settings)
        or pip(folder, *OURS, settings=kept(settings))
        or remove(folder, left(folder, lock))
    )
    unfit = not failed and pip(folder, "check", settings={})
    (folder / UNFINISHED).unlink()
    if failed:
        raise Failed(
            "pip could not install what the lock names; its lines above say why. It needs the"
            " package index (or PIP_INDEX_URL=a mirror) and Python 3.11, 3.12 or 3.13 on Linux."
        )
    return not unfit


def locked(folder: Path, lock: Path, settings: Mapping[str, str]) -> int:
    """Installs what the lock names; the exit code of pip."""
    command = (*LOCKED, "--requirement", str(lock.absolute()))
    first, more = kept(settings), kept(settings, more=True)
    failed = pip(folder, *command, settings=first)
    if failed and more != first:
        print("Once more, with the further sources of your pip", flush=True)
        failed = pip(folder, *command, settings=more)
    return failed


def left(folder: Path, lock: Path) -> list[str]:
    """What is installed though the lock does not name it, such as what an earlier lock named."""
    program = "from importlib.metadata import distributions as d; print(*(x.name for x in d()))"
    command = [python(folder), "-I", "-c", program]
    found = subprocess.run(command, capture_output=True, text=True, cwd=folder).stdout.split()
    named = {canonical(each) for each in re.findall(r"^([\w.-]+)", lock.read_text("utf-8"), re.M)}
    with (ROOT / "pyproject.toml").open("rb") as file:
        named |= {"pip", canonical(tomllib.load(file)["project"]["name"])}
    return [each for each in found if canonical(each) not in named]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def remove(folder: Path, names: list[str]) -> int:
    return pip(folder, "uninstall", "--yes", *names, settings={}) if names else 0


def pip(folder: Path, *arguments: str, settings: Mapping[str, str]) -> int:
    """Its exit code. What it and the tools below it say is shown when it fails."""
    command = [python(folder), "-I", "-m", "pip", *arguments]
    done = subprocess.run(
        command, env=environ(settings), cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        sys.stderr.write(f"{done.stdout}{done.stderr}")
    return done.returncode


def environ(settings: Mapping[str, str]) -> dict[str, str]:
    """The user's environment with these settings of pip alone, and no other Python's packages."""
    theirs = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PIP_") and name not in {"PYTHONPATH", "PYTHONHOME"}
    }
    ours = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in settings.items()}
    return {
        **theirs,
        **ours,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_NO_INPUT": "1",
    }


def configured(folder: Path) -> dict[str, str]:
    """The user's settings for an installation: files first, then the environment."""
    command = [python(folder), "-I", "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=folder).stdout
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for section, name, value in re.findall(
        r"^(global|install|:env:)\.([\w-]+)=(.+)$", listed, re.M
    ):
        found[section][name] = str(ast.literal_eval(value))
    return {**found["global"], **found["install"], **found[":env:"]}


def kept(settings: Mapping[str, str], *, more: bool = False) -> dict[str, str]:
    names = set(KEPT)
    offline = settings.get("no-index", "").lower() in {"1", "true", "yes", "on", "y", "t"}
    if offline:
        names |= {"no-index", "find-links"}
    elif more:
        names |= set(MORE_SOURCES)
    chosen = {name: value for name, value in settings.items() if name in names and value}
    if "truststore" in settings.get("use-feature", "").split():
        chosen["use-feature"] = "truststore"
    return chosen


if __name__ == "__main__":
    sys.exit(main())
