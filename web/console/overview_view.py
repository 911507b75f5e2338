"""The figures of the overview in words, each with its link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent

from app.channels.kinds import KINDS
from app.messages.filter import GENUINE, Filter
from app.overview.figures import Age, Bar, Category, Figures, Line, Overview, Share, Told, Waits
from app.overview.lengths import lasting, target
from app.overview.spans import Span
from app.reading.clock_hours import HOURS, WEEKDAYS
from web.console import overview_words as say
from web.console.overview_draw import Chart, Heat, chart, heat
from web.http import words
from web.http.cldr import cldr
from web.http.words import N_

LINES_MAX = 20
"""Of each list on the page; a table for programs has all of them."""
DAY, FAR_DAY = N_("d MMM"), N_("d MMM yyyy")


class Cell(msgspec.Struct, frozen=True):
    """A number as it is shown, and the list that it counts."""

    text: str
    href: str = ""
    number: int | None = None


class Tile(msgspec.Struct, frozen=True):
    name: str
    main: Cell
    more: list[Cell]
    meaning: str
    kind: str = ""


class Table(msgspec.Struct, frozen=True):
    """Rows of a name and cells. `rest` is how many rows the page leaves out."""

    id: str
    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    meaning: str
    rest: int = 0

    def cut(self) -> Table:
        kept = self.rows[:LINES_MAX]
        return msgspec.structs.replace(self, rows=kept, rest=len(self.rows) - len(kept))


class Channel(msgspec.Struct, frozen=True):
    told: Told
    name: str
    sent: Cell
    failed: Cell
    share: str
    error: str
    log: str


class View(msgspec.Struct, frozen=True):
    dates: str
    tiles: list[Tile]
    days: Table
    chart: Chart
    hours: Table
    heat: Heat
    tables: list[Table]
    channels: list[Channel]
    empty: bool
    broken: Cell | None
    """Promises that were not kept, when they are too many."""


def of(locale: str, found: Overview, zone: str) -> View:
    """`zone` is empty where whoever looks has the organization's."""
    known = _Words(locale, found, zone)
    return View(
        dates=known.dates(found.span.first, found.span.last),
        tiles=known.tiles(),
        days=known.days(),
        chart=chart([(bar.new, bar.handled) for bar in found.bars]),
        hours=known.hours(),
        heat=heat(found.hours),
        tables=[
            known.categories(),
            known.kept(),
            known.people(),
            known.ages(),
            known.sites(),
            *([known.brands()] if found.brands else []),
            known.form(),
        ],
        channels=[known.channel(each) for each in found.told],
        broken=known.broken(),
        empty=not (found.now.new or found.before.new or found.pending or found.now.handled),
    )


def _named(category: Category) -> dict[str, str]:
    return {"category": category.name} if category.name else {"lacks": "category"}


class _Links:
    """The addresses of lists. `zone` is whose days are meant where not those of whoever looks."""

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def listed(self, span: Span | None = None, /, **parts: str) -> str:
        """Of the inbox."""
        days = {"since": str(span.first), "until": str(span.last)} if span else {}
        if span or "until" in parts:
            days["zone"] = self.zone
        return f"/inbox{msgspec.convert({**days, **parts}, Filter).query()}"

    def told(self, state: str, span: Span, channel: str = "") -> str:
        """Of deliveries."""
        asked = {
            "state": state,
            "channel": channel,
            "since": str(span.first),
            "until": str(span.last),
            "zone": self.zone,
        }
        return f"/deliveries?{urlencode({name: value for name, value in asked.items() if value})}"


