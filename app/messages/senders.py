"""Who left some messages, by what they left."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.blocks import check
from app.blocks.change import BLOCKS_MAX
from app.blocks.shape import Kind
from app.tables import Message

READ_AT_ONCE = 5000
"""Messages of one statement."""


class _Left(msgspec.Struct):
    phone: str
    email: str
    wechat: str
    ip: str

    def facts(self) -> dict[Kind, str]:
        return {"phone": self.phone, "email": self.email, "wechat": self.wechat, "ip": self.ip}


LEFT = (Message.phone, Message.email, Message.wechat, Message.ip)


async def senders(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> dict[Kind, list[str]]:
    """By what their senders can be blocked, each once; of a kind one more than the list holds at
    most."""
    found: dict[Kind, dict[str, str]] = {"phone": {}, "email": {}, "wechat": {}, "ip": {}}
    for start in range(0, len(messages), READ_AT_ONCE):
        some = list(messages[start : start + READ_AT_ONCE])
        query = Message.select(*LEFT).distinct()
        query = query.where(Message.organization == organization, Message.id.is_in(some))
        for row in await database.rows(_Left, query):
            for kind, text in row.facts().items():
                known = found[kind]
                if text not in known and len(known) <= BLOCKS_MAX:
                    known[text] = check.cleaned(kind, text)
    named = {kind: sorted({*texts.values()} - {""}) for kind, texts in found.items()}
    return {kind: texts for kind, texts in named.items() if texts}
