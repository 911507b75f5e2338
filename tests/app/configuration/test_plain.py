"""Structs as a person would write them."""

from __future__ import annotations

import datetime as dt

import msgspec

from app.configuration.plain import written


class Inner(msgspec.Struct):
    n: int = 1
    day: dt.date | None = None


class Outer(msgspec.Struct, rename={"pass_": "pass"}):
    name: str
    pass_: str = ""
    inner: Inner = msgspec.field(default_factory=Inner)
    listed: list[Inner] = []
    by_day: dict[dt.date, str] = {}


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert written(Outer(name="")) == {"name": ""}
    day = dt.date(2027, 1, 1)
    outer = Outer(
        name="x",
        pass_="y",
        inner=Inner(n=2),
        listed=[Inner(), Inner(day=day)],
        by_day={day: "元旦"},
    )
    assert written(outer) == {
        "name": "x",
        "pass": "y",
        "inner": {"n": 2},
        "listed": [{}, {"day": "2027-01-01"}],
        "by_day": {"2027-01-01": "元旦"},
    }


def test_fields_can_be_left_out() -> None:
    assert written(Outer(name="x", pass_="y"), without=("name",)) == {"pass": "y"}
