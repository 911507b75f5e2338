"""Taking messages out of the product: all that a filter finds, as a file.

Messages are read some hundred at a time, newest first, each time anew: no transaction stays open,
and no more of them are in memory, however many there are. Messages that come meanwhile are left
out; one that the filter no longer finds when its turn comes is left out as well.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from app.catalogue import N_, say
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.errors import Invalid
from app.messages import remarks
from app.messages.export import text, workbook
from app.messages.export.cells import Cell
from app.messages.export.columns import Table, table
from app.messages.export.wish import FORMATS, Export, Wish
from app.messages.inbox import PAGE_MAX, Row, inbox
from app.messages.inbox import count as counted
from app.messages.wanted import Wanted
from app.people import audit
from app.tables import Organization

FILE = N_("Messages {day}")
SHEET = N_("Messages")


async def take(org: Organization, which: Wanted, wish: Wish, *, by: str) -> Export:
    """The audit says who took how many, before the first of them leaves. Raises Invalid at /format
    or for the filter, and Conflict for an Excel file that is too large."""
    if wish.format not in FORMATS:
        known = ", ".join(FORMATS)
        raise Invalid.at("/format", "not_a_choice", "Use one of {known}", known=known)
    if sight.masks():
        wish = replace(wish, full=False)
    which = await _as_of_now(org.id, which)
    taken = f"{wish.format} {'full' if wish.full else 'masked'} {await counted(org.id, which)}"
    await audit.record(org.id, by, "messages.exported", detail=taken)
    rows = _pages(org.id, which, full=wish.full)
    if wish.format == "jsonl":
        return _file(org, wish, text.as_json(rows))
    form = await table(org, which, wish.locale)
    lines = _lines(form, rows)
    if wish.format == "csv":
        return _file(org, wish, text.as_csv(form.titles, lines))
    made = await workbook.make(say(wish.locale, SHEET), form.titles, lines)
    return _file(org, wish, workbook.read(made.file), length=made.length)


async def these(
    org: Organization, messages: Sequence[uuid.UUID], *, locale: str, by: str
) -> AsyncIterator[bytes] | None:
    """As lines of JSON, with contact data in full; None without any."""
    if not messages:
        return None
    wish = Wish(format="jsonl", full=True, locale=locale)
    return (await take(org, Wanted(only=tuple(messages)), wish, by=by)).pieces


async def _as_of_now(organization: uuid.UUID, which: Wanted) -> Wanted:
    """Without what comes from now on: whatever is read later is about the same messages."""
    newest = (await inbox(organization, which, limit=1)).items
    return replace(which, until_id=uuid.UUID(newest[0].uid)) if newest else which


async def _pages(organization: uuid.UUID, which: Wanted, *, full: bool) -> AsyncIterator[list[Row]]:
    cursor: str | None = ""
    while cursor is not None:
        page = await inbox(organization, which, limit=PAGE_MAX, cursor=cursor)
        if page.items:
            yield page.items if full else [contact_rows.of_message(row) for row in page.items]
        cursor = page.next_cursor


async def _lines(form: Table, pages: AsyncIterator[list[Row]]) -> AsyncIterator[list[list[Cell]]]:
    async for rows in pages:
        said = await remarks.counted([uuid.UUID(row.uid) for row in rows])
        yield [form.cells(row, said.get(uuid.UUID(row.uid), 0)) for row in rows]


def _file(
    org: Organization, wish: Wish, pieces: AsyncIterator[bytes], *, length: int | None = None
) -> Export:
    day = f"{dt.datetime.now(ZoneInfo(org.timezone)):%Y-%m-%d}"
    return Export(
        name=f"{say(wish.locale, FILE, {'day': day})}.{wish.format}",
        plain_name=f"messages-{day}.{wish.format}",
        media_type=FORMATS[wish.format],
        pieces=pieces,
        length=length,
    )
