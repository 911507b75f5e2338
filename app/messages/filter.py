"""The filter of the inbox, as it stands in a page's address and in a saved view: whoever opens it
sees the same, but for "mine". Days by name ("today") are those of whoever looks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import msgspec

from app.hours.schedule import zones
from app.messages.acts import PRIORITIES
from app.messages.search.find import QUERY_MAX
from app.messages.wanted import FIRST, LACKS, NOBODY, NOTICES, SOLVED, Wanted, contacts
from app.reading import clock_hours, dates, uids

TABS = ("pending", "mine", "mentioned", "unassigned", "later", "handled", "spam", "trash", "all")
GENUINE = "genuine"
"""Neither spam nor in the trash: what the overview counts, which is no tab."""
PERIODS = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0)}
"""How many days before today the first and the last day are."""
NOBODY_AT_ALL = uuid.UUID(int=0)
"""For a program, which no note mentions and no message is assigned to."""
OWN = "f."
"""Before the key of a form's own field."""
VALUE_MAX = 200
KEY_MAX = 64
CONTACT_MAX = 400
"""The longest phone, e-mail address and WeChat id together."""
OWN_MAX = 10


class Filter(msgspec.Struct, frozen=True):
    """`own` are the wanted answers to the form's own fields, by key. `since` and `until` go before
    the days of `when`; with `dates` as "handled" all of them mean when messages were handled.
    `zone` is whose days they are, where not those of whoever looks. `outcome` may have a reason
    after it ("none/ad"). `hour` is one of a week ("mon-09"), between
    the days. `lacks` names what a message does not have. `brand` is a uid."""

    status: str = "pending"
    q: str = ""
    when: str = ""
    since: str = ""
    until: str = ""
    category: str = ""
    assignee: str = ""
    tag: str = ""
    priority: str = ""
    site: str = ""
    notice: str = ""
    outcome: str = ""
    overdue: str = ""
    added: str = ""
    contact: str = ""
    dates: str = ""
    hour: str = ""
    zone: str = ""
    handler: str = ""
    first: str = ""
    solved: str = ""
    lacks: str = ""
    brand: str = ""
    own: dict[str, str] = {}

    def parameters(self) -> dict[str, str]:
        """Those that differ from what is usual."""
        plain = {**msgspec.structs.asdict(self), **{OWN + k: v for k, v in self.own.items()}}
        del plain["own"]
        return {name: value for name, value in plain.items() if value != usual(name)}

    def query(self, **changes: str) -> str:
        """ "?q=…"; empty when everything is as usual. An empty change drops a part."""
        mine = {**self.parameters(), **changes}
        unusual = {name: value for name, value in mine.items() if value != usual(name)}
        return f"?{urlencode(unusual)}" if unusual else ""

    def without(self, name: str) -> str:
        return self.query(**{name: ""})

    @property
    def narrowed(self) -> bool:
        """Whether there is more to it than a tab."""
        return bool(set(self.parameters()) - {"status"})

    def wanted(self, zone: str, me: uuid.UUID | None) -> Wanted:
        """For somebody in that time zone. Raises Invalid for what cannot be looked for."""
        status, snoozed, me = self.status, None, me or NOBODY_AT_ALL
        assignee = self.assignee
        outcome, _, reason = self.outcome.partition("/")
        if status in {"pending", "mine", "unassigned", "later"}:
            snoozed = status == "later"
            assignee = {"mine": str(me), "unassigned": NOBODY}.get(status, assignee)
            status = "pending"
        mentioned = status == "mentioned"
        zone = self.zone or zone
        first, last = self._days(zone)
        since, until = dates.midnight(first, zone), dates.midnight(last, zone, days=1)
        of_handling = self.dates == "handled"
        return Wanted(
            status="" if status in {"all", GENUINE} or mentioned else status,
            genuine=status == GENUINE,
            mentions=me if mentioned else None,
            repeats=False,
            q=self.q,
            since=None if of_handling else since,
            until=None if of_handling else until,
            handled_since=since if of_handling else None,
            handled_until=until if of_handling else None,
            hours=clock_hours.moments(first, last, self.hour, zone),
            handler=self.handler,
            first=self.first,
            solved=self.solved,
            lacks=self.lacks,
            brand=self.brand,
            category=self.category,
            assignee=assignee,
            tag=self.tag,
            priority=self.priority,
            site=self.site,
            notice=self.notice,
            outcome=outcome,
            outcome_reason=reason,
            snoozed=snoozed,
            overdue=bool(self.overdue),
            added=bool(self.added),
            contact=contacts(self.contact),
            answers=self.own,
        )

    def _days(self, zone: str) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day, where there is one."""
        since, until = dates.iso_day(self.since), dates.iso_day(self.until)
        if self.when in PERIODS and not (since or until):
            today = dt.datetime.now(ZoneInfo(zone)).date()
            first, last = PERIODS[self.when]
            return today - dt.timedelta(days=first), today - dt.timedelta(days=last)
        return since, until


USUAL: dict[str, str] = msgspec.structs.asdict(Filter())


def usual(name: str) -> str:
    return USUAL.get(name, "")


def read(asked: Mapping[str, str]) -> Filter:
    """What makes no sense is left out."""

    def one_of(name: str, known: Any) -> str:
        found = asked.get(name, "")
        return found if found in known else ""

    def text(name: str) -> str:
        return asked.get(name, "").replace("\0", "").strip()[:VALUE_MAX]

    assignee = text("assignee")
    own = [
        (key.removeprefix(OWN)[:KEY_MAX], value.replace("\0", ""))
        for key, value in asked.items()
        if key.startswith(OWN) and "\0" not in key
    ]
    return Filter(
        status=one_of("status", (*TABS, GENUINE)) or "pending",
        q=asked.get("q", "").strip()[:QUERY_MAX],
        when=one_of("when", PERIODS),
        since=dates.shown(asked.get("since", "")),
        until=dates.shown(asked.get("until", "")),
        category=text("category"),
        assignee=assignee if assignee == NOBODY or uids.uid_or_none(assignee) else "",
        tag=text("tag"),
        priority=one_of("priority", PRIORITIES),
        site=text("site"),
        notice=one_of("notice", NOTICES),
        outcome=text("outcome"),
        overdue="yes" if asked.get("overdue") else "",
        added="yes" if asked.get("added") else "",
        contact=asked.get("contact", "").strip()[:CONTACT_MAX],
        dates=one_of("dates", ("handled",)),
        hour=one_of("hour", clock_hours.NAMES),
        zone=asked["zone"] if asked.get("zone") in zones() else "",
        handler=text("handler"),
        first=one_of("first", FIRST),
        solved=one_of("solved", SOLVED),
        lacks=one_of("lacks", LACKS),
        brand=str(uids.uid_or_none(asked.get("brand", "")) or ""),
        own={key: value.strip()[:VALUE_MAX] for key, value in own[:OWN_MAX] if value.strip()},
    )


def stored(chosen: Filter) -> str:
    """The filter as a query without its question mark."""
    return chosen.query().removeprefix("?")


def restored(query: str) -> tuple[Filter, list[str]]:
    """A stored filter, and the names of the parts that this version does not understand."""
    asked = dict(parse_qsl(query))
    return (chosen := read(asked)), lost(asked, chosen)


def lost(asked: Mapping[str, str], chosen: Filter) -> list[str]:
    """Which of the parts that were asked for `read` has left out."""
    kept = chosen.parameters()
    return [name for name, value in asked.items() if name not in kept and value != usual(name)]
