"""The overview's numbers against a plain count of the same rows."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app import database, messages
from app.messages.filter import GENUINE, Filter
from app.overview import figures
from app.overview.figures import Share, Waits, waits
from app.overview.spans import Span
from app.tables import Organization
from app.targets import watch
from app.targets.shape import OwnTarget, Targets
from tests.app.overview.history import Count, History, Step, plain

EXAMPLES = min(hypothesis_settings.default.max_examples, 200)
BEGINS = [dt.datetime(2026, month, day, tzinfo=dt.UTC) for month, day in ((3, 26), (10, 22))]
"""Days before Berlin's clocks are changed; those of St. John's are changed three weeks before and a
week after."""
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns")
STEPS = st.builds(
    Step,
    minutes=st.sampled_from([0, 7, 59, 430, 1500, 5000]),
    what=st.sampled_from(
        [
            *["leave"] * 5,
            *["handle"] * 4,
            *["keep"] * 2,
            *("reopen", "spam", "trash", "restore", "categorize", "solved", "unsolved", "undo"),
        ]
    ),
    which=st.integers(0, 50),
    category=st.sampled_from(["", "产品咨询", "售后服务"]),
    site=st.sampled_from(["", "www.shop.example"]),
    by=st.sampled_from(["李雷", "韩梅梅"]),
    promised=st.sampled_from([None, 1, 24]),
)


@hypothesis_settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(STEPS, max_size=40),
    begins=st.sampled_from(BEGINS),
    zone=st.sampled_from(ZONES),
    length=st.sampled_from([1, 7, 30]),
)
async def test_every_number_is_what_a_plain_count_finds(
    org: Organization, steps: list[Step], begins: dt.datetime, zone: str, length: int
) -> None:
    for table in ("message", "kept_days", "day_sum"):
        await database.execute(f"DELETE FROM {table}")
    await database.execute("UPDATE organization SET timezone = ?", zone)
    org.timezone = zone
    history = History(org, begins)
    for step in steps:
        await history.go(step)
    now = history.now + dt.timedelta(minutes=1)
    last = figures.day_of(org, now)
    span = Span(last - dt.timedelta(days=length - 1), last)
    found = await figures.read(org, span, now)
    count = Count(await plain(org), zone, now)
    count.compare(found)
    await targets_agree(org, count, now)
    await lists_agree(org, found, zone)


async def targets_agree(org: Organization, count: Count, now: dt.datetime) -> None:
    """What is watched of the last 30 days."""
    own = "售后服务"
    targets = Targets(minutes=60, categories=[OwnTarget(category=own, minutes=30)])
    seen = {
        each.category: (each.share.n, each.share.total)
        for each in watch.watched(targets, *await watch.lately(org, now))
    }
    last = figures.day_of(org, now)
    month = Span(last - dt.timedelta(days=29), last)
    whole, of_own = count.promises(month), count.promises(month, own)
    assert seen == {own: of_own, None: (whole[0] - of_own[0], whole[1] - of_own[1])}


async def lists_agree(org: Organization, found: figures.Overview, zone: str) -> None:
    """What the numbers link to."""
    days = {"since": str(found.span.first), "until": str(found.span.last)}

    async def counted(**parts: str) -> int:
        chosen = Filter(**{**days, **parts})  # type: ignore[arg-type]
        return await messages.count(org.id, chosen.wanted(zone, None))

    assert await counted(status=GENUINE) == found.now.new
    assert await counted(status="handled", dates="handled") == found.now.handled
    assert await counted(status=GENUINE, first="kept") == found.now.kept.n
    assert await counted(status=GENUINE, first="handled") == found.now.wait.n
    assert await counted(status=GENUINE, solved="yes") == found.now.solved.n
    for hour, n in found.hours.items():
        assert await counted(status=GENUINE, hour=hour) == n
    for line in found.categories:
        named = {"category": line.name} if line.name else {"lacks": "category"}
        assert await counted(status=GENUINE, **named) == line.new
        assert await counted(status="handled", **named) == line.handled
        assert await counted(status=GENUINE, first="kept", **named) == line.kept.n
        assert await counted(status=GENUINE, solved="yes", **named) == line.solved.n
    for each in found.people:
        done = {"status": "handled", "dates": "handled", "handler": each.name}
        assert await counted(**done) == each.handled
        said = {"status": GENUINE, "handler": each.name}
        assert await counted(solved="yes", **said) == each.solved.n
        assert await counted(solved="no", **said) == each.solved.total - each.solved.n


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, Waits(0, 0, 0)),
        ({"5": 1}, Waits(1, 5, 5)),
        ({"5": 5, "7": 4, "1000": 1}, Waits(10, 5, 7)),
        ({"30": 1, "4": 1}, Waits(2, 4, 30)),
    ],
)
def test_median_and_ninth_tenth_are_times_that_somebody_waited(
    counts: dict[str, int], expected: Waits
) -> None:
    assert waits(counts) == expected


@pytest.mark.parametrize(
    ("kept", "total", "broken"),
    [(0, 19, False), (16, 20, False), (15, 20, True), (80, 100, False), (79, 100, True)],
)
def test_too_many_promises_are_broken_when_it_is_more_than_one_in_five(
    kept: int, total: int, broken: bool
) -> None:
    assert Share(kept, total).is_broken == broken


def test_a_share_of_nothing_is_none() -> None:
    assert Share(0, 0).percent is None
    assert Share(1, 4).percent == 25
