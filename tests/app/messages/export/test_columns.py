"""The columns of own fields."""

from __future__ import annotations

import pytest

from app import messages
from app.brands import change as brands
from app.fields.shape import Label
from app.messages.export import columns
from app.messages.export.columns import Own, Table
from app.messages.outcomes import BUILT_IN
from app.messages.wanted import EVERYTHING
from app.tables import Organization
from tests.app.messages.conftest import Leave

SIZE = Label({"zh-CN": "尺码", "en": "Size"})


def table(own: Own, locale: str = "en") -> Table:
    return Table(own, {}, BUILT_IN, locale, "Asia/Shanghai")


def own(**labels: Label | None) -> Own:
    found = Own({})
    for key, label in labels.items():
        found.add(key, label)
    return found


def test_an_own_field_is_called_as_people_named_it() -> None:
    found = own(size=SIZE, order=None)

    assert table(found).titles[15:17] == ["Size", "order"]
    assert table(found, "zh-CN").titles[15:17] == ["尺码", "order"]


def test_two_that_are_called_the_same_stay_apart() -> None:
    found = own(a=SIZE, b=SIZE, c=Label({"en": "Phone"}))

    assert table(found).titles[15:18] == ["Size (a)", "Size (b)", "Phone (c)"]


def test_times_are_the_organization_s() -> None:
    assert "Left at (Asia/Shanghai)" in table(own()).titles


async def test_the_newest_form_says_what_a_field_is_called(org: Organization, leave: Leave) -> None:
    await leave(fields={"size": "M"}, labels={"size": Label({"en": "Old"})})
    await leave(fields={"extra": "1"})
    await leave(fields={"size": "L"}, labels={"size": SIZE})
    await leave(labels={"unanswered": Label({"en": "Why"})})
    found = await columns.table(org, EVERYTHING, "en")

    assert found.titles[15:18] == ["Why", "Size", "extra"]


async def test_more_keys_than_columns_share_the_last(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "OWN_MAX", 1)
    await leave(fields={"a": "1", "b": "2", "c": "3"})
    found = await columns.table(org, EVERYTHING, "en")

    assert found.titles[15:17] == ["a", "Other answers"]
    (row,) = (await messages.inbox(org.id)).items
    assert found.cells(row, 0)[15:17] == ["1", "b: 2\nc: 3"]


async def test_fields_are_found_behind_the_first_pages(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "READ_AT_ONCE", 2)
    for n in range(5):
        await leave(fields={f"k{n}": "x"})
    found = await columns.table(org, EVERYTHING, "en")

    assert set(found.own.labels) == {f"k{n}" for n in range(5)}


async def test_with_several_brands_the_last_column_names_the_messages(
    org: Organization, leave: Leave
) -> None:
    await leave()
    (row,) = (await messages.inbox(org.id)).items
    assert (await columns.table(org, EVERYTHING, "en")).titles[-1] == "Replies and notes"
    await brands.add(org, "tea", "茶馆", by="x")
    found = await columns.table(org, EVERYTHING, "en")
    assert (found.titles[-1], found.cells(row, 0)[-1]) == ("Brand", org.name)
