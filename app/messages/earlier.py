"""What somebody left before: messages with the same phone, e-mail or WeChat id, however
it is written."""

from __future__ import annotations

import uuid

from app.contacts import rows as contact_rows
from app.contacts import sight
from app.messages.inbox import Page, Row, inbox, one
from app.messages.wanted import Wanted


def same_person(row: Row) -> Wanted:
    """All that they left, this message included; not what only repeats another or was thrown
    away."""
    return Wanted(repeats=False, contact=contact(row))


def contact(row: Row) -> tuple[str, ...]:
    return tuple(each for each in (row.phone, row.email, row.wechat) if each)


async def earlier(organization: uuid.UUID, uid: str, limit: int = 20, cursor: str = "") -> Page:
    """Those before this message, newest first. Raises NotFound for another organization's."""
    # Who reads a message has searched for no contact: it is not counted as one who guesses.
    with sight.through(sight.IN_FULL):
        row = await one(organization, uid)
        if not contact(row):
            return Page([], None)
        found = await inbox(organization, same_person(row), limit=limit, cursor=cursor or uid)
    if sight.masks():
        found.items = [contact_rows.of_message(each) for each in found.items]
    return found
