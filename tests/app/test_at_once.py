"""So many at once, and everybody gets in."""

from __future__ import annotations

import asyncio

import pytest

from app.at_once import AtOnce


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_are_in_there_and_all_come_out(most: int) -> None:
    gate, inside, seen = AtOnce(most), 0, []

    async def one() -> None:
        nonlocal inside
        async with gate:
            inside += 1
            seen.append(inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(10)))
    assert (len(seen), max(seen)) == (10, most)


async def test_whoever_fails_or_gives_up_leaves_a_place() -> None:
    gate = AtOnce(1)

    async def fail() -> None:
        async with gate:
            raise ValueError

    async with gate:
        waiting = asyncio.create_task(fail())
        await asyncio.sleep(0)
        waiting.cancel()
    with pytest.raises(ValueError):
        await fail()
    async with gate:
        pass


def test_each_event_loop_has_its_own() -> None:
    gate = AtOnce(1)

    async def crowd() -> None:
        async def one() -> None:
            async with gate:
                await asyncio.sleep(0)

        await asyncio.gather(one(), one(), one())

    asyncio.run(crowd())
    asyncio.run(crowd())
