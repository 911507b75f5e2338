"""Lengths of time in words."""

from __future__ import annotations

from app.catalogue import N_, say

MINUTES = N_("{minutes} min")
HOURS = N_("{hours} h {minutes} min")
WHOLE_HOURS = N_("{hours} h")
DAYS = N_("{days} d {hours} h")


def lasting(locale: str, minutes: int) -> str:
    """In two units."""
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return say(locale, MINUTES, {"minutes": minutes})
    if hours < 48 and not minutes:
        return say(locale, WHOLE_HOURS, {"hours": hours})
    if hours < 48:
        return say(locale, HOURS, {"hours": hours, "minutes": minutes})
    return say(locale, DAYS, {"days": hours // 24, "hours": hours % 24})


def target(locale: str, minutes: int) -> str:
    """Of office time, whose days have no fixed length."""
    hours, rest = divmod(minutes, 60)
    if hours >= 48 and not rest:
        return say(locale, WHOLE_HOURS, {"hours": hours})
    if hours >= 48:
        return say(locale, HOURS, {"hours": hours, "minutes": rest})
    return lasting(locale, minutes)
