"""Browsers in which somebody has signed in before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.people import devices


@pytest.fixture(autouse=True)
def _key(configure: Callable[..., Any]) -> None:
    """Marks are signed."""


def test_a_browser_is_known_to_who_signed_in_there_and_to_nobody_else() -> None:
    mark = devices.marked("", "a@shop.example")
    assert devices.known(mark, "a@shop.example")
    assert not devices.known(mark, "b@shop.example")


def test_several_may_share_one_and_it_stays_the_same() -> None:
    mark = devices.marked("", "a@shop.example")
    both = devices.marked(mark, "b@shop.example")
    numbers = {devices.known(both, f"{name}@shop.example") for name in "ab"}
    assert numbers == {devices.known(mark, "a@shop.example")}
    assert devices.marked(both, "b@shop.example") == both


def test_the_last_five_are_remembered() -> None:
    mark = ""
    for name in "abcdefg":
        mark = devices.marked(mark, name)
    assert [name for name in "abcdefg" if devices.known(mark, name)] == list("cdefg")


@pytest.mark.parametrize("mark", ["", "x", "." * 200, "é" * 43 + "." + "a" * 32, "\ud800", "a\0"])
def test_what_is_no_mark_is_none_and_is_replaced(mark: str) -> None:
    assert devices.known(mark, "a") == ""
    assert devices.known(devices.marked(mark, "a"), "a")


def test_a_signature_of_one_browser_is_worth_nothing_in_another() -> None:
    one, other = devices.marked("", "a"), devices.marked("", "b")
    forged = f"{other.split('.')[0]}.{one.split('.')[1]}"
    assert devices.known(forged, "a") == ""
