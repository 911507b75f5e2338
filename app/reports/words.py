"""What a report says: a title, and lines that lead to what they count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal

from app.catalogue import CLAUSES, N_, say
from app.channels.kinds import KINDS
from app.channels.sender import Line
from app.languages import unicode
from app.messages.filter import GENUINE, Filter
from app.overview.figures import Overview
from app.overview.lengths import lasting
from app.overview.spans import Span
from app.tables import Organization

DAY = N_("d MMM")
DAILY = N_("{shop}: report of {days}")
WEEKLY = N_("{shop}: week of {days}")
NEW = N_("{n} new")
BEFORE = N_("{n} new ({before} in the time before)")
HANDLED = N_("{n} handled")
WAITED = N_("First handled after {median}, nine of ten within {p90}")
IN_TIME = N_("{percent} % of {total} in time, {n} late")
WAITING = N_("{n} waiting now")
WAITING_LATE = N_("{n} waiting now, {overdue} of them overdue")
OLDEST = N_("The oldest waits for {time}")
FAILED = N_("Notices that failed: {n} ({channels})")
CHANNEL = N_("{name} {n}")
NOTHING = N_("Nothing came, nothing waits, nothing failed.")
MISSED = N_("Not sent while the server was not running: {days}")
BY_HAND = N_("Sent by hand.")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`oldest`: since when what waits longest waits."""

    found: Overview
    oldest: dt.datetime | None
    now: dt.datetime
    missed: Sequence[dt.date] = ()
    by_hand: bool = False

    @property
    def is_empty(self) -> bool:
        found = self.found
        late = found.now.kept.total - found.now.kept.n
        failed = found.notices.total - found.notices.n
        return not (found.now.new or found.now.handled or found.pending or late or failed)


def title(org: Organization, every: str, span: Span) -> str:
    days = [span.first] if span.first == span.last else [span.first, span.last]
    shown = " – ".join(_date(org.locale, day) for day in days)
    return say(org.locale, WEEKLY if every == "week" else DAILY, {"shop": org.name, "days": shown})


def link(span: Span) -> str:
    """To the overview of these days."""
    return f"/overview?{urlencode({'since': str(span.first), 'until': str(span.last)})}"


def lines(org: Organization, facts: Facts) -> list[Line]:
    said = list(_Words(org, facts.found.span).lines(facts))
    if facts.is_empty:
        said = [Line(say(org.locale, NOTHING))]
    if facts.missed:
        days = ", ".join(_date(org.locale, day) for day in facts.missed)
        said.append(Line(say(org.locale, MISSED, {"days": days})))
    if facts.by_hand:
        said.append(Line(say(org.locale, BY_HAND)))
    return said


def _date(locale: str, day: dt.date) -> str:
    return format_date(day, say(locale, DAY), locale=unicode(locale))


class _Words:
    def __init__(self, org: Organization, span: Span) -> None:
        self.locale, self.zone, self.span = org.locale, org.timezone, span

    def lines(self, facts: Facts) -> Iterator[Line]:
        found = facts.found
        now, before = found.now, found.before
        new = BEFORE if before.new else NEW
        yield self._line(new, now.new, {"before": self._n(before.new)}, status=GENUINE)
        yield self._line(HANDLED, now.handled, {}, status="handled", dates="handled")
        if now.wait.n:
            times = {"median": lasting(self.locale, now.wait.median)}
            times["p90"] = lasting(self.locale, now.wait.p90)
            yield self._line(WAITED, now.wait.n, times, status=GENUINE, first="handled")
        if total := now.kept.total:
            # Not 100 % while one is missing.
            percent = self._n(100 * now.kept.n // total)
            said = {"total": self._n(total), "percent": percent}
            late = total - now.kept.n
            yield self._line(IN_TIME, late, said, status=GENUINE, first="late")
        yield from self._waiting(facts)
        yield from self._failed(found)

    def _waiting(self, facts: Facts) -> Iterator[Line]:
        found = facts.found
        said = {"n": self._n(found.pending), "overdue": self._n(found.overdue)}
        text = WAITING_LATE if found.overdue else WAITING
        # What waits has no days: it is what is listed now.
        query = Filter(overdue="yes" if found.overdue else "").query()
        yield Line(say(self.locale, text, said), f"/inbox{query}" if found.pending else "")
        if facts.oldest:
            minutes = max(int((facts.now - facts.oldest).total_seconds()) // 60, 0)
            yield Line(say(self.locale, OLDEST, {"time": lasting(self.locale, minutes)}))

    def _failed(self, found: Overview) -> Iterator[Line]:
        broken = [each for each in found.told if each.failed]
        if not broken:
            return
        names = [
            say(
                self.locale,
                CHANNEL,
                {
                    "name": each.name or say(self.locale, KINDS[each.kind].label),
                    "n": self._n(each.failed),
                },
            )
            for each in broken
        ]
        said = {
            "n": self._n(sum(each.failed for each in broken)),
            "channels": say(self.locale, CLAUSES).join(names),
        }
        asked = {"state": "failed", **self._days()}
        yield Line(say(self.locale, FAILED, said), f"/deliveries?{urlencode(asked)}")

    def _line(self, text: str, n: int, said: dict[str, str], **parts: str) -> Line:
        """With the list that it counts, unless there is nothing to list."""
        shown = say(self.locale, text, {"n": self._n(n), **said})
        wanted = msgspec.convert({**self._days(), **parts}, Filter)
        return Line(shown, f"/inbox{wanted.query()}" if n else "")

    def _days(self) -> dict[str, str]:
        days = {"since": str(self.span.first), "until": str(self.span.last)}
        return {**days, "zone": self.zone}

    def _n(self, n: int) -> str:
        return str(format_decimal(n, locale=unicode(self.locale)))
