"""Rows that are kept for a moment."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from app import database
from app.database import remembered
from app.database.remembered import Remembered


@pytest.fixture(autouse=True)
def engine(tmp_path: Path) -> database.Engine:
    """Never opened: nothing is asked of it."""
    made = database.make("", str(tmp_path / "a.sqlite"))
    database.use(made)
    return made


def test_what_was_kept_is_known_for_a_moment() -> None:
    kept: Remembered[str, int] = Remembered()
    assert kept.get("a") is None
    assert kept.keep("a", 1) == kept.get("a") == 1
    brief: Remembered[str, int] = Remembered(0)
    brief.keep("a", 1)
    assert brief.get("a") is None


def test_who_changes_it_forgets_it() -> None:
    kept: Remembered[str, int] = Remembered(math.inf)
    kept.keep("a", 1)
    kept.keep("b", 2)
    kept.forget("a")
    kept.forget("nobody")
    assert (kept.get("a"), kept.get("b")) == (None, 2)


def test_another_database_knows_nothing_of_it(tmp_path: Path, engine: database.Engine) -> None:
    kept: Remembered[str, int] = Remembered()
    kept.keep("a", 1)
    database.use(database.make("", str(tmp_path / "b.sqlite")))
    assert kept.get("a") is None
    database.use(engine)
    assert kept.get("a") == 1


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "AT_MOST", 3)
    kept: Remembered[int, int] = Remembered()
    for number in range(10):
        kept.keep(number, number)
    assert sum(kept.get(number) is not None for number in range(10)) <= 3
    assert kept.get(9) == 9
