"""A report as the values of a form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.reports.shape import Setting

EVERY = ("day", *(f"week-{day}" for day in range(7)))
"""The values of one menu: every day, or one day of the week."""


def values_of(setting: Setting | None) -> dict[str, str]:
    """Without a setting, those of a new one."""
    if setting is None:
        return {"channel": "", "every": "day", "at": "09:00", "skip_empty": "", "skip_closed": "on"}
    return {
        "channel": setting.channel,
        "every": "day" if setting.every == "day" else f"week-{setting.weekday}",
        "at": setting.at,
        "skip_empty": "on" if setting.skip_empty else "",
        "skip_closed": "on" if setting.skip_closed else "",
    }


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: form.get(name, "") for name in values_of(None)}


def raw(form: Mapping[str, str]) -> dict[str, Any]:
    """The JSON that the form means."""
    every, _, weekday = form.get("every", "").partition("-")
    return {
        "channel": form.get("channel", ""),
        "every": every,
        "weekday": int(weekday) if weekday in set("0123456") else 0,
        "at": form.get("at", "")[:5],
        "skip_empty": form.get("skip_empty") == "on",
        "skip_closed": form.get("skip_closed") == "on",
    }
