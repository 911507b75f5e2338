"""Settings of single categories, one each."""

from __future__ import annotations

from app.reading import categories


def test_one_too_many_too_long_or_twice_is_named_at_its_place() -> None:
    names = [str(n) for n in range(categories.OWN_MAX)]
    assert list(categories.faults(names)) == []

    found = categories.faults(["a", "x" * 65, "a", *names])
    assert [(each.pointer, each.code) for each in found] == [
        ("/categories", "too_long"),
        ("/categories/1/category", "too_long"),
        ("/categories/2/category", "twice"),
    ]
