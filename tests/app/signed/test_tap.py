"""A link in a notice is for one act, one message, one channel and its series, for two weeks."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.signed import tap

CHANNEL, MESSAGE = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(autouse=True)
def _configured(configure: Callable[..., Any]) -> None:
    """Signing needs the secret key."""


@pytest.mark.parametrize("act", tap.NAMES)
def test_it_says_what_it_is_for(act: str) -> None:
    found = tap.opened(tap.code(act, CHANNEL, MESSAGE, 3))
    assert found is not None
    assert (found.act, found.channel, found.message) == (act, CHANNEL, MESSAGE)
    assert found.holds(3)
    assert not found.holds(4)


def test_it_ends() -> None:
    before = dt.datetime.now(dt.UTC) - tap.LIFETIME - dt.timedelta(hours=1)
    found = tap.opened(tap.code("claim", CHANNEL, MESSAGE, 1, now=before))
    assert found is not None
    assert not found.holds(1)


def test_no_sign_of_it_can_be_changed() -> None:
    good = tap.code("claim", CHANNEL, MESSAGE, 1)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.% é"
    for at in range(len(good)):
        for sign in set(signs) - {good[at]}:
            found = tap.opened(good[:at] + sign + good[at + 1 :])
            assert found is None or not found.holds(1)
    for other in (good[:-1], good + "A", good + "=", good.swapcase(), f" {good}"):
        found = tap.opened(other)
        assert found is None or not found.holds(1)


def test_a_thousand_guesses_open_nothing() -> None:
    chance = random.Random(1)
    good = tap.code("handle", CHANNEL, MESSAGE, 1)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(1000):
        guess = good[: tap.CODE] + "".join(chance.choices(signs, k=len(good) - tap.CODE))
        found = tap.opened(guess)
        assert found is None or not found.holds(1)


@given(st.text(max_size=120))
def test_nothing_is_too_odd(given_text: str) -> None:
    found = tap.opened(given_text)
    assert found is None or not found.holds(1)


def test_four_links_are_short_enough_for_a_chat() -> None:
    links = tap.links(CHANNEL, MESSAGE, 1, "en")
    assert [each.act for each in links] == ["claim", "handle", "reply", "spam"]
    assert max(len(each.url) for each in links) < 120


def test_who_looks_at_a_notice_in_the_console_gets_no_key() -> None:
    assert {each.url for each in tap.unsaid("en")} == {"http://localhost:8080/t/…"}
