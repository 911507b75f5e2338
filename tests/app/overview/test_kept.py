"""Sums of past days: kept behind the messages, and right whatever becomes of these."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest

from app import database
from app.overview import behind, kept
from app.overview.parts import Sums
from app.overview.spans import Span
from app.tables import DaySum, KeptDays, Message, Organization
from tests.app.overview.history import History, Step
from tests.documents import ROOT

CHANGE_MESSAGES = {
    "app/messages/change.py": "follows",
    "app/messages/remarks.py": "follows",
    "app/messages/corrected.py": "follows",
    "app/erasure/by_visitor.py": "follows",
    "app/messages/withdrawn.py": "when the visitor did so alone; `change` follows",
    "app/messages/search/text.py": "the text of the search alone",
    "app/messages/notify_again.py": "the number of the change alone",
    "app/messages/drafts.py": "the number of the change alone",
    "app/messages/lookers.py": "the number of the change alone",
    "app/mail/settle.py": "the number of the change alone",
    "app/mail/stop.py": "the number of the change alone",
    "app/erasure/remove.py": "follows",
    "app/erasure/addresses.py": "the address alone",
    "app/messages/taken_back.py": "when it is taken back alone",
    "app/messages/would_tell.py": "all of it is undone",
}
CHANGES = re.compile(r"\bMessage\.(?:update|delete)\(")
BEGINS = dt.datetime(2026, 10, 22, 1, tzinfo=dt.UTC)
A_DAY = 24 * 60
LEAVE = Step(60, "leave", 0, "产品咨询", "", "", 1)
ZONE = "Asia/Shanghai"
DAYS = Span(dt.date(2026, 10, 1), dt.date(2026, 11, 30))


def of(what: str, which: int = 0, minutes: int = 60) -> Step:
    return Step(minutes, what, which, "售后服务", "", "李雷", None)


async def all_kept(org: Organization, now: dt.datetime) -> None:
    while await kept.keep_some(org.id, now):
        pass


def plain(sums: dict[dt.date, Sums]) -> dict[dt.date, dict[str, dict[str, int]]]:
    """Without what is 0."""
    found = {
        day: {
            kind: some
            for kind, each in kinds.items()
            if (some := {v: n for v, n in each.items() if n})
        }
        for day, kinds in sums.items()
    }
    return {day: kinds for day, kinds in found.items() if kinds}


async def right(org: Organization) -> bool:
    """Whether what is kept is what a count of the messages finds."""
    seen = await kept.days(org.id, org.timezone, DAYS)
    return plain(seen) == plain(await kept.counted(org.id, org.timezone, DAYS))


@pytest.fixture
async def history(org: Organization) -> History:
    """Ten messages on five days, kept."""
    made = History(org, BEGINS)
    for _ in range(5):
        await made.go(LEAVE)
        await made.go(LEAVE)
        await made.go(of("handle", len(made.ids) - 1))
        made.now += dt.timedelta(minutes=A_DAY)
    await all_kept(org, made.now)
    return made


async def test_a_day_is_kept_once_it_is_over(org: Organization, history: History) -> None:
    (row,) = await KeptDays.select(KeptDays.zone, KeptDays.until)
    assert (row["zone"], row["until"]) == (ZONE, "2026-10-26")
    assert await DaySum.count() == 5
    assert await right(org)
    midnight = dt.datetime(2026, 10, 27, 16, tzinfo=dt.UTC)
    assert not await kept.keep_some(org.id, midnight + dt.timedelta(minutes=59))
    assert await kept.keep_some(org.id, midnight + dt.timedelta(minutes=61))


async def test_kept_days_are_not_counted_again(org: Organization, history: History) -> None:
    await database.execute("DELETE FROM message")
    found = await kept.days(org.id, ZONE, DAYS)
    assert sum(sums["new"][""] for sums in found.values()) == 10


@pytest.mark.parametrize(
    "what", ["handle", "reopen", "spam", "trash", "categorize", "solved", "unsolved"]
)
async def test_what_becomes_of_a_message_of_a_kept_day_is_counted_at_once(
    org: Organization, history: History, what: str
) -> None:
    history.now += dt.timedelta(minutes=A_DAY)
    for which in range(4):
        await history.go(of(what, which))
        assert await right(org)
    await history.go(of("undo"))
    assert await right(org)


async def test_a_message_that_is_deleted_counts_no_more(
    org: Organization, history: History
) -> None:
    gone = history.ids[:3]
    async with database.transaction(), kept.following(org.id, gone):
        await Message.delete().where(Message.id.is_in(gone))
    assert await right(org)
    found = await kept.days(org.id, ZONE, DAYS)
    assert sum(sums.get("new", {}).get("", 0) for sums in found.values()) == 7


def test_whoever_changes_or_deletes_messages_is_known() -> None:
    """A new one does so within `following`, or changes nothing that is summed up."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "app").rglob("*.py")
        if path.parent.name != "piccolo_migrations" and CHANGES.search(path.read_text("utf-8"))
    }
    assert found == CHANGE_MESSAGES.keys()
    for name, why in CHANGE_MESSAGES.items():
        assert ("kept.following(" in (ROOT / name).read_text("utf-8")) == (why == "follows")


async def test_another_zone_has_other_days(org: Organization, history: History) -> None:
    await database.execute("UPDATE organization SET timezone = 'America/St_Johns'")
    org.timezone = "America/St_Johns"
    assert await right(org)
    await history.go(of("spam"))
    await all_kept(org, history.now)
    assert await right(org)
    assert await KeptDays.count() == 1


async def test_two_workers_count_a_day_once(org: Organization, history: History) -> None:
    await history.go(LEAVE)
    later = history.now + dt.timedelta(days=3)
    assert any(await asyncio.gather(*(kept.keep_some(org.id, later) for _ in range(3))))
    assert not await kept.keep_some(org.id, later)
    assert await right(org)
    assert await KeptDays.count() == 1


async def test_what_changes_while_it_is_counted_is_counted_again(
    org: Organization, history: History
) -> None:
    for what in ("spam", "handle", "trash", "reopen"):
        history.now += dt.timedelta(minutes=A_DAY)
        await history.go(LEAVE)
        later = history.now + dt.timedelta(days=2)
        await asyncio.gather(
            kept.keep_some(org.id, later), history.go(of(what, len(history.ids) - 1))
        )
        assert await right(org)
        await all_kept(org, later)
        assert await right(org)
        history.now = later


async def test_many_messages_are_counted_day_by_day(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 3)
    made = History(org, BEGINS)
    for _ in range(8):
        await made.go(of("leave", minutes=A_DAY // 2))
    steps = 0
    while await kept.keep_some(org.id, made.now):
        steps += 1
        assert await right(org)
    assert steps > 1


async def test_the_worker_looks_after_those_with_many_messages(
    org: Organization, other_org: Organization, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.execute("DELETE FROM kept_days")
    assert not await behind.step()
    await database.execute("UPDATE organization SET messages = 10 WHERE id = ?", org.id)
    monkeypatch.setattr(behind, "FEW", 9)
    while await behind.step():
        pass
    assert await KeptDays.count() == 1
    assert await right(org)
