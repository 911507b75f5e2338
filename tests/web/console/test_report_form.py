"""A report as the values of a form, and back."""

from __future__ import annotations

import msgspec
import pytest

from app.reports.shape import Setting
from web.console.report_form import raw, typed, values_of


@pytest.mark.parametrize(
    "setting",
    [
        Setting(channel="c"),
        Setting(channel="c", every="week", weekday=6, at="23:59", skip_empty=True),
        Setting(channel="c", skip_closed=True),
    ],
)
def test_what_is_shown_means_what_is_saved(setting: Setting) -> None:
    assert raw(typed(values_of(setting))) == msgspec.to_builtins(setting)


def test_a_new_one_leaves_closed_days_out() -> None:
    assert values_of(None)["skip_closed"] == "on"


def test_a_weekday_that_there_is_not_is_no_number() -> None:
    assert raw({"every": "week-7"})["weekday"] == 0
    assert raw({"every": "week-x"})["weekday"] == 0
