"""A mail that answers nothing of ours becomes a message of its own, judged like any other."""

from __future__ import annotations

import hashlib
import ipaddress
import uuid

from app import limits
from app.brands import stored as brands
from app.brands.shape import Brand, first
from app.errors import TooMany
from app.fields.check import Answers
from app.fields.shape import SYSTEM_LENGTHS
from app.mail.read.shape import Mail
from app.messages import spam_check
from app.messages.leave import leave as leave_message
from app.messages.submission import Visit
from app.people import organizations
from app.reading import emails, uids
from app.tables import Organization
from app.text import clean, clean_line, visible

SOURCE = "mail"
NOTHING_SAID = "[…]"
OURS = ipaddress.IPv6Address("fd00::")


async def leave(
    organization: uuid.UUID, brand: str, mail: Mail, *, key: str, judged: bool = True
) -> uuid.UUID:
    """Returns the message. With the same key it is left once. What comes too fast is set aside, as
    it cannot be refused. Not `judged`: somebody of the team has seen it."""
    org = await organizations.by_id(organization)
    face = await _brand(org, brand)
    answers = answers_of(mail)
    block = await spam_check.blocked(org, answers) if judged else None
    reason = await _judged(org, answers, face, mail.sender) if judged and not block else ""
    visit = Visit(source=SOURCE, brand=face.mark)
    left = await leave_message(org, answers, visit, submission_id=key, spam=reason, block=block)
    return uuid.UUID(left.uid)


def answers_of(mail: Mail) -> Answers:
    """The subject is the first line: people write there what it is about."""
    said = clean(mail.said) if visible(mail.said) else NOTHING_SAID
    subject = clean_line(mail.subject)
    content = f"{subject}\n\n{said}" if subject else said
    return Answers(
        content=_cut(content, SYSTEM_LENGTHS["content"]),
        name=_cut(clean_line(mail.sender_name), SYSTEM_LENGTHS["name"]),
        email=emails.address(mail.reply_to or mail.sender),
    )


async def _judged(org: Organization, answers: Answers, face: Brand, sender: str) -> str:
    place = place_of(sender)
    try:
        await limits.allow_submit(place, org)
    except TooMany:
        return "flood"
    return await spam_check.reason(org, answers, place, face.mark)


def place_of(sender: str) -> str:
    """Stands for the network that a visitor writes from, which nobody knows of a mail: one for each
    sender, so that the limits hold for each alone."""
    digest = hashlib.sha256(sender.encode(errors="replace")).digest()
    return str(OURS + (int.from_bytes(digest[:7], "big") << 64))


async def _brand(org: Organization, brand: str) -> Brand:
    wanted = uids.uid_or_none(brand) if brand else None
    found = [each for each in await brands.all_of(org) if each.id == wanted and not each.archived]
    return found[0] if found else first(org)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
