"""Notices are taken back when their message is done with, where a channel can and wants it.

A notice that can be taken back is `held`. The transaction that closes or erases its message makes
it `pending`, so nothing is lost in a crash; a worker with a lease takes it back, and each once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any, Literal

import msgspec

from app import database
from app.catalogue import N_
from app.channels.outcomes import UNREADABLE
from app.channels.sender import REMINDER, Acceptance
from app.database import columns
from app.deliveries import statements as every
from app.deliveries.planned import Planned
from app.deliveries.recalls import statements
from app.deliveries.rows import ChannelRow
from app.deliveries.sealed import sender_of
from app.deliveries.settled import settled
from app.deliveries.tries import kept
from app.deliveries.verdict import SCHEDULE, SEALED, SEALED_HINT, STOPPED
from app.egress.way import Egress
from app.errors import SendError
from app.secrets import Unreadable
from app.tables import Recall

GRACE = dt.timedelta(seconds=10)
"""In which what was done can be undone, and the notice stays."""
POSSIBLE = dt.timedelta(hours=24)
"""WeCom takes nothing back that is older."""
LEASE = dt.timedelta(seconds=45)
KINDS = ("single", "more", REMINDER)
"""Of dispatches about one message."""
OPEN = ("pending", "repeat")
"""Statuses of messages that somebody has to do something about."""
AGAIN = frozenset({"retry", "rate_limited", "unknown"})
UNSURE = frozenset({"", STOPPED, UNREADABLE, "timeout", "reset", "bad_answer"})
"""Codes of an earlier try that may have done it; empty: whoever tried it died."""
NOT_WANTED = N_("Not withdrawn: the channel is off, or does not withdraw notices any more.")
TOO_LATE = N_("It could not be withdrawn within a day, so it stays.")


class Recalled(msgspec.Struct, frozen=True):
    """Whether a notice was taken back."""

    state: Literal["pending", "done", "failed"]
    due_at: dt.datetime | None
    done_at: dt.datetime | None
    hint: str
    facts: str

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.json.decode(self.facts, type=dict[str, Any])
        return found


class _Carried(msgspec.Struct):
    id: uuid.UUID
    status: str
    replayed_at: dt.datetime | None

    @property
    def is_over(self) -> bool:
        """Closed while it was sent; not one that somebody had sent all the same."""
        return self.status not in OPEN and self.replayed_at is None


class _Held(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    channel: uuid.UUID
    message: uuid.UUID
    receipt: str
    state: str
    sent_at: dt.datetime
    due_at: dt.datetime | None
    facts: str = "{}"


HELD = (
    Recall.id,
    Recall.organization,
    Recall.channel,
    Recall.message,
    Recall.receipt,
    Recall.state,
    Recall.sent_at,
    Recall.due_at,
    Recall.facts,
)


class _Due(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    channel: uuid.UUID
    receipt: str
    tries: int
    sent_at: dt.datetime
    lease_until: dt.datetime
    code: str

    @property
    def may_be_done(self) -> bool:
        return self.tries > 1 and self.code in UNSURE


async def hold(planned: Planned, taken: Acceptance, now: dt.datetime) -> None:
    """After a notice was accepted: it can be taken back, and is if its message was closed or erased
    while it was sent. Only inside a transaction that holds the organization's lock, as the next
    two."""
    if not taken.receipt or planned.kind not in KINDS:
        return
    found = await database.rows(_Carried, statements.CARRIED, planned.dispatch)
    # Of a message that is erased nothing but its notice is left.
    found = found or [_Carried(planned.dispatch, "erased", None)]
    held = [
        _Held(
            id=planned.dispatch,
            organization=planned.organization,
            channel=planned.channel.id,
            message=each.id,
            receipt=taken.receipt,
            state="pending" if each.is_over else "held",
            sent_at=now,
            due_at=now + GRACE if each.is_over else None,
        )
        for each in found[:1]
    ]
    await database.insert(HELD, held, keep=True)


async def owe_recalls(messages: Collection[uuid.UUID], now: dt.datetime) -> None:
    """These messages are done with: what was told of them is to be taken back."""
    these, ids = database.one_of(columns(Recall.message), list(messages))
    sql = statements.OWE.replace("[these]", these)
    await database.execute(sql, now + GRACE, now - POSSIBLE, ids)


async def keep(messages: Collection[uuid.UUID]) -> None:
    """These messages are open again: what was not taken back yet stays."""
    these, ids = database.one_of(columns(Recall.message), list(messages))
    await database.execute(statements.KEEP.replace("[these]", these), ids)


async def step(egress: Egress) -> bool:
    """Takes one back that is due; whether there was one."""
    now = await database.now()
    due = await database.value(uuid.UUID, statements.DUE, now, now)
    if due is None:
        return False
    row = await database.row(_Due, statements.CLAIM, now + LEASE, due, now)
    if row is not None:
        await _end(row, await _outcome(row, egress))
    return True


async def _outcome(row: _Due, egress: Egress) -> Acceptance | SendError:
    channel = await database.row(ChannelRow, every.ONE_CHANNEL, row.channel)
    if channel is None or not channel.enabled:
        return SendError("gone", "not_wanted", hint=NOT_WANTED, left=False)
    try:
        sender = sender_of(channel)
    except Unreadable:
        return SendError("retry", SEALED, hint=SEALED_HINT, left=False)
    if not sender.takes_back():
        return SendError("gone", "not_wanted", hint=NOT_WANTED, left=False)
    return await settled(sender, sender.take_back(row.receipt, egress))


async def _end(row: _Due, outcome: Acceptance | SendError) -> None:
    now = await database.now()
    said = kept(outcome)
    state, hint, facts = "done", said.hint, said.facts
    due: dt.datetime | None = None
    done: dt.datetime | None = now
    if isinstance(outcome, SendError) and row.may_be_done and outcome.outcome not in AGAIN:
        # Of a receipt that WeCom gave us, it refuses only what is taken back already.
        hint, facts = "", "{}"
    elif isinstance(outcome, SendError):
        state = "failed"
        wait = max(SCHEDULE[min(row.tries, len(SCHEDULE)) - 1], outcome.after or 0)
        again = now + dt.timedelta(seconds=wait)
        if outcome.outcome in AGAIN and again < row.sent_at + POSSIBLE:
            state, due, done = "pending", again, None
        elif outcome.outcome in AGAIN:
            hint, facts = TOO_LATE, "{}"
    values = (state, due, said.code, hint, facts, done, row.id, row.lease_until)
    await database.execute(statements.END, *values)


async def forget() -> None:
    """Deletes what nobody takes back or looks at any more."""
    await database.execute(statements.FORGET, await database.now() - POSSIBLE)


async def of_dispatches(dispatches: Sequence[uuid.UUID]) -> list[Recalled]:
    """What became of them, in order; nothing of what cannot be taken back."""
    if not dispatches:
        return []
    query = Recall.select(
        Recall.state, Recall.due_at, Recall.done_at, Recall.hint, Recall.facts
    ).where(Recall.id.is_in(list(dispatches)), Recall.state != "held")
    return await database.rows(Recalled, query.order_by(Recall.id))
