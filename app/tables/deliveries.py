"""Channels, what is owed to them, and every try."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner
from app.tables.messages import Message
from app.tables.people import Agent


class Channel(Table):
    """A configured destination. `config` is encrypted; `bucket` says whose platform limit it
    shares.

    `on_when_tested`: it is off until the first test is accepted, which switches it on.

    It pauses until `paused_until` because it failed, and until `blocked_until` because the platform
    asked for it, which we never shorten. `quiet_hours` are JSON, or empty.

    `received_at`: a person saw a test arrive; `received_by` is who, or "link" when they
    followed the link in the test. `checked_at`: it was last looked at without sending anything.
    `probed`: such looks are possible and wanted. `secret_at`: when a secret of its was last set.
    `certificate_until`: when the certificate ends that the last look or test saw. `one_tap`: its
    notices have links that act, and those of `tap_series` hold. `only_high`: it is told of messages
    of high priority only. `shows`: "all" of a message, "masked" contacts, or only the "link".
    """

    id = own_id()
    organization = owner(Organization)
    kind = Varchar(16)
    name = Varchar(64, default="")
    config = Text()
    target = Varchar(64)
    bucket = Varchar(64)
    enabled = Boolean(default=True)
    on_when_tested = Boolean(default=False)
    archived_at = Timestamptz(null=True, default=None)
    position = Integer(default=0)
    priority = Varchar(8, default="normal")
    rate_limit_per_minute = Integer(null=True, default=None)
    template = Text(default="")
    fallback_for = UUID(null=True, default=None)
    fallback_after_seconds = Integer(default=600)
    quiet_hours = Text(default="")
    one_tap = Boolean(default=True)
    tap_series = Integer(default=1)
    only_high = Boolean(default=False)
    shows = Varchar(8, default="all")
    paused_until = Timestamptz(null=True, default=None)
    blocked_until = Timestamptz(null=True, default=None)
    stopped_at = Timestamptz(null=True, default=None)
    failures = Integer(default=0)
    failed_dispatch = UUID(null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)
    announced_at = Timestamptz(null=True, default=None)
    ok_at = Timestamptz(null=True, default=None)
    error_at = Timestamptz(null=True, default=None)
    error_code = Varchar(64, default="")
    error = Text(default="")
    hint = Text(default="")
    facts = Text(default="{}")
    tested_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(null=True, default=None)
    received_by = Varchar(254, default="")
    checked_at = Timestamptz(null=True, default=None)
    probed = Boolean(default=False)
    secret_at = Timestamptz(null=True, default=None)
    certificate_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)


class Dispatch(Table):
    """One outbound send carrying one or more deliveries of a channel; its id is what receivers
    see. `template` is the one in force when it was planned: every try says the same. `accepted`
    and `refused` are the e-mail recipients that need no further try. `agent` is the only one whom
    it goes to; NULL: it goes where the channel leads."""

    id = own_id()
    organization = owner(Organization)
    channel = owner(Channel)
    kind = Varchar(8, default="single")
    state = Varchar(16, default="sending")
    reason = Varchar(64, default="")
    attempts = Integer(default=0)
    tries = Integer(default=0)
    unknowns = Integer(default=0)
    rendering = Varchar(16, default="normal")
    accepted = Text(default="[]")
    refused = Text(default="[]")
    template = Text(default="")
    size = Integer(default=1)
    lease_until = Timestamptz(null=True, default=None)
    retry_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    finished_at = Timestamptz(null=True, default=None)
    agent = owner(Agent, null=True)


class Delivery(Table):
    """One message owed to one channel, or through it to an `agent` alone, because of the event
    `about`. `message` is NULL for an alert about the channel `about`.

    After a replay `earlier` names the dispatches before, and `template` is the one to use again.
    """

    id = own_id()
    organization = owner(Organization)
    message = owner(Message, null=True)
    channel = owner(Channel)
    purpose = Varchar(8, default="new")
    about = UUID(null=True, default=None)
    state = Varchar(16, default="pending")
    rank = Timestamptz(default=now)
    due_at = Timestamptz(default=now)
    dispatch = UUID(null=True, default=None)
    reason = Varchar(64, default="")
    created_at = Timestamptz(default=now)
    done_at = Timestamptz(null=True, default=None)
    replayed_at = Timestamptz(null=True, default=None)
    earlier = Text(default="[]")
    template = Text(null=True, default=None)
    agent = owner(Agent, null=True)


class Attempt(Table):
    """One try of a dispatch, or of a test. It takes a place of its bucket until `blocks_until`.
    `recipients`: what became of it for each, as JSON, where the receiver says so."""

    id = own_id()
    organization = owner(Organization)
    channel = owner(Channel)
    bucket = Varchar(64)
    dispatch = UUID(null=True, default=None)
    number = Integer(default=1)
    started_at = Timestamptz(default=now)
    finished_at = Timestamptz(null=True, default=None)
    blocks_until = Timestamptz(default=now)
    outcome = Varchar(24, default="")
    code = Varchar(64, default="")
    message = Text(default="")
    hint = Text(default="")
    facts = Text(default="{}")
    http_status = Integer(null=True, default=None)
    duration_ms = Integer(null=True, default=None)
    response = Text(default="")
    recipients = Text(default="[]")


class Recall(Table):
    """A notice that can be taken back, by the id of its dispatch; `receipt` is what the platform
    calls it. `state`: held (until its message is done with), pending, done or failed. It outlives
    its message, which may have been erased."""

    id = own_id()
    organization = owner(Organization)
    channel = owner(Channel)
    message = UUID()
    receipt = Text(default="")
    state = Varchar(16, default="held")
    tries = Integer(default=0)
    sent_at = Timestamptz(default=now)
    due_at = Timestamptz(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    code = Varchar(64, default="")
    hint = Text(default="")
    facts = Text(default="{}")
    done_at = Timestamptz(null=True, default=None)


class Bucket(Table):
    """A robot or account whose limit a platform counts. Its row is the lock of its places, over all
    organizations. Created at first use."""

    id = Varchar(64, primary_key=True)


class LentToken(Table):
    """A token that a platform lends to whoever has the secret of which `id` is a keyed hash;
    `sealed` is encrypted. `version` counts how often one was asked for, by `holder` until
    `lease_until`; `failed` is what the last one was told instead, as JSON."""

    id = Varchar(64, primary_key=True)
    sealed = Text(default="")
    expires_at = Timestamptz(null=True, default=None)
    version = Integer(default=0)
    holder = UUID(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    failed = Text(default="")


class Trial(Table):
    """A test of a robot that no channel of the organization has: it takes a place of the robot's
    bucket until `blocks_until`."""

    id = own_id()
    organization = owner(Organization)
    bucket = Varchar(64)
    started_at = Timestamptz(default=now)
    blocks_until = Timestamptz(default=now)


class TemplateVersion(Table):
    """A template as it was saved once; the newest of its place is in force. `channel` is NULL for
    the organization's own template of a kind."""

    id = own_id()
    organization = owner(Organization)
    channel = UUID(null=True, default=None)
    kind = Varchar(16)
    text = Text(default="")
    saved_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)
