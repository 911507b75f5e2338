"""A column is renamed behind nobody's back: mypy names whoever reads or writes it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.tables import ALL
from tests.documents import ROOT, nodes, parsed

CHECKED = ("app", "web", "tasks", "cli", "piccolo_conf.py", "pyproject.toml")
CACHE = ROOT / ".mypy_cache"
NO_CODE = shutil.ignore_patterns("__pycache__", "templates", "static", "locales")
TOLD = re.compile(r'"(?:type\[)?(\w+)\]?"(?: of ".*?")? has no attribute "(\w+)"')
SQL = re.compile(r"(?:SELECT|UPDATE|DELETE FROM|INSERT INTO) ")
WORD = re.compile(r"[a-z_]+")
SAID_APART = re.compile(r"'[^']*'|\bAS [a-z_]+|::text|\[[a-z ]+\]")
"""Values, names that a statement gives itself, types, and places that code fills."""
COLUMNS = {table.__name__: [each._meta.name for each in table._meta.columns] for table in ALL}
NOT_READ = {
    "Account.created_at": "for people who look into the database",
    "AuditHead.id": "its default fills it; the row is found by its organization",
    "Authenticator.created_at": "for people who look into the database",
    "Mailbox.created_at": "for people who look into the database",
    "MessageRule.created_at": "for people who look into the database",
    "Organization.reply_hours": "`targets` holds it since; it goes a release later",
    "Phrase.created_at": "for people who look into the database",
    "PresenceRule.id": "its default fills it; the row is found by its organization",
    "SavedView.created_at": "for people who look into the database",
    "SpentChallenge.id": "its default fills it; the row is found by its hash",
    "Tag.created_at": "for people who look into the database",
    "Widget.label": "`labels` holds it since; it goes one release after its last reader",
    "Widget.label_en": "`labels` holds it since; it goes one release after its last reader",
    "Widget.id": "its default fills it; the row is found by its organization",
}
"""Columns that no code names, each with the reason why."""


def rename_all(tables: Path) -> set[str]:
    """Gives every column of every table another name; returns those that they had."""
    found = set()
    for path in tables.glob("*.py"):
        lines = path.read_text().split("\n")
        for table in parsed(path).body:
            for column in table.body if isinstance(table, ast.ClassDef) else ():
                if isinstance(column, ast.Assign) and isinstance(column.targets[0], ast.Name):
                    found.add(f"{table.name}.{column.targets[0].id}")
                    lines[column.lineno - 1] = lines[column.lineno - 1].replace(
                        "    ", "    new_", 1
                    )
        path.write_text("\n".join(lines))
    return found


def test_whoever_uses_a_column_that_was_renamed_is_told_by_mypy(tmp_path: Path) -> None:
    for name in CHECKED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=NO_CODE)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    if CACHE.exists():
        # What `make lint` has found out about libraries still holds: three quarters of the work.
        shutil.copytree(CACHE, tmp_path / "cache")
    columns = rename_all(tmp_path / "app" / "tables")
    assert columns == {f"{table}.{name}" for table, names in COLUMNS.items() for name in names}
    mypy = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache")]
    answer = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = {f"{table}.{column}" for table, column in TOLD.findall(answer.stdout)}
    assert sorted(columns - told) == sorted(NOT_READ), answer.stderr


def texts(path: Path) -> Iterator[str]:
    """Every text of a module but its docstrings, and those parts of f-strings that are fixed."""
    docstrings = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.value


def modules() -> Iterator[Path]:
    """All but the verbs themselves, which ask the databases for what they have."""
    for folder in ("app", "web", "tasks", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            if not {"database", "piccolo_migrations", "fakes"} & set(path.parts):
                yield path


def test_what_is_written_as_sql_is_in_the_statements_of_its_noun() -> None:
    found = {
        path.relative_to(ROOT): text
        for path in modules()
        if path.name != "statements.py"
        for text in texts(path)
        if SQL.match(text)
    }
    assert found == {}


STATEMENTS = [path for path in modules() if path.name == "statements.py"]


@pytest.mark.parametrize("path", STATEMENTS, ids=[each.parent.name for each in STATEMENTS])
def test_statements_name_tables_and_columns_by_attribute(path: Path) -> None:
    names = {name for table in ALL for name in (table._meta.tablename, *COLUMNS[table.__name__])}
    said = {
        word
        for text in texts(path)
        if " " in text
        for word in WORD.findall(SAID_APART.sub("", text))
    }
    assert said & names == set()
