"""What visitors left, and what was said about it since."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Message(Table):
    """One left message. The first of its kind has `repeat_of` NULL and counts the others.

    `shown_reference` is what the visitor was shown: the first one's for a repeat. `external_id` is
    the visitor's id, if the host page signed it. `fields` are the answers by key; `written` is the
    typed text where less is kept; `labels` says how they were asked, `consents` what was agreed to.
    `form_version` is 0 for the built-in form, NULL when none was shown. `spam_reason` is why it was
    set aside on arrival.
    """

    id = own_id()
    organization = owner(Organization)
    reference = Varchar(16)
    shown_reference = Varchar(16)
    submission_id = Varchar(64)
    fingerprint = Varchar(64, default="")
    repeat_of = UUID(null=True, default=None)
    repeats = Integer(default=1)
    told_at = Timestamptz(null=True, default=None)
    name = Varchar(64, default="")
    phone = Varchar(64, default="")
    email = Varchar(254, default="")
    content = Text(default="")
    category = Varchar(64, default="")
    fields = Text(default="{}")
    written = Text(default="{}")
    labels = Text(default="{}")
    consents = Text(default="[]")
    form_version = Integer(null=True, default=None)
    source = Varchar(32, default="web_chat")
    page_url = Text(default="")
    referrer = Text(default="")
    external_id = Varchar(128, default="")
    ip = Varchar(64, default="")
    user_agent = Text(default="")
    language = Varchar(64, default="")
    search = Text(default="")
    status = Varchar(16, default="pending")
    spam_reason = Varchar(32, default="")
    outcome = Varchar(16, default="")
    note = Text(default="")
    read_at = Timestamptz(null=True, default=None)
    handled_at = Timestamptz(null=True, default=None)
    handled_by = Varchar(254, default="")
    solved = Varchar(4, default="")
    created_at = Timestamptz(default=now)


class Remark(Table):
    """What was said about a message after it was left: by an agent, for colleagues or `visible` to
    the visitor too, or (`author` is empty) by the visitor."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    author = Varchar(254, default="")
    text = Text()
    visible = Boolean(default=False)
    created_at = Timestamptz(default=now)
