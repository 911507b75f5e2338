"""The columns of an exported table, and the cells of a message in them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from zoneinfo import ZoneInfo

import msgspec
from piccolo.custom_types import Combinable
from piccolo.query import Select

from app import database, settings
from app.brands import stored as brands
from app.catalogue import LABELLED, N_, listed, say
from app.fields.shape import Label
from app.languages import said
from app.messages import outcomes, search
from app.messages.export.cells import Cell
from app.messages.inbox import Row, parts
from app.messages.outcomes import Outcomes
from app.messages.wanted import Wanted
from app.messages.wording import PRIORITIES, STATUSES
from app.people import colleagues
from app.reading.regions import NO_REGIONS, Regions
from app.tables import Message, Organization, VisitorFile

BEFORE = (
    *(N_("Number"), N_("Left at ({zone})"), N_("Status"), N_("Outcome"), N_("Handled by")),
    *(N_("Handled at"), N_("Assignee"), N_("Tags"), N_("Priority"), N_("Visitor's name")),
    *(N_("Phone"), N_("Email"), N_("WeChat ID"), N_("What was written"), N_("Category")),
)
AFTER = (N_("Page"), N_("Site"), N_("Times said"), N_("Note"), N_("Replies and notes"))
LOCATION = N_("Location")
"""By the address, if the operator has provided what says so."""
BRAND = N_("Brand")
"""Where there are several."""
FILES = N_("Pictures and files")
"""How many, where visitors have sent some."""
REST = N_("Other answers")
OWN_MAX = 200
"""Columns of own fields. Programs may invent keys without end; the others share one column."""
READ_AT_ONCE = 2000


class Own(msgspec.Struct):
    """The own fields that get a column, with how they asked last; None where no form asked."""

    labels: dict[str, Label | None] = {}
    is_all: bool = True

    def add(self, key: str, label: Label | None) -> None:
        if key in self.labels:
            self.labels[key] = self.labels[key] or label
        elif len(self.labels) < OWN_MAX:
            self.labels[key] = label
        else:
            self.is_all = False


class Table(msgspec.Struct, frozen=True):
    """`names` are those of colleagues, by uid, and `brands` those of several brands."""

    own: Own
    names: Mapping[str, str]
    outcomes: Outcomes
    locale: str
    zone: str
    regions: Regions = NO_REGIONS
    brands: Mapping[str, str] = {}
    files: bool = False

    @property
    def titles(self) -> list[str]:
        """Own fields are called as people named them; where two are called the same, with the
        key."""
        where = (LOCATION,) if self.regions else ()
        whose = (BRAND,) if self.brands else ()
        sent = (FILES,) if self.files else ()
        before, after = self._said(BEFORE), self._said((*AFTER, *where, *whose, *sent))
        rest = [] if self.own.is_all else self._said([REST])
        named = {
            key: (said(label.text, self.locale) if label else "") or key
            for key, label in self.own.labels.items()
        }
        often = Counter([*before, *named.values(), *rest, *after])
        own = [name if often[name] == 1 else f"{name} ({key})" for key, name in named.items()]
        return [*before, *own, *rest, *after]

    def _said(self, titles: Iterable[str]) -> list[str]:
        return [say(self.locale, title, {"zone": self.zone}) for title in titles]

    def cells(self, row: Row, remarks: int) -> list[Cell]:
        return [
            row.reference,
            self._time(row.created_at),
            say(self.locale, STATUSES.get(row.status, row.status)),
            self.outcomes.said(self.locale, row.outcome, row.outcome_reason),
            row.handled_by,
            self._time(row.handled_at),
            self.names.get(row.assignee or "", ""),
            listed(self.locale, row.tags),
            say(self.locale, PRIORITIES.get(row.priority, row.priority)),
            row.name,
            row.phone,
            row.email,
            row.wechat,
            row.content,
            row.category,
            *self._own(row),
            row.page_url,
            row.site,
            row.repeats,
            row.note,
            remarks,
            *((self.regions.find(row.ip).words,) if self.regions else ()),
            *((self.brands.get(row.brand, ""),) if self.brands else ()),
            *((row.files,) if self.files else ()),
        ]

    def _own(self, row: Row) -> list[str]:
        given = {each.key: each for each in row.answers(self.locale)}
        own = [given[key].value if key in given else "" for key in self.own.labels]
        if self.own.is_all:
            return own
        rest = [each for key, each in given.items() if key not in self.own.labels]
        lines = [say(self.locale, LABELLED, {"label": a.label, "value": a.value}) for a in rest]
        return [*own, "\n".join(lines)]

    def _time(self, moment: dt.datetime | None) -> str:
        """As spreadsheets read it."""
        return f"{moment.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M:%S}" if moment else ""


async def table(org: Organization, which: Wanted, locale: str) -> Table:
    names = {each.uid: each.name for each in await colleagues.of(org.id)}
    said = await outcomes.read(org.id)
    regions = settings.current().regions
    several = await brands.names(org)
    sent = await VisitorFile.exists().where(VisitorFile.organization == org.id)
    own = await _own(org.id, which)
    return Table(own, names, said, locale, org.timezone, regions, several, sent)


class _Asked(msgspec.Struct):
    id: uuid.UUID
    fields: str
    labels: str


async def _own(organization: uuid.UUID, which: Wanted) -> Own:
    """Of all forms that the messages were left with, the newest first."""
    own = Own({})
    async for conditions in parts(organization, which):
        async for labels in _forms(conditions):
            for key, label in msgspec.json.decode(labels, type=dict[str, Label]).items():
                own.add(key, label)
        async for fields in _unasked(conditions):
            for key in msgspec.json.decode(fields, type=dict[str, msgspec.Raw]):
                own.add(key, None)
    return own


async def _forms(conditions: list[Combinable]) -> AsyncIterator[str]:
    """The labels of each form, which all of its messages share. The database passes over messages
    of forms that are known, so that it walks over all of them once and hands out few."""
    known = ["{}"]
    before = search.EVERY
    while row := await database.row(
        _Asked, _read(conditions, before, Message.labels.not_in(known)).limit(1)
    ):
        yield row.labels
        known.append(row.labels)
        before = row.id


async def _unasked(conditions: list[Combinable]) -> AsyncIterator[str]:
    """The answers in messages of the built-in form, with which programs may send what they like."""
    unasked = (Message.labels == "{}") & (Message.fields != "{}")
    before: uuid.UUID | None = search.EVERY
    while before is not None:
        rows = await database.rows(_Asked, _read(conditions, before, unasked).limit(READ_AT_ONCE))
        for row in rows:
            yield row.fields
        before = rows[-1].id if len(rows) == READ_AT_ONCE else None


def _read(conditions: list[Combinable], before: uuid.UUID, more: Combinable) -> Select[Message]:
    query = Message.select(Message.id, Message.fields, Message.labels)
    query = query.where(*conditions, Message.id < before, more)
    return query.order_by(Message.id, ascending=False)
