"""Keys in links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from app.settings import Settings
from app.signed import lasting

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _key(configure: Callable[..., Settings]) -> None:
    configure()


def test_a_key_opens_its_own_thing_for_its_own_purpose() -> None:
    key = lasting.key("one", "a.b", DAY)

    assert lasting.opens("one", "a.b", key)
    assert not lasting.opens("other", "a.b", key)
    assert not lasting.opens("one", "a.c", key)


def test_it_is_over_when_it_says_so() -> None:
    key = lasting.key("one", "a", DAY, now=dt.datetime.now(dt.UTC) - 2 * DAY)

    assert not lasting.opens("one", "a", key)


def test_who_moves_the_moment_breaks_the_key() -> None:
    until, _, signature = lasting.key("one", "a", DAY).partition(".")

    assert not lasting.opens("one", "a", f"{int(until) + 1}.{signature}")


@pytest.mark.parametrize("given", ["", ".", "x", "1", "1.", "x.y", "9" * 400, "é.ü", "1.2.3"])
def test_anything_else_opens_nothing(given: str) -> None:
    assert not lasting.opens("one", "a", given)
