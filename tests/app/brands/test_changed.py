"""What visitors' pages are told is read anew after a change."""

from __future__ import annotations

import time
import uuid

import pytest

from app.brands import changed


def test_a_change_is_known_of_whom_it_was_and_since_when() -> None:
    one, other, before = uuid.uuid4(), uuid.uuid4(), time.monotonic()
    changed.note(one)
    assert changed.since(before, other, one)
    assert not changed.since(before, other)
    assert not changed.since(time.monotonic() + 1, one)


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "_changed", {})
    monkeypatch.setattr(changed, "AT_MOST", 2)
    before = time.monotonic()
    ids = [uuid.uuid4() for _ in range(3)]
    for each in ids:
        changed.note(each)
    assert [changed.since(before, each) for each in ids] == [False, True, True]
