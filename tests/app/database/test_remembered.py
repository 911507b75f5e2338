"""Rows that are kept for a moment."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from app import database, turns
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


async def test_all_who_want_it_at_once_share_one_answer() -> None:
    kept: Remembered[str, int] = Remembered()
    asked: list[asyncio.Event] = []

    async def ask() -> int:
        asked.append(asyncio.Event())
        await asked[-1].wait()
        return len(asked)

    first, *others = [asyncio.create_task(kept.of("a", ask)) for _ in range(10)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    asked[0].set()
    assert await asyncio.gather(*others) == [1] * 9
    assert await kept.of("a", ask) == 1


@pytest.mark.parametrize("first", [True, False])
async def test_it_is_read_as_for_visitors_who_may_wait_for_it(first: bool) -> None:
    kept: Remembered[str, tuple[bool]] = Remembered()

    async def ask() -> tuple[bool]:
        return (turns.are_visitors(),)

    with turns.of_visitors(first):
        assert await kept.of("a", ask) == (True,)
        assert turns.are_visitors() is first


async def test_what_is_being_read_while_it_changes_is_not_kept() -> None:
    kept: Remembered[str, int] = Remembered()
    gate = asyncio.Event()

    async def before() -> int:
        await gate.wait()
        return 1

    async def after() -> int:
        return 2

    early = asyncio.create_task(kept.of("a", before))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept.forget("a")
    assert await kept.of("a", after) == 2
    gate.set()
    assert await early == 1
    assert kept.get("a") == 2


async def test_a_failure_is_told_to_all_who_waited_and_asked_again_by_the_next() -> None:
    kept: Remembered[str, int] = Remembered()
    failures = [OSError(), OSError()]

    async def ask() -> int:
        await asyncio.sleep(0)
        if failures:
            raise failures.pop()
        return 3

    said = await asyncio.gather(kept.of("a", ask), kept.of("a", ask), return_exceptions=True)
    assert len(failures) == 1
    assert said[0] is said[1]
    with pytest.raises(OSError):
        await kept.of("a", ask)
    assert await kept.of("a", ask) == 3
