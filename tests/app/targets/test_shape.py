"""Targets as they are kept."""

from __future__ import annotations

from app.targets.shape import OwnTarget, Targets, stored

OWN = [OwnTarget(category="售后", minutes=30), OwnTarget(category="其他")]


def test_a_category_of_its_own_counts_before_all() -> None:
    targets = Targets(minutes=120, categories=OWN)
    assert [targets.of(name) for name in ("售后", "其他", "", "咨询")] == [30, None, 120, 120]


def test_without_any_there_is_none() -> None:
    assert stored("").is_empty
    assert Targets(categories=OWN[1:]).is_empty
    assert not Targets(categories=OWN).is_empty


def test_what_the_promise_of_before_became_is_read() -> None:
    assert stored('{"minutes":240}') == Targets(minutes=240, visitors="time")
