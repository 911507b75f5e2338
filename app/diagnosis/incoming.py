"""The way in: whether mail comes from an organization's mailboxes: as the worker has it, or as
providers posted it."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.diagnosis.finding import Finding
from app.mail import mailboxes
from app.mail.mailboxes import Listed

SILENT = dt.timedelta(minutes=30)
"""Mailboxes are looked into more than once a minute, and after faults at least every ten."""


async def look(organization: uuid.UUID) -> list[Finding]:
    """Of the mailboxes that are on."""
    now = await database.now()
    return [_of(each, now) for each in await mailboxes.of(organization) if each.enabled]


def _of(box: Listed, now: dt.datetime) -> Finding:
    name = box.config.name
    if not box.config.is_fetched:
        return _of_posted(box, name)
    if box.fault == "not_moved":
        said = "Mail is fetched and cannot be moved to the folder {folder}: {why}"
        facts = {"folder": box.config.move_to, "why": box.fault_words}
        return Finding("warn", "mailbox", said, facts, name)
    if box.fault:
        said = "No mail can be fetched ({code}): try it in the settings, under Mailboxes. {why}"
        facts = {"code": box.fault, "why": box.fault_words}
        return Finding("fail", "mailbox", said, facts, name)
    if box.looked_at is None or now - box.looked_at > SILENT:
        return Finding("warn", "mailbox", "Nobody has looked into it lately.", name=name)
    return Finding("ok", "mailbox", "Mail is fetched.", name=name)


def _of_posted(box: Listed, name: str) -> Finding:
    """What a provider posts to: nobody can look there, and a quiet day is no fault."""
    if box.fault:
        said = (
            "Mail that was posted here was refused ({code}): see Mailboxes in the settings. {why}"
        )
        facts = {"code": box.fault, "why": box.fault_words}
        return Finding("fail", "mailbox", said, facts, name)
    if box.looked_at is None:
        return Finding("warn", "mailbox", "No mail has been posted here yet.", name=name)
    return Finding("ok", "mailbox", "Mail is posted here.", name=name)
