"""docs/delivery.md says what the code does."""

from __future__ import annotations

import datetime as dt
from typing import get_args, get_type_hints

from app.deliveries import verdict
from tests.documents import bare, read, sections, table, tables
from web.api.delivery_shapes import LoggedDelivery, State
from web.console.message import REASONS

PARTS = sections(read("docs/delivery.md"))
# These are the outcome of the last try, whose hint says more than a sentence for all.
OF_THE_TRY = {"permanent_content", "permanent_config", "gone"}


def test_every_state_is_documented() -> None:
    assert [bare(row[0]) for row in table(PARTS["States"])] == [*get_args(State)]


def test_everything_that_is_waited_for_is_documented() -> None:
    known = get_args(get_type_hints(LoggedDelivery)["waits_for"])
    assert {bare(row[0]) for row in tables(PARTS["States"])[1]} == {*known} - {""}


def test_every_reason_is_documented() -> None:
    listed = {bare(row[0]) for row in tables(PARTS["States"])[2]}
    assert listed == {*REASONS} | OF_THE_TRY


def test_the_schedule_is_the_one_that_is_kept() -> None:
    rows = table(PARTS["Tries"])
    assert [seconds(row[1]) for row in rows] == [*verdict.SCHEDULE]
    whole = 0
    for row, gap in zip(rows, verdict.SCHEDULE, strict=True):
        whole += gap
        assert abs(whole - seconds(row[2])) <= whole / 5, row


def seconds(written: str) -> float:
    number, unit = written.split(" ")
    units = {"s": "seconds", "min": "minutes", "h": "hours"}
    return dt.timedelta(**{units[unit]: int(number)}).total_seconds()
