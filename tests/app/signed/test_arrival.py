"""The key of the link in a test message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.settings import Settings
from app.signed import arrival

CHANNEL, TARGET = "0190-channel", "hash of an address"


def test_it_opens_what_it_was_made_for_and_nothing_else(
    configure: Callable[..., Settings],
) -> None:
    configure()
    key = arrival.key(CHANNEL, TARGET)

    assert arrival.opens(CHANNEL, TARGET, key)
    assert not arrival.opens("another", TARGET, key)
    assert not arrival.opens(CHANNEL, "another", key)
    assert not arrival.opens(CHANNEL, TARGET, f"1{key}")


def test_it_is_over_after_a_week(configure: Callable[..., Settings]) -> None:
    configure()
    before = dt.datetime.now(dt.UTC) - arrival.LIFETIME - dt.timedelta(minutes=1)

    assert not arrival.opens(CHANNEL, TARGET, arrival.key(CHANNEL, TARGET, now=before))
