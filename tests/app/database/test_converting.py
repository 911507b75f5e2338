"""Values reach SQLite and come back as Piccolo has them."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import InvalidOperation
from zoneinfo import ZoneInfo

import pytest
from piccolo.engine import sqlite as piccolos

from app.database import converting

BERLIN = ZoneInfo("Europe/Berlin")
TWICE = dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
MOMENTS = (
    dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 30, 8, 0, 0, 1, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 30, 8),  # noqa: DTZ001
    dt.datetime(2026, 11, 30, 16, tzinfo=ZoneInfo("Asia/Shanghai")),
    TWICE,
    TWICE.replace(fold=1),
)
WRITTEN = {
    "UUID": (
        b"01920000-0000-7000-8000-000000000001",
        b"01920000-0000-7000-8000-00000000ABCD",
        b"{01920000000070008000000000000001}",
    ),
    "INTEGER": (b"0", b"-12", b"9223372036854775807", b"1.0", b"1e3"),
    "BOOLEAN": (b"0", b"1", b"", b"true"),
    "TIMESTAMPTZ": (
        b"2026-11-30 08:00:00+00:00",
        b"2026-11-30 08:00:00.000001+00:00",
        b"2026-11-30 08:00:00",
        b"2026-11-30T08:00:00Z",
    ),
}


@pytest.mark.parametrize("value", MOMENTS)
def test_a_moment_is_written_alike(value: dt.datetime) -> None:
    for _ in range(2):
        assert converting.moment_in(value) == piccolos.convert_datetime_in(value)


def test_an_id_is_written_alike() -> None:
    assert converting.id_in(uuid.UUID(int=7)) == piccolos.convert_uuid_in(uuid.UUID(int=7))


@pytest.mark.parametrize("name", converting.OUT)
def test_what_is_written_is_read_alike(name: str) -> None:
    for value in WRITTEN[name]:
        found, theirs = converting.OUT[name](value), piccolos.CONVERTERS[name](value)
        assert (found, type(found)) == (theirs, type(theirs))
        assert getattr(found, "tzinfo", None) is getattr(theirs, "tzinfo", None)


def test_what_is_no_number_no_id_and_no_moment_is_refused() -> None:
    for name, refusal in (("INTEGER", InvalidOperation), ("UUID", ValueError)):
        with pytest.raises(refusal):
            converting.OUT[name](b"hello")
    with pytest.raises(ValueError, match="hello"):
        converting.OUT["TIMESTAMPTZ"](b"hello")


def test_every_type_that_has_a_converter_is_one_of_piccolos() -> None:
    assert converting.OUT.keys() <= piccolos.CONVERTERS.keys()
    assert converting.IN.keys() <= piccolos.ADAPTERS.keys()
