"""Ids that come from outside."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid, NotFound
from app.reading.uids import cursor, uid, uid_or_none

ONE = uuid.UUID("01a224b1-dd8e-7752-af0b-11e03e38d66d")


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        str(ONE),
        str(ONE).upper(),
        ONE.hex,
        f"{{{ONE}}}",
        ONE.urn,
    ],
)
def test_every_spelling_is_the_same_id(written: Any) -> None:
    assert uid(written) == uid_or_none(written) == ONE


@pytest.mark.parametrize("written", ["", "x", None, 7, 1.5, [], {}, b"0" * 32, "0" * 33, "\x00"])
def test_what_is_no_id_finds_nothing(written: Any) -> None:
    assert uid_or_none(written) is None
    with pytest.raises(NotFound):
        uid(written)


def test_who_asked_for_it_is_told_where_it_stands() -> None:
    with pytest.raises(Invalid) as caught:
        uid("x", "/channel", "unknown_uid", "There is no such channel")
    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/channel", "unknown_uid")]
    with pytest.raises(Invalid) as caught:
        cursor("")
    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/cursor", "bad_cursor")]
    assert cursor(str(ONE)) == ONE


@given(st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.lists(st.text())))
def test_whatever_comes_is_an_id_or_none(written: Any) -> None:
    found = uid_or_none(written)
    assert found is None or isinstance(found, uuid.UUID)
