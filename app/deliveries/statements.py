"""What is written as SQL here: the statements of every message and every notice, where building a
query anew would cost as much as running it, and those that Piccolo cannot say."""

from __future__ import annotations

from app.database import columns, names
from app.tables import Channel, Delivery, Dispatch, Message, Organization

o, c, d, s = names(Organization), names(Channel), names(Delivery), names(Dispatch)
d_, m_, s_ = names(Delivery, "d"), names(Message, "m"), names(Dispatch, "s")
other = names(Delivery, "o")

LOCKED = (
    Organization.wakes,
    Organization.messages,
    Organization.dedup_window_seconds,
    Organization.rate_limit_per_minute,
    Organization.rate_limit_total_per_minute,
    Organization.locale,
    Organization.timezone,
    Organization.confirm_channel,
)
LOCK = (
    f"UPDATE {o} SET {o.wakes} = {o.wakes} + 1, {o.messages} = {o.messages} + ?,"
    f" {o.due_at} = CASE WHEN {o.due_at} < [now] THEN {o.due_at} ELSE [now] END WHERE {o.id} = ?"
    f" RETURNING {columns(*LOCKED)}, [now] AS now"
)
"""With a count of new messages; [now] is the clock of the database, or ? for that of SQLite's
machine."""
LISTENERS = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.fallback_for, c.fallback_after_seconds)}"
    f" FROM {c} WHERE {c.organization} = ? AND {c.enabled} = ? AND {c.archived_at} IS NULL"
    f" ORDER BY {c.position}"
)
LISTENING = (
    f"{d.channel} IN (SELECT {c.id} FROM {c} WHERE {c.enabled} = ? AND {c.archived_at} IS NULL)"
)
"""Whoever was switched off or removed is not spoken to, whatever is asked for."""
CANCEL = (
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = ?, {d.done_at} = ?"
    f" WHERE {d.state} = 'pending' AND [these]",
    # A digest goes on while it carries anything else.
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = ?, {d.done_at} = ?"
    f" WHERE {d.state} = 'sending' AND [these] AND {d.dispatch} IN"
    f" (SELECT {s_.id} FROM {s_} WHERE {s_.state} = 'retry' AND {s_.id} IN"
    f" (SELECT {d.dispatch} FROM {d} WHERE {d.state} = 'sending' AND [these])"
    f" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other.dispatch} = {s_.id}"
    f" AND {other.state} = 'sending' AND NOT ([these])))",
    f"UPDATE {s} SET {s.state} = 'cancelled', {s.reason} = ?, {s.finished_at} = ?,"
    f" {s.retry_at} = NULL WHERE {s.state} = 'retry' AND {s.id} IN"
    f" (SELECT {d.dispatch} FROM {d} WHERE {d.state} = 'cancelled' AND [these])"
    f" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other.dispatch} = {s}.{s.id}"
    f" AND {other.state} = 'sending')",
)
CLOSE_DISPATCHES = (
    f"UPDATE {s} SET {s.state} = ?, {s.reason} = ?, {s.finished_at} = ?, {s.retry_at} = NULL"
    " WHERE [these]"
)
CLOSE_DELIVERIES = (
    f"UPDATE {d} SET {d.state} = ?, {d.reason} = ?, {d.done_at} = ?"
    f" WHERE [these] AND {d.state} IN ('sending', 'failed')"
)
EMAILERS = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.config, c.enabled)} FROM {c}"
    f" WHERE {c.organization} = ? AND {c.kind} = 'email' AND {c.archived_at} IS NULL"
)
CONFIRMATIONS = (
    f"SELECT {columns(d_.created_at, m_.email)} FROM {d_} JOIN {m_} ON {m_.id} = {d_.message}"
    f" WHERE {d_.organization} = ? AND {d_.purpose} = 'confirm' AND {d_.created_at} > ?"
)
