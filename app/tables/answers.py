"""Answers to programs, kept so that a request that is sent again is done once."""

from __future__ import annotations

from piccolo.columns import ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from app.tables.base import now, own_id, owner
from app.tables.messages import Message
from app.tables.people import Token


def _mail() -> ForeignKey[Table]:
    """By its name: an import would make the longest chain of them longer."""
    mail = LazyTableReference("ReceivedMail", module_path="app.tables.mail_in")
    return ForeignKey(mail, null=True, on_delete=OnDelete.cascade, index=False)


class KeptAnswer(Table):
    """A request with an `Idempotency-Key`, for a day. `mark` is a hash of token, address and key,
    `said` a keyed one of what was asked. `state` is "running", "done" when the act is stored, and
    "answered" when its `answer` is kept, too, sealed. It goes with the `message` or `mail` that the
    answer is about."""

    id = own_id()
    token = owner(Token)
    message = owner(Message, null=True)
    mail = _mail()
    mark = Varchar(64)
    said = Varchar(64)
    state = Varchar(16, default="running")
    answer = Text(default="")
    created_at = Timestamptz(default=now)
