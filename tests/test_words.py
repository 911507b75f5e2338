"""One word, one meaning: the list in docs/architecture.md is what the code says."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import ROOT, nodes, read, sections

CODE = ("app", "web", "tasks", "cli")
ROW = re.compile(r"^\| ([\w ]+) \| (.+?) \| `([\w.]+)` \| ([\w, ]+|–) \|$", re.MULTILINE)
WORDS = ROW.findall(sections(read("docs/architecture.md"))["Words"])
"""Word, meaning, where it lives, and what it is not called."""


def names_in(path: Path) -> Iterator[str]:
    """What this module gives a name to."""
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_some_twenty_words_are_explained_once_each() -> None:
    words = [word for word, *_ in WORDS]
    assert 20 <= len(words) == len(set(words))


@pytest.mark.parametrize(("word", "home"), [(word, home) for word, _, home, _ in WORDS])
def test_a_word_lives_where_the_list_says(word: str, home: str) -> None:
    module, _, name = home.rpartition(".")
    try:
        importlib.import_module(home)
    except ImportError:
        assert hasattr(importlib.import_module(module), name)


def test_nothing_has_a_name_that_the_list_refuses() -> None:
    refused = {each for *_, others in WORDS for each in re.findall(r"\w+", others)}
    refused.remove("notification")  # See below.
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in (path.stem, *names_in(path))
        if refused & {part.removesuffix("s") for part in split(name)}
    }
    assert not found


def split(name: str) -> list[str]:
    """The words of `snake_case` or `CamelCase`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")


def test_only_the_users_own_json_says_notifications() -> None:
    pages = list((ROOT / "web" / "templates").rglob("*.html"))
    files = [*pages, *(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))]
    # RFC 8098 has its own name for mails that say that one was read, and Amazon for what it sends.
    said = re.compile(r"(?<!disposition-)notification(?!s\b|Type\b)", re.IGNORECASE)
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if said.search(line)
    }
    assert not found
