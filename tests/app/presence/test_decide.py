"""The decision as a table: facts in, state and reason out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app import hours, presence
from app.hours import Schedule
from app.presence import Facts, Said

# A Monday in Shanghai, 10:00.
MONDAY = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = hours.check(
    {
        "timezone": "Asia/Shanghai",
        "weekly": dict.fromkeys(WORKDAYS, [["09:00", "18:00"]]),
        "holidays": {"2026-11-24": "假"},
    }
)
CLOSING, OPENING = MONDAY + 8 * HOUR, MONDAY + 47 * HOUR
"""Monday 18:00 and Wednesday 09:00: Tuesday is a day off."""
NIGHT, HOLIDAY = MONDAY + 10 * HOUR, MONDAY + 24 * HOUR


def said(
    online: int, *, source: str = "chat", lasts: dt.timedelta = HOUR, overload: Any = None
) -> Said:
    return Said(
        source=source,
        who="",
        name=source,
        online=online,
        until=MONDAY + lasts,
        overloaded_until=overload,
        at=MONDAY,
    )


def facts(
    rule: str,
    *reports: Said,
    now: dt.datetime = MONDAY,
    schedule: Schedule = OFFICE,
    override: str = "",
    until: dt.datetime | None = None,
) -> Facts:
    return Facts(
        now=now,
        rule=rule,
        schedule=schedule,
        override=override,
        override_until=until,
        override_by="李雷",
        said=reports,
    )


HERE = said(2, lasts=100 * HOUR)
NOT_SET = Schedule(timezone="Asia/Shanghai")

CASES = [
    (facts("agents"), "offline", "no_agents", None),
    (facts("agents", HERE), "online", "agents_online", None),
    (facts("agents", HERE, now=NIGHT), "online", "agents_online", None),
    (facts("agents", said(0)), "offline", "no_agents", None),
    (facts("agents", said(3, lasts=dt.timedelta())), "offline", "no_agents", None),
    (facts("hours"), "online", "within_hours", CLOSING),
    (facts("hours", HERE, now=NIGHT), "offline", "outside_hours", OPENING),
    (facts("hours", now=HOLIDAY), "offline", "holiday", OPENING),
    (facts("hours", HERE, schedule=NOT_SET), "offline", "no_hours", None),
    (facts("agents_and_hours", HERE), "online", "agents_online", CLOSING),
    (facts("agents_and_hours"), "offline", "no_agents", None),
    (facts("agents_and_hours", HERE, now=NIGHT), "offline", "outside_hours", OPENING),
    (facts("agents_and_hours", now=NIGHT), "offline", "outside_hours", OPENING),
    (facts("agents_and_hours", HERE, schedule=NOT_SET), "offline", "no_hours", None),
    # By hand, whatever else is said; the next change is where the rule says something else.
    (
        facts("agents", override="online", until=MONDAY + HOUR),
        "online",
        "override",
        MONDAY + HOUR,
    ),
    (facts("agents", HERE, override="online", until=MONDAY + HOUR), "online", "override", None),
    (
        facts("hours", override="offline", until=MONDAY + HOUR),
        "offline",
        "override",
        MONDAY + HOUR,
    ),
    (facts("hours", override="offline", until=NIGHT), "offline", "override", OPENING),
    (facts("hours", override="online", until=MONDAY + HOUR), "online", "override", CLOSING),
    (facts("hours", override="online", until=MONDAY), "online", "within_hours", CLOSING),
    (facts("agents", override="online", until=MONDAY), "offline", "no_agents", None),
    # Too much to do: the form, though agents are there.
    (
        facts("agents", HERE, said(0, overload=MONDAY + HOUR)),
        "offline",
        "overloaded",
        MONDAY + HOUR,
    ),
    (facts("agents", said(0, overload=MONDAY + HOUR)), "offline", "overloaded", None),
    (facts("agents", HERE, said(0, overload=MONDAY)), "online", "agents_online", None),
    (
        facts(
            "agents",
            HERE,
            said(0, overload=MONDAY + 2 * HOUR),
            override="online",
            until=MONDAY + HOUR,
        ),
        "online",
        "override",
        MONDAY + HOUR,
    ),
]


@pytest.mark.parametrize(("given", "state", "reason", "next_change"), CASES)
def test_the_first_rule_that_speaks_decides(
    given: Facts, state: str, reason: str, next_change: dt.datetime | None
) -> None:
    found = presence.decide(given)

    assert (found.state, found.reason, found.next_change_at) == (state, reason, next_change)


@pytest.mark.parametrize(("given", "state", "reason", "next_change"), CASES)
def test_why_names_exactly_one_deciding_rule_that_says_what_is_shown(
    given: Facts, state: str, reason: str, next_change: dt.datetime | None
) -> None:
    found = presence.steps(given)
    (deciding,) = [step for step in found if step.decides]

    assert [step.rule for step in found] == [
        "override",
        "overload",
        "console",
        "reports",
        "hours",
        "rule",
    ]
    assert deciding.says == state


def test_agents_of_all_sources_count_together() -> None:
    found = facts("agents", said(2), said(1, source="console"), said(5, lasts=-HOUR))

    assert found.agents == 3
    assert presence.decide(found).agents_online == 3


def test_a_make_up_day_is_no_day_off() -> None:
    made = hours.check(
        {"timezone": "Asia/Shanghai", "makeup_days": {"2026-11-24": [["09:00", "10:00"]]}}
    )

    assert presence.decide(facts("hours", now=HOLIDAY, schedule=made)).reason == "outside_hours"


def test_a_heartbeat_of_ninety_seconds_ago_is_over() -> None:
    last = dt.timedelta(seconds=90)
    one = said(1, lasts=last)

    assert presence.decide(facts("agents", one, now=MONDAY + last)).state == "offline"
    just_before = MONDAY + last - dt.timedelta(microseconds=1)
    assert presence.decide(facts("agents", one, now=just_before)).state == "online"
