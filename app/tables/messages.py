"""What visitors left, and what was said about it since."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Message(Table):
    """One left message. The first of its kind has `repeat_of` NULL and counts the others.

    `shown_reference` is what the visitor was shown: the first one's for a repeat. `external_id` is
    the visitor's id, if the host page signed it. `fields` are the answers by key; `written` is the
    typed text where less is kept; `labels` says how they were asked, `consents` what was agreed to.
    `form_version` is 0 for the built-in form, NULL when none was shown. `spam_reason` is why it was
    set aside on arrival.

    `changed` and `activity` are the organization's `wakes` when anything was last changed, and when
    the visitor last did something. `added_at`: the visitor did so, and nobody has looked since.
    `kept_status` is the status that a message in the trash had. `due_at` is by when it should be
    handled first.

    `left_category` is what the visitor chose, once the category was changed. `channels` are the
    only ones that are told, as JSON; NULL for all. `back_at`: when it is taken back from an
    assignee who has not begun.
    `outcome_reason` is why there was nothing to do. `first_handled_at` stays when it is opened
    again; `open_minutes` of office hours had passed then, by the hours that were in force.

    `brand` is NULL for the organization's first. `files` is how many its visitor sent with it.
    `erased_at`: who left it and what was written was erased, and the row stays for the numbers.
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
    wechat = Varchar(64, default="")
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
    changed = BigInt(default=0)
    activity = BigInt(default=0)
    added_at = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    assignee = UUID(null=True, default=None)
    assigned_at = Timestamptz(null=True, default=None)
    priority = Varchar(8, default="normal")
    snoozed_until = Timestamptz(null=True, default=None)
    kept_status = Varchar(16, default="")
    trashed_at = Timestamptz(null=True, default=None)
    site = Varchar(255, default="")
    left_category = Text(null=True, default=None)
    channels = Text(null=True, default=None)
    back_at = Timestamptz(null=True, default=None)
    outcome_reason = Varchar(16, default="")
    first_handled_at = Timestamptz(null=True, default=None)
    open_minutes = Integer(null=True, default=None)
    brand = UUID(null=True, default=None)
    files = Integer(default=0)
    erased_at = Timestamptz(null=True, default=None)


class Tag(Table):
    """A word that an organization marks messages with."""

    id = own_id()
    organization = owner(Organization)
    name = Varchar(32)
    created_at = Timestamptz(default=now)


class Tagging(Table):
    """A message has a tag."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    tag = owner(Tag)


class Event(Table):
    """What happened to a message: its story, in order. `facts` is JSON: what was and what is now,
    for changes. Events of one action on many messages share `act`; `number` is the organization's
    `wakes` then. `actor` is empty for the visitor."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    at = Timestamptz(default=now)
    actor = Varchar(254, default="")
    action = Varchar(32)
    facts = Text(default="{}")
    act = UUID(null=True, default=None)
    number = BigInt(default=0)


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


class ReplyDraft(Table):
    """A reply that a program proposes. Only a person sends it, after which it is gone."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    author = Varchar(254)
    text = Text()
    created_at = Timestamptz(default=now)


class SavedView(Table):
    """A filter of the inbox under a name: its maker's own, or `shared` with the team. `query` is
    what stands in the page's address. `agent` has made it; NULL: a program has."""

    id = own_id()
    organization = owner(Organization)
    agent = UUID(null=True, default=None)
    name = Varchar(64)
    query = Text(default="")
    shared = Boolean(default=False)
    position = Integer(default=0)
    created_at = Timestamptz(default=now)


class LongAct(Table):
    """An act on more messages than fit into a transaction; its id marks its events. `said` makes
    the act again. A worker does one part after the other, until none is left or it is `stopped`: by
    somebody, or "failed". `undoes` is the act that it takes back."""

    id = own_id()
    organization = owner(Organization)
    actor = Varchar(254, default="")
    action = Varchar(32)
    said = Text(default="")
    undoes = UUID(null=True, default=None)
    total = Integer(default=0)
    done = Integer(default=0)
    changed = Integer(default=0)
    stopped = Varchar(8, default="")
    created_at = Timestamptz(default=now)
    ended_at = Timestamptz(null=True, default=None)


class LongActPart(Table):
    """Messages that a long act has not come to yet, as JSON. It goes in the transaction that
    changes them, so that each is changed once."""

    id = own_id()
    organization = owner(Organization)
    act = owner(LongAct)
    messages = Text(default="[]")


class Phrase(Table):
    """What a team writes again and again: its maker's own, or `shared` with the team. `agent` has
    made it; NULL: a program has."""

    id = own_id()
    organization = owner(Organization)
    agent = UUID(null=True, default=None)
    title = Varchar(64)
    text = Text()
    shared = Boolean(default=False)
    created_at = Timestamptz(default=now)
