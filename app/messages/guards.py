"""A form's protection against spam, as an admin sets it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import msgspec

from app import database
from app.messages import spam_check
from app.people import audit
from app.tables import Organization


class Guards(msgspec.Struct, frozen=True):
    """`blocked_words` has one word a line."""

    blocked_words: str
    proof_of_work: bool


async def read(organization: uuid.UUID) -> Guards:
    """The current values: an Organization at hand may be seconds old."""
    row = (
        await Organization.select(Organization.blocked_words, Organization.proof_of_work)
        .where(Organization.id == organization)
        .first()
    )
    assert row is not None
    return msgspec.convert(row, Guards)


async def block_words(organization: uuid.UUID, lines: Iterable[str], *, by: str) -> None:
    words = "\n".join(spam_check.tidy(lines))
    async with database.transaction():
        await Organization.update({Organization.blocked_words: words}).where(
            Organization.id == organization
        )
        await audit.record(organization, by, "form.blocked_words_changed", organization)


async def ask_proof_of_work(organization: uuid.UUID, on: bool, *, by: str) -> None:
    async with database.transaction():
        await Organization.update({Organization.proof_of_work: on}).where(
            Organization.id == organization
        )
        action = f"form.proof_of_work_{'on' if on else 'off'}"
        await audit.record(organization, by, action, organization)
