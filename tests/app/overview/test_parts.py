"""What a message counts as."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.overview import parts
from app.overview.parts import Counted

NOON = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
WAITS = Counted(
    status="pending",
    handled_at=None,
    handled_by="",
    created_at=NOON,
    category="产品咨询",
    site="",
    first_handled_at=None,
    open_minutes=None,
    due_at=None,
    solved="",
)


@pytest.mark.parametrize("status", ["spam", "trash", "repeat"])
def test_what_is_set_aside_counts_for_nothing(status: str) -> None:
    row = replace(WAITS, status=status, handled_at=NOON, first_handled_at=NOON, solved="yes")
    assert [*parts.left(row, NOON)] == [*parts.handled(row)] == []


def test_what_waits_counts_as_left_only() -> None:
    found = [*parts.left(WAITS, NOON)]
    assert found == [("new", ""), ("hour", "12"), ("category", "产品咨询"), ("site", "")]
    assert [*parts.handled(WAITS)] == []


def test_only_what_is_not_the_first_brands_names_its_brand() -> None:
    brand = uuid.uuid4()
    row = replace(WAITS, brand=brand, status="handled", handled_at=NOON)
    assert {("brand", str(brand)), ("brand handled", str(brand))} < {*parts.left(row, NOON)}
    assert not [kind for kind, _ in parts.left(replace(row, brand=None), NOON) if "brand" in kind]


def test_a_promise_is_kept_or_not_by_the_first_time_it_was_handled() -> None:
    later = NOON + dt.timedelta(minutes=90)
    row = replace(WAITS, first_handled_at=later, open_minutes=30, due_at=NOON, solved="no")
    found = [*parts.left(row, NOON)]
    assert {("first", "late"), ("wait", "90"), ("open wait", "30"), ("solved", "no")} < {*found}
    by = {("category late", row.category), ("category solved no", row.category)}
    assert by < {*found}
    assert not [kind for kind, _ in found if kind.startswith("person")]
    row.due_at = later
    assert ("first", "kept") in [*parts.left(row, NOON)]


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    row = replace(WAITS, status="handled", first_handled_at=NOON - dt.timedelta(hours=1))
    assert ("wait", "0") in [*parts.left(row, NOON)]


@given(minutes=st.integers(0, 10_000_000))
def test_a_time_is_rounded_by_one_in_forty_at_most(minutes: int) -> None:
    found = int(parts.rounded(minutes))
    assert abs(minutes - found) <= minutes / 40
    assert found == minutes or minutes >= parts.EXACT


def test_sums_of_days_are_added_up() -> None:
    found: dict[dt.date, parts.Sums] = {}
    day = NOON.date()
    parts.add(found, day, [("new", ""), ("site", "a")])
    parts.add(found, day + dt.timedelta(days=1), [("new", "")])
    assert parts.together(found.values()) == {"new": {"": 2}, "site": {"a": 1}}
    assert parts.summed({day: [("new", ""), ("site", "a")]}) == {day: found[day]}
