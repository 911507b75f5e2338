"""Are agents there? Manual override, then overload, then agents and office hours by the rule, then
offline."""

from __future__ import annotations

import datetime as dt
import uuid

from app.presence.change import (
    forget_day,
    import_days,
    override,
    preview_days,
    public_days,
    release,
    set_day,
    set_rule,
    set_week,
)
from app.presence.decide import Presence, decide
from app.presence.explain import Step, steps
from app.presence.facts import CONSOLE, RULES, Facts, Said, read, schedule_of
from app.presence.reports import TTL, TTL_MAX, beat, is_on, leave, report, switch
from app.tables import Organization

__all__ = [
    "CONSOLE",
    "RULES",
    "TTL",
    "TTL_MAX",
    "Facts",
    "Presence",
    "Said",
    "Step",
    "beat",
    "decide",
    "explain",
    "forget_day",
    "import_days",
    "is_on",
    "leave",
    "override",
    "preview_days",
    "public_days",
    "read",
    "release",
    "report",
    "schedule_of",
    "set_day",
    "set_rule",
    "set_week",
    "state",
    "steps",
    "switch",
]


async def state(
    org: Organization, now: dt.datetime | None = None, *, brand: uuid.UUID | None = None
) -> Presence:
    """What a visitor of `brand`, else of the first, sees at `now`, by default the database's time.
    Raises Unavailable."""
    return decide(await read(org, now, brand=brand))


async def explain(org: Organization, now: dt.datetime | None = None) -> list[Step]:
    """Every rule that was looked at, in order, with what it said and which one decided."""
    return steps(await read(org, now, also_over=True))
