"""Values of rows as JSON."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backup.codec import TYPES, read, written
from app.tables import ALL

VALUES = {
    "uuid": st.uuids(),
    "time": st.datetimes(timezones=st.just(dt.UTC)),
    "text": st.text(),
    "boolean": st.booleans(),
    "number": st.integers(-(2**63), 2**63 - 1),
    "bytes": st.binary(),
}


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_a_value_comes_back_as_it_was(given_: tuple[str, Any]) -> None:
    kind, value = given_
    line = msgspec.json.encode([written(kind, value), written(kind, None)])
    assert read([kind, kind], msgspec.json.decode(line)) == [value, None]


def test_every_column_of_the_product_has_a_type() -> None:
    assert {type(each) for table in ALL for each in table._meta.columns} <= {*TYPES} | {
        each
        for each in {type(each) for table in ALL for each in table._meta.columns}
        if each.__name__ == "ForeignKey"
    }
    assert set(TYPES.values()) == set(VALUES)


@pytest.mark.parametrize("row", [[], [1, 2], ["no uuid"], [7]])
def test_a_row_of_another_shape_is_refused(row: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        read(["uuid"], row)
    assert read(["uuid"], [str(uuid.UUID(int=1))]) == [uuid.UUID(int=1)]
