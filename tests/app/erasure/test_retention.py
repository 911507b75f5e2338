"""How long messages are kept, as it may be written."""

from __future__ import annotations

from typing import Any

import pytest

from app.erasure import retention
from app.errors import Invalid

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"handled": 0}, "/handled"),
    ({"spam": 3651}, "/spam"),
    ({"trash": "30"}, "/trash"),
    ({"pending": -1}, "/pending"),
    ({"how": "burn"}, "/how"),
    ({"handeld": 3}, "/handeld"),
    ({"categories": [{"category": "a"}, {"category": " a "}]}, "/categories/1/category"),
    ({"categories": [{"category": "x" * 65}]}, "/categories/0/category"),
    ({"categories": [{"category": "a", "days": 0}]}, "/categories/0/days"),
]


@pytest.mark.parametrize(("raw", "pointer"), WRONG)
def test_a_fault_is_named_at_its_place(raw: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as error:
        retention.read(raw)
    assert [each.pointer for each in error.value.problems] == [pointer]


def test_what_is_left_out_is_kept() -> None:
    assert retention.read({}).is_empty
    assert retention.read({"categories": [{"category": "a", "days": None}]}).is_empty
    assert not retention.read({"categories": [{"category": "a", "days": 3}]}).is_empty
