"""Many callers, one commit, an answer for each."""

import asyncio
from collections.abc import Sequence

import pytest

from app.database.batch import SIZE, Batch
from app.errors import Unavailable


class Book:
    """Commits after a moment and remembers in which company each came."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []

    async def commit(self, key: str, works: Sequence[int]) -> list[int | Exception]:
        await asyncio.sleep(0.01)
        if 13 in works:
            raise ValueError("unlucky")
        self.commits.append(list(works))
        return [work * 10 for work in works]


async def test_one_caller_gets_their_answer() -> None:
    book = Book()
    assert await Batch(book.commit)("org", 4) == 40


async def test_who_comes_during_a_commit_shares_the_next() -> None:
    book = Book()
    batch = Batch(book.commit)
    answers = await asyncio.gather(*(batch("org", n) for n in range(20, 30)))
    assert answers == [n * 10 for n in range(20, 30)]
    assert len(book.commits) <= 2


async def test_keys_do_not_wait_for_each_other() -> None:
    book = Book()
    batch = Batch(book.commit)
    await asyncio.gather(batch("one", 1), batch("two", 2))
    assert sorted(book.commits) == [[1], [2]]


async def test_a_batch_has_a_largest_size() -> None:
    book = Book()
    batch = Batch(book.commit)
    await asyncio.gather(*(batch("org", n) for n in range(100, 100 + 3 * SIZE)))
    assert max(len(commit) for commit in book.commits) <= SIZE


async def test_one_fault_is_not_the_others_fault() -> None:
    book = Book()
    batch = Batch(book.commit)
    answers = await asyncio.gather(*(batch("org", n) for n in (1, 13, 3)), return_exceptions=True)
    assert answers[0] == 10
    assert answers[2] == 30
    assert isinstance(answers[1], ValueError)


async def test_who_leaves_takes_nobody_along() -> None:
    book = Book()
    batch = Batch(book.commit)
    leaver = asyncio.create_task(batch("org", 1))
    stayer = asyncio.create_task(batch("org", 2))
    await asyncio.sleep(0)
    leaver.cancel()
    assert await stayer == 20


async def test_an_away_database_is_told_to_all_at_once() -> None:
    calls = 0

    async def away(key: str, works: Sequence[int]) -> list[int | Exception]:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        raise Unavailable

    batch: Batch[str, int, int] = Batch(away)
    answers = await asyncio.gather(*(batch("org", n) for n in range(5)), return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert calls <= 2


async def test_who_queues_behind_a_long_wait_is_not_made_to_wait_as_long() -> None:
    calls, began = 0, asyncio.Event()

    async def locked(key: str, works: Sequence[int]) -> list[int | Exception]:
        nonlocal calls
        calls += 1
        await began.wait()
        raise Unavailable(reason="locked")

    batch: Batch[str, int, int] = Batch(locked)
    waiting = [asyncio.create_task(batch("org", n)) for n in range(5)]
    await asyncio.sleep(0.01)
    waiting += [asyncio.create_task(batch("org", n)) for n in range(5, 200)]
    await asyncio.sleep(0.01)
    began.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    assert calls <= 2


async def test_what_is_not_known_is_done_once_more_and_then_said() -> None:
    outcomes: list[Exception | None] = [Unavailable(unknown=True), None]

    async def breaks(key: str, works: Sequence[int]) -> list[int | Exception]:
        if outcome := outcomes.pop(0):
            raise outcome
        return list(works)

    batch: Batch[str, int, int] = Batch(breaks)
    assert await batch("org", 7) == 7
    outcomes += [Unavailable(unknown=True), Unavailable(reason="disk_full")]
    with pytest.raises(Unavailable) as caught:
        await batch("org", 8)
    assert (caught.value.unknown, caught.value.reason) == (True, "disk_full")


async def test_a_batch_works_again_after_a_fault() -> None:
    book = Book()
    batch = Batch(book.commit)
    with pytest.raises(ValueError, match="unlucky"):
        await batch("org", 13)
    assert await batch("org", 1) == 10
