"""Installing takes what the lock names, with any pip and whatever the user's own is set to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.door.conftest import User, empty_environment
from tests.door.index import Index, product, wheel
from tools import environment

pytestmark = pytest.mark.timeout(400)

TEA = wheel("tea", "1.0", "cup[gold]==2.*")
CUP = wheel("cup", "2.3", 'spoon>=1; extra == "gold"', extra="gold")
SPOON = wheel("spoon", "1.0")
LOCKED = {"tea-1.0-py3-none-any.whl": TEA, "cup-2.3-py3-none-any.whl": CUP}
LOCKED |= {"spoon-1.0-py3-none-any.whl": SPOON}
NEWER = {"cup-2.4-py3-none-any.whl": wheel("cup", "2.4", extra="gold")}
OTHER = {"spoon-1.0-py3-none-any.whl": wheel("spoon", "1.0", note="not the one that is locked")}
PIP = environment.OLDEST if sys.version_info < (3, 12) else environment.OLDEST_FROM_312


@pytest.fixture(scope="session")
def old_pip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    try:
        found = environment.fetch_pip(PIP, tmp_path_factory.mktemp("pip"))
    except environment.Failed:
        pytest.skip(f"the package index does not answer, and pip {PIP} comes from there")
    return {found.name: found.read_bytes()}


@pytest.fixture
def index(old_pip: dict[str, bytes]) -> Iterator[Index]:
    """Has what the lock names, and something newer."""
    with Index(**LOCKED, **NEWER, **old_pip).open() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return product(tmp_path / "shop", **LOCKED)


@pytest.fixture(scope="session")
def empty(old_pip: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the old pip."""
    made = tmp_path_factory.mktemp("empty") / ".venv"
    environment.make(made, old_pip=True)
    return made


@pytest.fixture
def fresh(folder: Path, empty: Path) -> Path:
    """The product, with an environment that holds nothing yet."""
    shutil.copytree(empty, folder / ".venv", symlinks=True)
    return folder


@pytest.fixture
def user(tmp_path: Path, index: Index) -> User:
    made = User(tmp_path / "home")
    made.env |= {"PIP_INDEX_URL": index.url, "PIP_TRUSTED_HOST": "127.0.0.1"}
    return made


