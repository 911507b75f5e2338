"""What differs between two readings."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.configuration.differ import Difference, differences
from app.configuration.hidden import Hidden


def found(before: Any, after: Any) -> list[tuple[Any, ...]]:
    return [(each.change, *each.path) for each in differences(before, after)]


def test_values_keys_and_entries_are_named_by_what_people_call_them() -> None:
    before = {"a": 1, "b": 2, "list": [{"name": "x", "on": True}, {"name": "y"}]}
    after = {"a": 3, "c": 4, "list": [{"name": "z"}, {"name": "x", "on": False}]}
    assert found(before, after) == [
        ("changed", "a"),
        ("removed", "b"),
        ("removed", "list", "y"),
        ("added", "list", "z"),
        ("changed", "list", "x", "on"),
        ("added", "c"),
    ]


def test_a_renamed_entry_with_a_uid_is_the_same_one() -> None:
    before, after = [{"uid": "1", "name": "x"}], [{"uid": "1", "name": "y"}]
    assert list(differences(before, after)) == [
        Difference(path=("x", "name"), change="changed", before="x", after="y")
    ]


def test_another_order_is_one_difference() -> None:
    names = [{"key": each} for each in "abc"]
    assert found(names, [names[2], *names[:2]]) == [("moved",)]
    assert found(names, names[1:]) == [("removed", "a")]


def test_entries_without_names_are_compared_as_a_whole() -> None:
    assert found([{"steps": 1}], [{"steps": 2}]) == [("changed",)]
    assert found(["a"], ["a", "b"]) == [("changed",)]
    assert found([{"name": "x"}, {"name": "x"}], [{"name": "x"}]) == [("changed",)]


def test_no_difference_holds_a_secret_or_a_uid() -> None:
    before = {"channels": [{"uid": "1", "name": "x", "url": Hidden("a")}]}
    after = {
        "channels": [{"uid": "1", "name": "x", "url": Hidden("b")}, {"uid": "2", "u": Hidden("c")}]
    }
    shown = list(differences(before, after))
    assert [each.after for each in shown] == ["(secret)", {"u": "(secret)"}]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["uid", "name", "key", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def without_uids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_uids(each) for key, each in value.items() if key != "uid"}
    return [*map(without_uids, value)] if isinstance(value, list) else value


@given(PLAIN, PLAIN)
def test_nothing_differs_from_itself_and_what_differs_is_found(before: Any, after: Any) -> None:
    assert found(before, before) == []
    if without_uids(before) != without_uids(after):
        assert found(before, after) != []
