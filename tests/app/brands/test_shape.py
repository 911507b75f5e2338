"""A brand and its organization."""

from __future__ import annotations

import msgspec
import pytest

from app.brands.shape import NAME_MAX, first, named
from app.errors import Invalid
from app.tables import Organization, new_id


def test_the_first_has_all_from_its_organization(org: Organization) -> None:
    found = first(org)
    assert (found.id, found.slug, found.name, found.locale) == (
        org.id,
        org.slug,
        org.name,
        org.locale,
    )


def test_messages_name_every_brand_but_the_first(org: Organization) -> None:
    other = msgspec.structs.replace(first(org), id=new_id())
    assert (first(org).is_first, first(org).mark) == (True, None)
    assert (other.is_first, other.mark) == (False, other.id)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "required"), (" \u200b\n", "required"), ("x" * (NAME_MAX + 1), "too_long")],
)
def test_a_name_is_one_line_that_says_something(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        named(typed)
    assert [(each.pointer, each.code) for each in caught.value.problems] == [("/name", code)]
    assert named("  茶\n馆 ") == "茶 馆"
