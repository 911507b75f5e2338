"""How targets are kept, in words: for the team, and for visitors."""

from __future__ import annotations

from app.catalogue import N_, say
from app.overview.lengths import target
from app.targets.replies import Broken, Promise

OF_ALL = N_("All messages ({time}): {late} of {n} late in 30 days")
OF_CATEGORY = N_("{category} ({time}): {late} of {n} late in 30 days")
NO_CATEGORY = N_("Without a category")
IN_HOURS = N_(
    "We usually reply within {time} of our office hours: {percent} % of the time in the last 30"
    " days."
)
AT_ANY_TIME = N_("We usually reply within {time}: {percent} % of the time in the last 30 days.")


def broken(locale: str, found: Broken) -> str:
    facts = {
        "category": found.category or say(locale, NO_CATEGORY),
        "time": target(locale, found.minutes),
        "late": found.late,
        "n": found.of,
    }
    return say(locale, OF_ALL if found.category is None else OF_CATEGORY, facts)


def usual(locale: str, found: Promise) -> str:
    facts = {"time": target(locale, found.minutes), "percent": found.percent}
    return say(locale, IN_HOURS if found.in_hours else AT_ANY_TIME, facts)
