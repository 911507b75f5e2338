"""Targets as the values of a form, and back."""

from __future__ import annotations

import msgspec

from app.targets.shape import OwnTarget, Targets
from web.console.target_form import raw, rows_of, typed_rows, values_of

TARGETS = Targets(
    minutes=90,
    categories=[OwnTarget(category="a", minutes=60), OwnTarget(category="gone")],
    visitors="nothing",
)


def test_what_is_shown_means_what_is_saved() -> None:
    form = values_of(TARGETS)
    for row in rows_of(TARGETS, ["a", "b"]):
        at = row.at
        form |= {f"{at}-category": row.category, f"{at}-minutes": row.amount}
        form[f"{at}-unit"] = row.unit
    assert raw(form)[0] == msgspec.to_builtins(TARGETS)
    assert [(row.category, row.is_known) for row in typed_rows(form, ["a", "b"])] == [
        ("a", True),
        ("b", True),
        ("gone", False),
    ]


def test_whole_hours_are_shown_as_hours() -> None:
    assert values_of(TARGETS)["unit"] == "min"
    row = rows_of(TARGETS, ["a"])[0]
    assert (row.amount, row.unit) == ("1", "h")
