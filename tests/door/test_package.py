"""The wheel and the source distribution: complete, and they run from an empty folder."""

from __future__ import annotations

import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.documents import ROOT
from tests.door.conftest import User
from tests.processes import free_port

pytestmark = pytest.mark.timeout(400)

PRODUCT = ("app", "web", "tasks", "cli")
TESTS_OF_FAKES = re.compile(
    r"(test_\w+|conftest|__main__|clamd|s3|mail|smtp|tls|hostile|authenticator|openid|platforms)\.py"
)


def source(name: str) -> str:
    """Where a file of the wheel stands in the tree."""
    return name.replace("cli/fakes/", "tests/fakes/")


def in_wheel(dist: Path) -> set[str]:
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {source(name) for name in archive.namelist() if ".dist-info/" not in name}


def in_tree() -> set[str]:
    there = {path for folder in PRODUCT for path in (ROOT / folder).rglob("*") if path.is_file()}
    fakes = {p for p in ROOT.glob("tests/fakes/*.py") if not TESTS_OF_FAKES.fullmatch(p.name)}
    packed = {path for path in there if "__pycache__" not in path.parts} | fakes
    return {path.relative_to(ROOT).as_posix() for path in packed} | {"piccolo_conf.py"}


def test_the_wheel_has_every_file_of_the_product_and_no_other(dist: Path) -> None:
    assert in_wheel(dist) == in_tree()


def test_the_source_distribution_has_what_the_wheel_is_made_of(dist: Path) -> None:
    [sources] = dist.glob("*.tar.gz")
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert in_wheel(dist) | {"pyproject.toml", "README.md", "LICENSE"} <= names


def test_what_the_wheel_asks_for_is_what_the_lock_has(user: User, wheel_environment: Path) -> None:
    done = user.types(str(wheel_environment / "bin" / "python"), "-I", "-m", "pip", "check")

    assert done.returncode == 0, done.stdout


def test_it_is_the_installed_one_that_answers(user: User, wheel_environment: Path) -> None:
    program = "import app, cli.fakes, piccolo_conf; print(app.__file__, cli.fakes.__file__)"
    done = user.types(str(wheel_environment / "bin" / "python"), "-c", program)

    assert done.stdout.count(str(wheel_environment)) == 2
    assert user.types("leavemsg", "version").stdout == "0.1.0\n"


def test_it_serves_pages_in_both_languages_with_their_files_from_an_empty_folder(
    user: User,
) -> None:
    with user.runs("leavemsg", "serve", until="Set up here, once, within an hour: ") as log:
        link = re.search(r"within an hour: (\S+)", log.read_text("utf-8"))
        assert link
        assert user.opens(link[1])[0] == 200
        status, chinese = user.opens("/w/default")
        assert (status, "留言" in chinese) == (200, True)
        assert "Leave" in user.opens("/w/default?lang=en")[1]
        for file in re.findall(r'(?:href|src)="(/static/[^"]+)"', chinese):
            assert user.opens(file)[0] == 200, file
        assert user.opens("/embed/v1.js")[0] == 200
        assert '"status":"ok"' in user.opens("/readyz")[1]

        made = user.types("leavemsg", "token", "create", "--name", "t", "--scopes", "all")
        assert made.stdout.startswith("lm_"), made.stderr

    # Wherever a command is typed, it finds the same data.
    assert list(user.here.iterdir()) == []
    assert (user.home / ".local" / "share" / "leavemsg" / "leavemsg.sqlite").exists()


def test_the_demo_has_all_that_it_needs_packed_along(user: User) -> None:
    fakes = str(free_port())
    with user.runs("leavemsg", "demo", "--fakes-port", fakes, until="What the fakes got") as log:
        printed = dict(re.findall(r"^(.+?) {2,}(http\S+)", log.read_text("utf-8"), re.M))
        assert user.opens(printed["A host page"])[0] == 200
        assert user.opens(printed["The visitor's form"])[0] == 200
        assert user.opens(printed["The inbox"])[0] == 200
        user.waits_until_everybody_was_told(printed["What the fakes got"])

    assert list(user.here.iterdir()) == []
