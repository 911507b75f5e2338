"""A context variable for a block."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import ContextVar

from app.within import Within

said: ContextVar[str] = ContextVar("said", default="nothing")


def test_it_holds_within_the_block_and_no_longer_even_after_an_error() -> None:
    with Within(said, "outer"):
        with contextlib.suppress(ValueError), Within(said, "inner"):
            assert said.get() == "inner"
            raise ValueError
        assert said.get() == "outer"
    assert said.get() == "nothing"


async def test_a_task_that_begins_in_it_goes_on_with_it() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return said.get()

    with Within(said, "inner"):
        task = asyncio.create_task(later())
    assert (await task, said.get()) == ("inner", "nothing")
