"""Messages as weeks bring them: left, handled, opened again, thrown away, at times of the test's
own. And a plain count of what became of them."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from app import database
from app.deliveries.owe import lock
from app.messages import acts, change, remarks
from app.messages.stored import STORED, Stored
from app.overview import kept
from app.overview.figures import Overview, Waits
from app.overview.spans import Span
from app.tables import Message, Organization, new_id

GENUINE = {"pending", "handled"}
ACTS = {
    "spam": acts.spam,
    "reopen": acts.reopened,
    "trash": acts.trashed,
    "restore": acts.restored,
}


class Step(msgspec.Struct, frozen=True):
    """After so many minutes something happens to one of the messages."""

    minutes: int
    what: str
    which: int
    category: str
    site: str
    by: str
    promised: int | None
    """Hours."""


class History:
    def __init__(self, org: Organization, begins: dt.datetime) -> None:
        self.org, self.now = org, begins
        self.ids: list[uuid.UUID] = []
        self.done: list[uuid.UUID] = []

    async def go(self, step: Step) -> None:
        self.now += dt.timedelta(minutes=step.minutes)
        if step.what == "keep":
            while await kept.keep_some(self.org.id, self.now):
                pass
        elif step.what == "leave":
            await self._leave(step)
        elif self.ids:
            await self._change(step, self.ids[step.which % len(self.ids)])

    async def _leave(self, step: Step) -> None:
        millisecond = int(self.now.timestamp() * 1000)
        made = uuid.UUID(int=millisecond << 80 | new_id().int & (1 << 80) - 1)
        due = self.now + dt.timedelta(hours=step.promised) if step.promised else None
        number = f"s{len(self.ids)}"
        row = Stored(
            id=made,
            organization=self.org.id,
            reference=number,
            shown_reference=number,
            submission_id=number,
            fingerprint="",
            repeat_of=None,
            told_at=self.now,
            name="",
            phone="",
            email="",
            content=number,
            category=step.category,
            fields="{}",
            written="{}",
            labels="{}",
            consents="[]",
            form_version=None,
            source="web_chat",
            page_url="",
            referrer="",
            external_id="",
            ip="",
            user_agent="",
            language="",
            status="pending",
            spam_reason="",
            created_at=self.now,
            due_at=due,
            site=step.site,
        )
        async with database.transaction():
            await database.insert(STORED, [row])
        self.ids.append(made)

    async def _change(self, step: Step, message: uuid.UUID) -> None:
        if step.what in {"solved", "unsolved"}:
            await remarks.judge(self.org.id, str(message), solved=step.what == "solved")
            return
        if step.what == "undo":
            await self._undo()
            return
        act = {
            "handle": lambda: acts.handled("phone", "", by=step.by),
            "categorize": lambda: acts.categorized(step.category),
            **ACTS,
        }[step.what]()
        await self._act(act, [message], step.by)

    async def _act(self, act: acts.Act, messages: list[uuid.UUID], by: str) -> None:
        """At the history's own time."""
        mark = new_id()
        async with database.transaction():
            org = replace(await lock(self.org.id), now=self.now)
            if await change.part(self.org.id, org, messages, act, mark, by):
                self.done.append(mark)

    async def _undo(self) -> None:
        if self.done:
            mark = self.done.pop()
            happened = await change.events.of_act(self.org.id, mark)
            ids = [each.message for each in happened]
            await self._act(change.before(mark, happened), ids, "")


class Plain(msgspec.Struct):
    """A message as its row is."""

    created_at: dt.datetime
    status: str
    category: str
    site: str
    handled_at: dt.datetime | None
    handled_by: str
    first_handled_at: dt.datetime | None
    due_at: dt.datetime | None
    snoozed_until: dt.datetime | None
    solved: str


async def plain(org: Organization) -> list[Plain]:
    query = Message.select(*(getattr(Message, name) for name in Plain.__struct_fields__))
    return await database.rows(Plain, query.where(Message.organization == org.id))


