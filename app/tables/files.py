"""Pictures and files that visitors sent. Their bytes are in the store (`app.files.store`)."""

from __future__ import annotations

from piccolo.columns import ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner
from app.tables.messages import Message


class VisitorFile(Table):
    """It is sent ahead of its message, or with it. When `message` goes, the file has nobody, and a
    worker removes it with its bytes; `joined_at` tells it from one that still waits for its
    message. `kind` is what its bytes are, `small` the size of its small picture, 0 without one.
    `state` is "kept", "waiting" for the virus scanner, or "infected". `sender` is a keyed hash of
    the network that it came from."""

    id = own_id()
    organization = owner(Organization)
    message = ForeignKey(Message, null=True, on_delete=OnDelete.set_null, index=False)
    name = Varchar(128)
    kind = Varchar(128)
    size = Integer(default=0)
    small = Integer(default=0)
    state = Varchar(8, default="kept")
    sender = Varchar(32, default="")
    joined_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
