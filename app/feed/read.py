"""Reading events in order, one page after the other, by a cursor that misses none.

Every transaction that writes events holds the organization's row and takes its next number, so
numbers are in the order of the commits: what comes after a number that was read is written later
or in the same transaction, and of one transaction all events are seen at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.catalogue import N_
from app.errors import Gone, Invalid
from app.feed import statements
from app.feed.begin import begin
from app.feed.event import Event, shown
from app.feed.rows import Row
from app.tables import Organization

DAYS = 30
"""Events are kept this long."""
WHOLE = uuid.UUID(int=2**128 - 1)
"""In a cursor: all events of its number were read."""

GONE = N_(
    "Events after this cursor are not kept any more: they are kept for {days} days, and are "
    "recorded only while somebody can read them. Read your messages anew, then go on without "
    "`after`."
)
AHEAD = N_(
    "This cursor is ahead of all events: a backup was restored. Read your messages anew, then go "
    "on without `after`."
)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`cursor` is where the next page begins, also when there is nothing more yet."""

    items: list[Event]
    cursor: str
    has_more: bool


class _Known(msgspec.Struct):
    wakes: int
    feed_from: int | None


async def page(
    organization: uuid.UUID,
    *,
    after: tuple[int, uuid.UUID] | None = None,
    types: Sequence[str] = (),
    limit: int = 50,
) -> Page:
    """Without `after`, from the first that is kept. Raises Gone for a cursor from before that."""
    query = Organization.select(Organization.wakes, Organization.feed_from)
    known = await database.row(_Known, query.where(Organization.id == organization))
    assert known is not None  # Whoever asks belongs to it.
    kept = known.feed_from
    if kept is None:
        kept = await begin(organization)
    if after is not None and after < (kept, WHOLE):
        raise Gone("cursor_too_old", GONE, {"days": str(DAYS)})
    if after is not None and after[0] > max(known.wakes, kept):
        raise Gone("cursor_ahead", AHEAD)
    number, last = after or (kept, WHOLE)
    marks = f"AND {statements.f.type} IN ({', '.join('?' * len(types))})" if types else ""
    sql = statements.PAGE.replace("[types]", marks).replace("[most]", f"{limit + 1:d}")
    found = await database.rows(Row, sql, organization, number, number, last, *types)
    rows = found[:limit]
    more = len(found) > limit
    if more:
        end = rows[-1].number, rows[-1].id
    else:
        # All that was written up to the number that was read first has been seen.
        end = max([number, known.wakes, *(each.number for each in rows)]), WHOLE
    return Page(
        items=[shown(each) for each in rows],
        cursor=cursor(*end),
        has_more=more,
    )


def cursor(number: int, last: uuid.UUID) -> str:
    return f"{number}-{last.hex}"


def after(text: str) -> tuple[int, uuid.UUID]:
    """What `cursor` wrote. Raises Invalid at /after."""
    number, _, last = text.partition("-")
    try:
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise ValueError
        return int(number), uuid.UUID(last)
    except ValueError:
        detail = "Use the cursor of an earlier answer"
        raise Invalid.at("/after", "bad_cursor", detail) from None
