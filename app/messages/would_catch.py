"""Which of the last messages blocks would have caught: to be seen before they are saved."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from app.blocks.match import Matcher, Sender
from app.blocks.shape import Block
from app.fields.check import Answers
from app.messages import spam_check
from app.messages.would_match import LAST, latest
from app.tables import Message

SEEN = (
    Message.id,
    Message.reference,
    Message.name,
    Message.phone,
    Message.email,
    Message.wechat,
    Message.ip,
    Message.content,
    Message.fields,
    Message.status,
)


class Seen(msgspec.Struct):
    id: uuid.UUID
    reference: str
    name: str
    phone: str
    email: str
    wechat: str
    ip: str
    content: str
    fields: str
    status: str

    def sender(self) -> Sender:
        """As it was when the message came."""
        answers = Answers(
            content=self.content,
            name=self.name,
            phone=self.phone,
            email=self.email,
            wechat=self.wechat,
            fields=msgspec.json.decode(self.fields, type=dict[str, str]),
        )
        return spam_check.sender(answers, self.ip)


class WouldCatch(msgspec.Struct, frozen=True):
    """Newest first; `looked_at` is how many messages there were to look at."""

    looked_at: int
    matched: list[Seen]

    @property
    def handled(self) -> int:
        """How many of them somebody took for a real message."""
        return sum(each.status == "handled" for each in self.matched)


async def would_catch(
    organization: uuid.UUID, groups: Sequence[Sequence[Block]], last: int = LAST[-1]
) -> list[WouldCatch]:
    """For the entries of each group, if they were in force. The trash is left out. Raises Invalid
    at /last."""
    seen = await latest(Seen, SEEN, organization, last, without=["trash"])
    now = dt.datetime.now(dt.UTC)
    found = []
    for blocks in groups:
        matcher = Matcher(msgspec.structs.replace(each, expires_at=None) for each in blocks)
        caught = [each for each in seen if matcher.caught(each.sender(), now)]
        found.append(WouldCatch(len(seen), caught))
    return found