def install(user: User, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    tool = str(folder / "tools" / "environment.py")
    words = (sys.executable, tool, str(folder / ".venv"), str(folder / "requirements.lock"))
    return user.types(*words, *options)


def installed(folder: Path) -> str:
    """Names and versions, in a line."""
    program = (
        "from importlib.metadata import distributions as d;"
        "found = {x.name: x.version for x in d() if x.name not in ('pip', 'setuptools')};"
        "print(*(f'{name} {found[name]}' for name in sorted(found)), sep=', ')"
    )
    command = [folder / ".venv" / "bin" / "python", "-I", "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


EXACTLY = "cup 2.3, shop 1.0, spoon 1.0, tea 1.0"


def test_an_old_pip_mends_what_was_broken_off_and_takes_the_lock_where_something_newer_is_offered(
    user: User, folder: Path
) -> None:
    (folder / ".venv" / "lib").mkdir(parents=True)
    (folder / ".venv" / environment.UNFINISHED).touch()

    assert install(user, folder, "--old-pip").returncode == 0
    assert installed(folder) == EXACTLY

    # Left to resolve by itself it fails, on whatever day something newer is released.
    pip = str(folder / ".venv/bin/pip")
    own = [pip, "install", "--ignore-installed", "--require-hashes", "--dry-run"]
    resolved = user.types(*own, "-r", str(folder / "requirements.lock"))
    assert "Hashes are required in --require-hashes mode" in resolved.stderr
    assert user.types(pip, "--version").stdout.startswith(f"pip {PIP} ")


def test_what_the_users_pip_is_set_to_changes_nothing(
    user: User, fresh: Path, tmp_path: Path
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    for name, content in {**OTHER, **NEWER}.items():
        (links / name).write_bytes(content)
    (tmp_path / "constraints.txt").write_text("cup==2.4\ntea<1\n")
    config = user.home / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True)
    config.write_text(
        f"[global]\nconstraint = {tmp_path / 'constraints.txt'}\nno-binary = :all:\npre = true\n"
        f"[install]\nuser = true\ntarget = {tmp_path / 'elsewhere'}\nrequire-hashes = true\n"
    )
    with Index(**OTHER, **NEWER).open() as extra:
        user.env |= {
            "PIP_EXTRA_INDEX_URL": extra.url,
            "PIP_FIND_LINKS": str(links),
            "PIP_CONSTRAINT": str(tmp_path / "constraints.txt"),
            "PIP_UPGRADE": "1",
            "PIP_PREFIX": str(tmp_path / "elsewhere"),
            "PYTHONPATH": str(links),
        }
        done = install(user, fresh)

        assert done.returncode == 0, done.stderr
        assert extra.asked == []
    assert installed(fresh) == EXACTLY
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_with_another_content_is_refused(user: User, fresh: Path, index: Index) -> None:
    index.files |= OTHER

    done = install(user, fresh)

    assert done.returncode == 1
    assert "spoon" in done.stderr
    assert done.stderr.endswith("Python 3.11, 3.12 or 3.13 on Linux.\n")


def test_what_the_index_lacks_may_come_from_the_users_further_sources(
    user: User, fresh: Path, index: Index
) -> None:
    del index.files["spoon-1.0-py3-none-any.whl"]
    with Index(**{"spoon-1.0-py3-none-any.whl": SPOON}).open() as extra:
        user.env["PIP_EXTRA_INDEX_URL"] = extra.url
        assert install(user, fresh).returncode == 0
    assert installed(fresh) == EXACTLY


def test_what_is_whole_is_left_alone_and_a_changed_lock_is_followed(
    user: User, fresh: Path, index: Index
) -> None:
    install(user, fresh)
    index.asked.clear()
    assert install(user, fresh).stdout == ""
    assert index.asked == []

    lock = fresh / "requirements.lock"
    changed = product(fresh.parent / "later", **{**LOCKED, **NEWER}) / "requirements.lock"
    lines = [each for each in changed.read_text().split("\n") if each]
    kept = [at for at, line in enumerate(lines) if line.startswith("cup==2.3")]
    lock.write_text("\n".join(lines[: kept[0]] + lines[kept[0] + 2 :]) + "\n")
    assert install(user, fresh).returncode == 0
    assert installed(fresh) == EXACTLY.replace("cup 2.3", "cup 2.4")

    changed = product(fresh.parent / "least", **NEWER) / "requirements.lock"
    lock.write_text(changed.read_text())
    assert install(user, fresh).returncode == 0
    assert installed(fresh) == "cup 2.4, shop 1.0", "what the lock names no longer is gone"


def unfinished(folder: Path) -> None:
    (folder / environment.UNFINISHED).touch()


def without_pip(folder: Path) -> None:
    [pip] = folder.glob("lib/python3*/site-packages/locked.pth")
    pip.unlink()


def without_python(folder: Path) -> None:
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to("/usr/bin/python3.0")


def moved(folder: Path) -> None:
    (folder / environment.STAMP).write_text("/an/older/place /an/older\n")


@pytest.mark.parametrize("broken", [unfinished, without_pip, without_python, moved])
def test_what_is_half_made_or_was_moved_is_not_taken_for_whole(
    broken: Callable[[Path], None], tmp_path: Path
) -> None:
    folder = empty_environment(tmp_path / ".venv")
    assert environment.whole(folder)

    broken(folder)

    assert not environment.whole(folder)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_named(user: User, folder: Path) -> None:
    folder.chmod(0o555)
    done = install(user, folder)
    folder.chmod(0o755)

    assert done.returncode == 1
    assert "cannot be written by this user" in done.stderr
