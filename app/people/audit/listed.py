"""The audit as it is read: newest first, filtered, page by page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from app import database
from app.people.audit import Entry, statements
from app.people.audit.statements import a
from app.reading import uids
from app.tables import Agent, Token

PAGE_MAX = 500
OTHERS = ("cli", "system", "visitor", "link")
"""Who is neither an agent nor a token."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; an empty value means all. `who` is the uid of an agent or a token, or one of
    OTHERS; `target` the thing that something was done to."""

    who: str = ""
    area: str = ""
    target: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Page(msgspec.Struct, frozen=True):
    items: list[Entry]
    next_cursor: str


async def listed(
    organization: uuid.UUID, wanted: Wanted, *, limit: int = 50, cursor: str = ""
) -> Page:
    """Raises Invalid at /cursor."""
    before = uids.cursor(cursor) if cursor else None
    parts = list(_conditions(organization, wanted, before))
    sql = statements.PAGE.replace("[these]", " AND ".join(part for part, _ in parts))
    values = [value for _, each in parts for value in each]
    found = await database.rows(Entry, sql, *values, limit + 1)
    more = len(found) > limit
    return Page(found[:limit], str(found[limit - 1].id) if more else "")


async def pages(organization: uuid.UUID, wanted: Wanted) -> AsyncIterator[list[Entry]]:
    """All of them, some hundred at a time."""
    cursor = ""
    while True:
        page = await listed(organization, wanted, limit=PAGE_MAX, cursor=cursor)
        if page.items:
            yield page.items
        if not (cursor := page.next_cursor):
            return


async def these(organization: uuid.UUID, ids: Sequence[uuid.UUID]) -> list[Entry]:
    condition, value = database.one_of(str(a.id), ids)
    sql = statements.PAGE.replace("[these]", f"{a.organization} = ? AND {condition}")
    return await database.rows(Entry, sql, organization, value, len(ids))


def _conditions(
    organization: uuid.UUID, wanted: Wanted, before: uuid.UUID | None
) -> Iterator[tuple[str, list[object]]]:
    yield f"{a.organization} = ?", [organization]
    for column, value in ((a.who, wanted.who), (a.area, wanted.area), (a.target, wanted.target)):
        if value:
            yield f"{column} = ?", [value]
    if wanted.since:
        yield f"{a.at} >= ? AND {a.id} >= ?", [wanted.since, uids.around(wanted.since, -1)]
    if wanted.until:
        yield f"{a.at} < ? AND {a.id} < ?", [wanted.until, uids.around(wanted.until, 1)]
    if before:
        yield f"{a.id} < ?", [before]


async def names(organization: uuid.UUID) -> dict[str, str]:
    """Agents and tokens that may have done something, by uid: agents first, in the order of their
    names."""
    agents = await Agent.select(Agent.id, Agent.name, Agent.email).where(
        Agent.organization == organization
    )
    tokens = await Token.select(Token.id, Token.name).where(Token.organization == organization)
    found = {str(each["id"]): each["name"] or each["email"] for each in agents}
    named = {str(each["id"]): each["name"] for each in tokens}
    return {
        uid: name
        for group in (found, named)
        for uid, name in sorted(group.items(), key=lambda pair: pair[1].casefold())
    }
