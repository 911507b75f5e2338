"""Messages that look like spam are set aside for an agent to see, never dropped or refused."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence

from app import limits
from app.blocks import stored as blocks
from app.blocks.match import Caught, Sender
from app.database.batch import Batch
from app.erasure.shape import stored_address
from app.fields.check import Answers
from app.messages import statements
from app.messages.same import fingerprint
from app.tables import Organization
from app.text import canonical

LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
LINKS_MAX = 2
ADDRESSES_MAX = 3
SAME_WITHIN = dt.timedelta(hours=1)
COMMON_MAX = 30
"""Characters. Many people write "hello" or ask for the price; a longer text or a link is
suspicious."""


async def reason(
    org: Organization,
    answers: Answers,
    ip: str,
    brand: uuid.UUID | None = None,
    *,
    count: bool = True,
) -> str:
    """Why a message to that brand, else to the first, is set aside: links, same_text or flood;
    empty when it is not. `count`: it counts as one that came."""
    if links(said(answers)) > LINKS_MAX:
        return "links"
    mark = fingerprint(brand or org.id, answers.content)
    if await _goes_round(org, answers.content, mark, ip, count=count):
        return "same_text"
    if not await limits.flooded(org, count=count):
        return ""
    return "flood" if await limits.floods(ip, org, mark, count=count) else ""


def links(text: str) -> int:
    """How many web addresses it has."""
    return len(LINK.findall(text))


def said(answers: Answers) -> str:
    return "\n".join((answers.content, answers.name, *answers.fields.values()))


async def blocked(
    org: Organization, answers: Answers, ip: str = "", *, at: dt.datetime | None = None
) -> Caught | None:
    """The entry of the block list that catches it. Without an address the visitor's is unknown."""
    matcher = await blocks.in_force(org.id)
    if matcher.is_empty:
        return None
    return matcher.caught(sender(answers, ip), at or dt.datetime.now(dt.UTC))


def sender(answers: Answers, ip: str) -> Sender:
    """As the block list sees whoever left this."""
    return Sender(
        phone=answers.phone,
        email=answers.email,
        wechat=answers.wechat,
        ip=ip,
        text=said(answers),
    )


async def _goes_round(org: Organization, content: str, mark: str, ip: str, *, count: bool) -> bool:
    """Whether the text came from more than ADDRESSES_MAX addresses, the sender's included; by
    networks where only those are stored, and by what is counted for an hour where nothing is."""
    if len(canonical(content)) < COMMON_MAX and not LINK.search(content):
        return False
    kept = stored_address(org, ip)
    if ip and not kept:
        return await limits.goes_round(ip, org, mark, ADDRESSES_MAX, count=count)
    if count:
        return await _others(org.id, (mark, kept)) == ADDRESSES_MAX
    # Whoever only imagines it may do so in a transaction of their own.
    return await _count(org.id, [(mark, kept)]) == [ADDRESSES_MAX]


async def _count(organization: uuid.UUID, sent: Sequence[tuple[str, str]]) -> list[int]:
    return await statements.addresses(organization, sent, SAME_WITHIN, most=ADDRESSES_MAX)


_others: Batch[uuid.UUID, tuple[str, str], int] = Batch(_count)