class _Words:
    def __init__(self, locale: str, found: Overview, zone: str) -> None:
        self.locale, self.found, self.span = locale, found, found.span
        self.links = _Links(zone)

    def say(self, text: str, **facts: object) -> str:
        return words.say(self.locale, text, facts)

    def cell(self, n: int, href: str, text: str = "") -> Cell:
        shown = format_decimal(n, locale=cldr(self.locale))
        return Cell(self.say(text, n=shown) if text else shown, href if n else "", n)

    def compared(self, n: int, before: int) -> str:
        """How much more or less than in the span before."""
        if not before:
            return ""
        change = format_percent(n / before - 1, "+#,##0%;-#,##0%", locale=cldr(self.locale))
        return self.say(say.COMPARED, change=change, n=before)

    def share(self, share: Share) -> str:
        if share.percent is None:
            return say.NOTHING
        # Not 100 % while one is missing.
        tenths = int(share.percent * 10) / 1000
        return format_percent(tenths, "#,##0.#%", locale=cldr(self.locale))

    def tiles(self) -> list[Tile]:
        return [*self._tiles_of_now(), *self._tiles_of_span()]

    def _tiles_of_now(self) -> list[Tile]:
        found, today = self.found, self.found.today
        yesterday = self.cell(
            found.new_yesterday, self.links.listed(today.before, status=GENUINE), say.YESTERDAY
        )
        return [
            self._tile(
                "today",
                self.cell(found.new_today, self.links.listed(today, status=GENUINE)),
                [yesterday],
            ),
            self._tile("pending", self.cell(found.pending, self.links.listed()), []),
            self._tile(
                "overdue",
                self.cell(found.overdue, self.links.listed(overdue="yes")),
                [],
                kind="err" if found.overdue else "",
            ),
        ]

    def _tiles_of_span(self) -> list[Tile]:
        now, before, span = self.found.now, self.found.before, self.span
        new = self.cell(now.new, self.links.listed(span, status=GENUINE))
        done = self.links.listed(span, status="handled", dates="handled")
        return [
            self._tile("new", new, [Cell(self.compared(now.new, before.new))]),
            self._tile(
                "handled",
                self.cell(now.handled, done),
                [Cell(self.compared(now.handled, before.handled))],
            ),
            self._wait(now, before),
            self._kept(now, before),
            self._solved(now.solved),
            self._notices(self.found.notices),
        ]

    def _tile(self, name: str, main: Cell, more: Sequence[Cell], *, kind: str = "") -> Tile:
        title, meaning = say.TILES[name]
        shown = [each for each in more if each.text]
        return Tile(self.say(title), main, shown, self.say(meaning), kind)

    def _wait(self, now: Figures, before: Figures) -> Tile:
        those = self.links.listed(self.span, status=GENUINE, first="handled")
        main = Cell(self.lasted(now.wait), those if now.wait.n else "")
        more = [self.cell(now.wait.n, those, say.OF_MESSAGES)] if now.wait.n else []
        if now.wait.n:
            more.insert(0, Cell(self.say(say.P90, time=lasting(self.locale, now.wait.p90))))
        if now.open_wait.n:
            times = {
                "median": lasting(self.locale, now.open_wait.median),
                "p90": lasting(self.locale, now.open_wait.p90),
            }
            more.append(Cell(self.say(say.IN_OFFICE_HOURS, **times)))
        if before.wait.n:
            time = lasting(self.locale, before.wait.median)
            more.append(Cell(self.say(say.BEFORE, n=time)))
        return self._tile("wait", main, more)

    def lasted(self, waits: Waits) -> str:
        return lasting(self.locale, waits.median) if waits.n else say.NOTHING

    def _kept(self, now: Figures, before: Figures) -> Tile:
        kept, late = now.kept.n, now.kept.total - now.kept.n
        in_time = self.links.listed(self.span, status=GENUINE, first="kept")
        more = [
            self.cell(kept, in_time, say.KEPT),
            self.cell(late, self.links.listed(self.span, status=GENUINE, first="late"), say.LATE),
        ]
        if before.kept.total:
            more.append(Cell(self.say(say.BEFORE, n=self.share(before.kept))))
        return self._rate("kept", now.kept, in_time, more)

    def broken(self) -> Cell | None:
        now = self.found.now
        if not now.kept.is_broken:
            return None
        late = self.links.listed(self.span, status=GENUINE, first="late")
        facts = {"n": now.kept.total - now.kept.n, "total": now.kept.total}
        return Cell(self.say(say.BROKEN, **facts), late)

    def _solved(self, solved: Share) -> Tile:
        yes = self.links.listed(self.span, status=GENUINE, solved="yes")
        no = self.links.listed(self.span, status=GENUINE, solved="no")
        more = [
            self.cell(solved.n, yes, say.SOLVED),
            self.cell(solved.total - solved.n, no, say.UNSOLVED),
        ]
        return self._rate("solved", solved, yes, more)

    def _notices(self, notices: Share) -> Tile:
        more = [
            self.cell(notices.n, self.links.told("sent", self.span), say.SENT),
            self.cell(notices.total - notices.n, self.links.told("failed", self.span), say.FAILED),
        ]
        return self._rate("notices", notices, self.links.told("sent", self.span), more)

    def _rate(self, name: str, share: Share, href: str, more: list[Cell]) -> Tile:
        main = Cell(self.share(share), href if share.n else "")
        return self._tile(name, main, more if share.total else [])

    def table(self, name: str, rows: list[tuple[str, list[Cell]]]) -> Table:
        title, columns, meaning = say.TABLES[name]
        return Table(
            name, self.say(title), [self.say(each) for each in columns], rows, self.say(meaning)
        )

    def days(self) -> Table:
        return self.table("days", [self._bar(each) for each in self.found.bars])

    def _bar(self, bar: Bar) -> tuple[str, list[Cell]]:
        done = self.links.listed(bar.span, status="handled", dates="handled")
        cells = [
            self.cell(bar.new, self.links.listed(bar.span, status=GENUINE)),
            self.cell(bar.handled, done),
        ]
        return self.dates(bar.span.first, bar.span.last), cells

    def dates(self, first: dt.date, last: dt.date) -> str:
        ends = [self._date(each) for each in ((first, last) if first != last else (first,))]
        return " – ".join(ends)

    def _date(self, day: dt.date) -> str:
        pattern = DAY if day.year == self.found.today.last.year else FAR_DAY
        return format_date(day, self.say(pattern), locale=cldr(self.locale))

    def hours(self) -> Table:
        named = get_day_names("abbreviated", locale=cldr(self.locale))
        rows = []
        for hour in range(HOURS):
            names = [f"{day}-{hour:02}" for day in WEEKDAYS]
            cells = [
                self.cell(
                    self.found.hours.get(name, 0),
                    self.links.listed(self.span, status=GENUINE, hour=name),
                )
                for name in names
            ]
            rows.append((f"{hour:02}:00", cells))
        table = self.table("hours", rows)
        days = [named[number] for number in range(len(WEEKDAYS))]
        return msgspec.structs.replace(table, columns=[*table.columns, *days])

    def sites(self) -> Table:
        return self.table("sites", [self._line(each, "site") for each in self.found.sites])

    def brands(self) -> Table:
        rows = []
        for each in self.found.brands:
            _, cells = self._line(Line(each.uid, each.new, each.handled), "brand")
            rows.append((each.name, cells))
        return self.table("brands", rows)

    def _line(self, line: Line, kind: str) -> tuple[str, list[Cell]]:
        which = {kind: line.name} if line.name else {"lacks": kind}
        cells = [
            self.cell(line.new, self.links.listed(self.span, status=GENUINE, **which)),
            self.cell(line.handled, self.links.listed(self.span, status="handled", **which)),
        ]
        return line.name or self.say(say.NONE), cells

    def categories(self) -> Table:
        rows = []
        for each in self.found.categories:
            name, cells = self._line(each, "category")
            rows.append((name, [*cells, *self._judged(each.solved, **_named(each))]))
        return self.table("categories", rows)

    def _judged(self, solved: Share, **which: str) -> list[Cell]:
        """What visitors say."""
        return [
            self.cell(n, self.links.listed(self.span, status=GENUINE, solved=answer, **which))
            for answer, n in (("yes", solved.n), ("no", solved.total - solved.n))
        ]

    def kept(self) -> Table:
        """Of categories that have a target, or of which something is decided."""
        targets = self.found.targets
        rows = []
        for each in self.found.categories:
            minutes = targets.of(each.name)
            if minutes is None and not each.kept.total:
                continue
            cells = [Cell(say.NOTHING if minutes is None else target(self.locale, minutes))]
            for went, n in (("kept", each.kept.n), ("late", each.kept.total - each.kept.n)):
                those = self.links.listed(self.span, status=GENUINE, first=went, **_named(each))
                cells.append(self.cell(n, those))
            rows.append((each.name or self.say(say.NONE), [*cells, Cell(self.share(each.kept))]))
        return self.table("kept", rows)

    def people(self) -> Table:
        rows = []
        for each in self.found.people:
            done = self.links.listed(
                self.span, status="handled", dates="handled", handler=each.name
            )
            cells = [self.cell(each.handled, done), *self._judged(each.solved, handler=each.name)]
            rows.append((each.name or self.say(say.NOBODY), cells))
        return self.table("people", rows)

    def form(self) -> Table:
        counts = msgspec.structs.asdict(self.found.form)
        if not any(counts.values()):
            return self.table("form", [])
        return self.table(
            "form", [(self.say(say.STEPS[step]), [self.cell(n, "")]) for step, n in counts.items()]
        )

    def ages(self) -> Table:
        return self.table("ages", [self._age(each) for each in self.found.ages])

    def _age(self, age: Age) -> tuple[str, list[Cell]]:
        days = {"until": str(age.last)}
        if age.first is None:
            name = self.say(say.OLDER, day=self._date(age.last))
        else:
            days["since"], name = str(age.first), self.dates(age.first, age.last)
        return name, [self.cell(age.n, self.links.listed(None, **days))]

    def channel(self, told_of: Told) -> Channel:
        share = Share(told_of.sent, told_of.sent + told_of.failed)
        facts = msgspec.json.decode(told_of.facts, type=dict[str, str])
        error = self.say(told_of.hint, **facts) if told_of.hint else told_of.error
        return Channel(
            told_of,
            told_of.name or self.say(KINDS[told_of.kind].label),
            self.cell(told_of.sent, self.links.told("sent", self.span, told_of.uid), say.SENT),
            self.cell(
                told_of.failed, self.links.told("failed", self.span, told_of.uid), say.FAILED
            ),
            self.share(share),
            error if told_of.error_at else "",
            f"/deliveries?{urlencode({'state': 'failed', 'channel': told_of.uid})}",
        )
