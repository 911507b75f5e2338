"""Mail that came in, and the mailboxes that it is fetched from."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner
from app.tables.messages import Message


class Mailbox(Table):
    """Where mail is fetched by IMAP, or what a provider posts it to. `config` is JSON, `secret` the
    encrypted password, also that before (`app.mail.mailboxes.Secret`), as old as `secret_at`.
    `seen` is up to where it has been read, as JSON. `looked_at`: when that last went well, or a
    provider last brought a mail; `fault` is why it does not. One worker has it at a time: `holder`,
    until `held_until`."""

    id = own_id()
    organization = owner(Organization)
    config = Text()
    secret = Text(default="")
    secret_at = Timestamptz(default=now)
    enabled = Boolean(default=True)
    seen = Text(default="")
    looked_at = Timestamptz(null=True, default=None)
    fault = Varchar(64, default="")
    fault_words = Text(default="")
    fault_at = Timestamptz(null=True, default=None)
    holder = UUID(null=True, default=None)
    held_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class ReceivedMail(Table):
    """A mail that came in; the same one is stored once, by `mark`. `original` is kept, encrypted,
    until it is settled. `state` is "new", "done" (it belongs to `message`, and may be its
    `remark`), "waiting" for somebody to say where it belongs, because of `reason`, or "thrown"
    away. `text` is all that was written, `said` what is not quoted. `found_by` says how its message
    was found, see `app.mail.match`."""

    id = own_id()
    organization = owner(Organization)
    mailbox = UUID(null=True, default=None)
    mark = Varchar(64)
    message_id = Text(default="")
    original = Text(default="")
    state = Varchar(8, default="new")
    reason = Varchar(16, default="")
    kind = Varchar(16, default="")
    message = owner(Message, null=True)
    found_by = Varchar(16, default="")
    remark = UUID(null=True, default=None)
    sender = Varchar(254, default="")
    sender_name = Varchar(128, default="")
    subject = Text(default="")
    text = Text(default="")
    said = Text(default="")
    left_out = Integer(default=0)
    tries = Integer(default=0)
    received_at = Timestamptz(default=now)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(254, default="")


class MailAttachment(Table):
    """What was attached to a mail; `content` is encrypted. `kind` is what the sender calls it."""

    id = own_id()
    organization = owner(Organization)
    mail = owner(ReceivedMail)
    name = Varchar(128)
    kind = Varchar(128, default="")
    size = Integer(default=0)
    content = Text(default="")