def nearest(values: Iterable[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0


def rounded(minutes: int) -> int:
    step = 5 * 10 ** (len(str(minutes)) - 3) if minutes >= 100 else 1
    return math.floor(minutes / step + 0.5) * step


class Count:
    """Every number of the overview, message by message."""

    def __init__(self, rows: list[Plain], zone: str, now: dt.datetime) -> None:
        self.rows = [row for row in rows if row.status in GENUINE]
        self.zone, self.now = ZoneInfo(zone), now

    def day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self.zone).date()

    def left(self, span: Span) -> list[Plain]:
        return [row for row in self.rows if span.first <= self.day(row.created_at) <= span.last]

    def handled(self, span: Span) -> list[Plain]:
        done = [row for row in self.rows if row.status == "handled" and row.handled_at]
        return [row for row in done if span.first <= self.day(row.handled_at) <= span.last]

    def waits(self, span: Span) -> Waits:
        lasted = [
            rounded(int((row.first_handled_at - row.created_at).total_seconds()) // 60)
            for row in self.left(span)
            if row.first_handled_at
        ]
        return Waits(len(lasted), nearest(lasted, 0.5), nearest(lasted, 0.9))

    def promises(self, span: Span, category: str | None = None) -> tuple[int, int]:
        """Kept ones, and all that are decided."""
        known = [row for row in self.left(span) if row.due_at and category in (None, row.category)]
        kept = [r for r in known if r.first_handled_at and r.first_handled_at <= r.due_at]
        late = [
            row
            for row in known
            if (row.first_handled_at and row.first_handled_at > row.due_at)
            or (not row.first_handled_at and row.due_at < self.now)
        ]
        return len(kept), len(kept) + len(late)

    def compare(self, found: Overview) -> None:
        for span, seen in ((found.span, found.now), (found.span.before, found.before)):
            left = self.left(span)
            assert seen.new == len(left)
            assert seen.handled == len(self.handled(span))
            assert seen.wait == self.waits(span)
            assert (seen.kept.n, seen.kept.total) == self.promises(span)
            answers = Counter(row.solved for row in left if row.solved)
            assert (seen.solved.n, seen.solved.total) == (answers["yes"], answers.total())
        self._compare_lists(found)

    def _compare_lists(self, found: Overview) -> None:
        left = self.left(found.span)
        for lines, name in ((found.categories, "category"), (found.sites, "site")):
            told = {line.name: (line.new, line.handled) for line in lines}
            assert told == {
                value: (n, sum(r.status == "handled" for r in left if getattr(r, name) == value))
                for value, n in Counter(getattr(row, name) for row in left).items()
            }
        for line in found.categories:
            assert (line.kept.n, line.kept.total) == self.promises(found.span, line.name)
            said = Counter(row.solved for row in left if row.solved and row.category == line.name)
            assert (line.solved.n, line.solved.total) == (said["yes"], said.total())
        people = Counter(row.handled_by for row in self.handled(found.span))
        assert {each.name: each.handled for each in found.people if each.handled} == people
        judged = Counter((row.handled_by, row.solved) for row in left if row.handled_by)
        for each in found.people:
            yes, no = judged.pop((each.name, "yes"), 0), judged.pop((each.name, "no"), 0)
            assert (each.solved.n, each.solved.total) == (yes, yes + no)
        assert not [solved for _, solved in judged if solved]
        local = (row.created_at.astimezone(self.zone) for row in left)
        assert found.hours == Counter(f"{at:%a}-{at:%H}".lower() for at in local)
        for bar in found.bars:
            both = len(self.left(bar.span)), len(self.handled(bar.span))
            assert (bar.new, bar.handled) == both
        waiting = [row for row in self.rows if row.status == "pending"]
        assert found.pending == len(waiting) == sum(age.n for age in found.ages)
        assert found.overdue == sum(bool(r.due_at and r.due_at < self.now) for r in waiting)
        for age in found.ages:
            days = [self.day(row.created_at) for row in waiting]
            assert age.n == sum((age.first or dt.date.min) <= day <= age.last for day in days)
