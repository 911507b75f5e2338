"""One thing of an earlier state comes back, and everything else stays as it is now."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.configuration.differ import differences
from app.history.entries import encoded, key, with_these

A, B, C = {"uid": "1", "name": "a", "n": 1}, {"uid": "2", "name": "b"}, {"uid": "3", "name": "c"}
A2 = {**A, "n": 2}


@pytest.mark.parametrize(
    ("now", "then", "chosen", "expected"),
    [
        ([A, B], [A2, B, C], ["", "a"], [A2, B]),
        ([A, B], [A2, C, B], ["", "c"], [A, C, B]),
        ([A, B], [A2], ["", "b"], [A]),
        ([B, A], [A2, B], ["moved"], [A, B]),
        ({"x": 1, "y": 2}, {"x": 3}, ["", "x"], {"x": 3, "y": 2}),
        ({"x": 1, "y": 2}, {"x": 3}, ["", "y"], {"x": 1}),
        (
            {"rules": [A, B], "m": 1},
            {"rules": [A2], "m": 2},
            ["", "rules", "a"],
            {"rules": [A2, B], "m": 1},
        ),
        ({"rules": [A, B]}, {"rules": [B, A2]}, ["moved", "rules"], {"rules": [B, A]}),
        ({"o": {"x": 1}}, {"o": {"x": 2}}, ["", "o", "x"], {"o": {"x": 2}}),
        ([1, 2], [3], [""], [3]),
        ([A], [A2], ["", "unheard-of"], [A]),
    ],
)
def test_one_thing_comes_back(now: Any, then: Any, chosen: list[str], expected: Any) -> None:
    assert with_these(now, then, [encoded(tuple(chosen))]) == expected


def test_what_was_sent_may_be_anything() -> None:
    assert with_these([A], [A2], ["", "x", "{}", "[]" * 9, "[1]"]) == [A]


values = st.recursive(
    st.integers(0, 3) | st.sampled_from(["x", "y"]),
    lambda inner: st.dictionaries(st.sampled_from(["k", "l", "m"]), inner, max_size=3),
    max_leaves=6,
)
entries = st.lists(
    st.builds(lambda name, value: {"name": name, "v": value}, st.sampled_from("abcd"), values),
    unique_by=lambda each: each["name"],
    max_size=4,
)
states = st.dictionaries(st.sampled_from(["p", "q"]), entries | values, max_size=2) | entries


@given(states, states)
def test_all_things_together_are_the_whole_state(now: Any, then: Any) -> None:
    if type(now) is not type(then):
        return
    found = list(differences(now, then, ("part",)))
    keys = list(dict.fromkeys(key(each, now, then) for each in found))
    assert list(differences(with_these(now, then, keys), then)) == []
    for one in keys:
        alone = with_these(now, then, [one])
        left = list(differences(alone, then, ("part",)))
        assert len(left) < len(found)
