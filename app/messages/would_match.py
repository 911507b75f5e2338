"""Which of the last messages a rule would have meant: to be seen before it is saved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from piccolo.columns import Column

from app import database
from app.errors import Invalid
from app.hours.clock import open_at
from app.messages.ruled import Seen, subject_of
from app.presence.facts import rule_of
from app.rules.match import Matcher
from app.rules.shape import When
from app.rules.stored import settings_of
from app.tables import Message

T = TypeVar("T", bound=msgspec.Struct)
LAST = (100, 1000)
"""How far back one may look."""


SEEN = (
    Message.id,
    Message.reference,
    Message.content,
    Message.fields,
    Message.category,
    Message.left_category,
    Message.site,
    Message.language,
    Message.external_id,
    Message.created_at,
    Message.organization,
    Message.brand,
)


class Found(msgspec.Struct, frozen=True):
    """Newest first; `looked_at` is how many messages there were to look at."""

    looked_at: int
    matched: list[Seen]


async def latest(
    shape: type[T],
    columns: Sequence[Column],
    organization: uuid.UUID,
    last: int,
    *,
    without: Sequence[str],
) -> list[T]:
    """The last messages, newest first, without those of some statuses. Raises Invalid at /last."""
    if last not in LAST:
        known = ", ".join(map(str, LAST))
        raise Invalid.at("/last", "not_a_choice", "Use one of {known}", known=known)
    query = Message.select(*columns).order_by(Message.id, ascending=False).limit(last)
    query = query.where(Message.organization == organization, Message.status.not_in([*without]))
    return await database.rows(shape, query)


async def would_match(organization: uuid.UUID, when: When, last: int = LAST[0]) -> Found:
    """As they arrived, without what other rules do. Spam and the trash are left out, as rules never
    see spam. Raises Invalid at /last."""
    seen = await latest(Seen, SEEN, organization, last, without=["spam", "trash"])
    timezone = (await settings_of(organization)).timezone
    brands = {each.brand for each in seen}
    hours = {each: (await rule_of(each or organization)).hours(timezone) for each in brands}
    matcher = Matcher(when)
    return Found(
        len(seen),
        [
            each
            for each in seen
            if matcher.matches(subject_of(each, open_at(hours[each.brand], each.created_at)))
        ],
    )
