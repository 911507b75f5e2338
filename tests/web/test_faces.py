"""The scripts that are served are those that were written. None of this needs Node."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tools import faces


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scripts and what was built from them, to be changed."""
    for name in ("SOURCES", "BUILT", "WIDGET", "SUMS"):
        path: Path = getattr(faces, name)
        copy = tmp_path / path.relative_to(faces.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            shutil.copyfile(path, copy)
        monkeypatch.setattr(faces, name, copy)
    monkeypatch.setattr(faces, "ROOT", tmp_path)
    return tmp_path


def test_what_is_served_is_what_was_built_from_what_is_written() -> None:
    assert faces.changed() == []


@pytest.mark.parametrize(
    "name",
    [
        "web/scripts/console/heart.js",
        "web/scripts/embed.js",
        "web/static/js/console.js",
        "web/visitor/v1.js",
    ],
)
def test_a_file_that_was_changed_after_the_build_is_named(tree: Path, name: str) -> None:
    path = tree / name
    path.write_bytes(path.read_bytes() + b"\n")

    assert faces.changed() == [name]


def test_a_module_that_is_new_or_gone_is_named(tree: Path) -> None:
    (tree / "web/scripts/behaviours/more.js").write_text("")
    (tree / "web/scripts/console/heart.js").unlink()

    assert faces.changed() == ["web/scripts/behaviours/more.js", "web/scripts/console/heart.js"]


def test_without_npm_it_says_what_was_not_checked(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tree))

    assert faces.main(["--check"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("Node and npm are not here. Not checked: the types")
    assert said.count("\n") == 1


def test_without_npm_a_change_that_was_not_built_is_a_fault_too(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tree))
    (tree / "web/scripts/theme.js").write_text("")

    assert faces.main(["--check"]) == 1
    assert (
        "web/scripts/theme.js: changed and not built, run `make faces`" in capsys.readouterr().err
    )
    assert faces.main([]) == 1


def test_every_built_script_has_its_source() -> None:
    built = {path.stem for path in faces.BUILT.glob("*.js")}

    assert built == set(faces.PAGES)
    assert all((faces.SOURCES / f"{name}.js").exists() for name in (*faces.PAGES, faces.WIDGETS))


def test_every_module_is_part_of_a_script() -> None:
    """What nobody imports is never built."""
    modules = set(faces.SOURCES.rglob("*.js"))
    begun = {faces.SOURCES / f"{name}.js" for name in (*faces.PAGES, faces.WIDGETS)}
    imported = {
        (path.parent / line.split('"')[1]).resolve()
        for path in modules
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("import ")
    }

    assert modules == begun | imported


def test_the_lock_of_npm_names_versions_and_no_registry() -> None:
    wanted = json.loads((faces.SETTINGS / "package.json").read_text("utf-8"))["devDependencies"]
    lock = json.loads((faces.SETTINGS / "package-lock.json").read_text("utf-8"))["packages"]

    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in each for name, each in lock.items() if name)
    assert not any("resolved" in each for each in lock.values())
