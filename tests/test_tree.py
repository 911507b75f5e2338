"""The shape of the tree: what belongs together is together, and nothing has grown too large."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from setuptools import find_packages

from app.channels import CLASSES, ENDPOINTS
from app.channels.kinds import KINDS
from app.languages import LANGUAGES
from tests.documents import ROOT, blocks, nodes, read, sections

PRODUCT = ("app", "web", "tasks", "cli")
CODE = (*PRODUCT, "tests", "bench", "tools")
CHANNELS = ROOT / "app" / "channels"
MIGRATIONS = ROOT / "app" / "piccolo_migrations"
MODULE_LINES = 450
"""A file is one idea, split when two readers would want only half; past this it is hardly one."""
TEST_LINES = 500
"""A specification is read from above, one sentence after the other."""
FUNCTION_LINES = 60
BANNED = re.compile(r"service|manager|helper|util", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b|NotImplementedError|# type: ignore(?!\[)")
NOTHING_TO_TEST = {
    "app.piccolo_app": "tells Piccolo where the tables and migrations are",
}
FOLDERS = [each.partition(":")[0] for each in CLASSES]
NO_TEXTS = {
    "custom": "its body is the unified format, for machines",
}


def files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if MIGRATIONS not in path.parents)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


MODULES = {
    name_of(path): path
    for path in files(*PRODUCT)
    if path.name != "__init__.py" and name_of(path) not in NOTHING_TO_TEST
}


@cache
def named_in_tests() -> frozenset[str]:
    """Modules that some test imports, and those whose verbs it takes from their package."""
    named: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        imported = dict(imports(path))
        named |= set(imported.values())
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named.add(f"{imported.get(node.value.id, '')}.{node.attr}")
    return frozenset(home(each) for each in named if each.split(".")[0] in PRODUCT)


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What each imported name of a module stands for."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"


def home(dotted: str) -> str:
    """The module where something is written that may have been taken from its package."""
    package, _, name = dotted.rpartition(".")
    if not package or ROOT.joinpath(*dotted.split(".")).with_suffix(".py").exists():
        return dotted
    try:
        found = getattr(importlib.import_module(package), name, None)
    except ImportError:
        return package
    written = getattr(found, "__module__", None) or package
    return written if written.split(".")[0] in PRODUCT else package


def mirrored(name: str) -> Path:
    *folders, last = name.split(".")
    return ROOT.joinpath("tests", *folders, f"test_{last}.py")


def test_every_module_has_its_test() -> None:
    """Its own, one that names it, or that of a module which it is a part of."""
    tested = {name for name in MODULES if mirrored(name).exists()} | set(named_in_tests())
    packages = {name.rpartition(".")[0] for name in tested}
    parts = {
        home(each)
        for path in files(*PRODUCT)
        if name_of(path) in tested | packages
        for _, each in imports(path)
    }

    assert set(MODULES) - tested - parts == set()


def test_what_needs_no_test_is_there() -> None:
    assert {name_of(path) for path in files("app")} >= set(NOTHING_TO_TEST)


def test_every_folder_of_a_kind_is_listed() -> None:
    folders = {path.parent.name for path in CHANNELS.glob("*/__init__.py")}

    endpoints = {each.partition(":")[0] for each in ENDPOINTS}
    assert set(FOLDERS) == folders - {"presets"} - endpoints
    assert all(kind == sender.kind for kind, sender in KINDS.items())


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_kind_has_its_folder_texts_logo_test_and_section(kind: str) -> None:
    texts = {f"{language}.md" for language in LANGUAGES} if kind not in NO_TEXTS else set()
    found = {path.name for path in (CHANNELS / kind).iterdir() if path.suffix in {".md", ".svg"}}

    assert KINDS[kind].__module__ == f"app.channels.{kind}"
    assert found == {*texts, "logo.svg"}
    assert (ROOT / "tests" / "app" / "channels" / kind / f"test_{kind}.py").exists()
    assert kind in sections(read("docs/channels.md"))


def written(language: str) -> list[Path]:
    """What people write in it, without what is built or comes from others."""
    if language == "py":
        return files(*CODE)
    folder = {"css": "web/static/css", "js": "web/scripts"}[language]
    return sorted((ROOT / folder).rglob(f"*.{language}"))


@pytest.mark.parametrize("language", ["py", "css", "js"])
def test_no_file_is_too_long(language: str) -> None:
    lengths = {
        relative(path): len(path.read_text("utf-8").splitlines()) for path in written(language)
    }
    allowed = {name: TEST_LINES if name.startswith("tests/") else MODULE_LINES for name in lengths}

    assert len(lengths) > 1
    assert {name: lines for name, lines in lengths.items() if lines > allowed[name]} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{relative(path)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in files(*CODE)
        for node in functions(path)
    }

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_no_name_hides_behind_a_word_that_says_nothing() -> None:
    found = [relative(path) for path in files(*CODE) if BANNED.search(path.stem)]
    for path in files(*PRODUCT, "bench", "tools"):
        names = [node.name for node in nodes(path) if isinstance(node, ast.ClassDef)]
        names += [node.name for node in functions(path)]
        found += [f"{relative(path)} {name}" for name in names if BANNED.search(name)]

    assert found == []


def test_nothing_is_left_unfinished() -> None:
    ours = Path(__file__).resolve()
    found = [path for path in files(*CODE) if UNFINISHED.search(path.read_text("utf-8"))]

    assert [relative(path) for path in found if path != ours] == []


def test_every_measurement_can_be_begun() -> None:
    """Nothing else runs them, so a name that has moved would be missed."""
    for path in files("bench"):
        importlib.import_module(relative(path).removesuffix(".py").replace("/", "."))


def test_the_contributing_page_names_every_folder_of_the_product() -> None:
    [shown] = blocks(sections(read("CONTRIBUTING.md"))["Where things are"], "")
    named = set(re.findall(r"\b([a-z_]+)/", shown))
    inits = [path for tree in ("app", "web") for path in (ROOT / tree).glob("*/__init__.py")]
    rooms = {path.parent.name for path in inits} - {"piccolo_migrations"}

    assert named >= {*CODE, "docs"} - {"tools"}
    assert rooms <= named
    places = (".", "app", "web", "tests", "web/static", "web/static/css")
    for folder in named:
        assert any(ROOT.joinpath(above, folder).is_dir() for above in places)


def setuptools() -> dict[str, list[str]]:
    """Patterns of what is no Python, by package."""
    settings = tomllib.loads(read("pyproject.toml"))["tool"]["setuptools"]
    everywhere = settings["package-data"].get("*", [])
    found = find_packages(str(ROOT), include=settings["packages"]["find"]["include"])
    return {package: [*everywhere, *settings["package-data"].get(package, [])] for package in found}


def test_every_package_is_installed() -> None:
    folders = {
        path.parent
        for folder in PRODUCT
        for path in (ROOT / folder).rglob("*.py")
        if path.read_text("utf-8").strip() or path.name == "__init__.py"
    }
    code = {".".join(folder.relative_to(ROOT).parts) for folder in folders}

    assert set(setuptools()) == code


def test_every_file_that_is_no_python_is_installed() -> None:
    """Without it an installed product, in a container say, has no pages and no texts."""
    installed = {
        path
        for package, patterns in setuptools().items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    there = {
        path
        for folder in PRODUCT
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }

    assert sorted(relative(path) for path in there - installed) == []
