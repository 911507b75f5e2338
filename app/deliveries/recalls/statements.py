"""SQL text: notices that can be taken back, all of many messages at once."""

from __future__ import annotations

from app.database import columns, names
from app.tables import Delivery, Message, Recall

r = names(Recall)
d_, m_ = names(Delivery, "d"), names(Message, "m")

CARRIED = (
    f"SELECT {columns(m_.id, m_.status, d_.replayed_at)} FROM {d_}"
    f" JOIN {m_} ON {m_.id} = {d_.message} WHERE {d_.dispatch} = ?"
)
OWE = (
    f"UPDATE {r} SET {r.state} = 'pending', {r.due_at} = ? WHERE {r.state} = 'held'"
    f" AND {r.sent_at} > ? AND [these]"
)
KEEP = (
    f"UPDATE {r} SET {r.state} = 'held', {r.due_at} = NULL WHERE {r.state} = 'pending'"
    f" AND {r.lease_until} IS NULL AND [these]"
)
DUE = (
    f"SELECT {r.id} FROM {r} WHERE {r.state} = 'pending' AND {r.due_at} <= ?"
    f" AND ({r.lease_until} IS NULL OR {r.lease_until} <= ?) ORDER BY {r.due_at} LIMIT 1"
)
CLAIM = (
    f"UPDATE {r} SET {r.lease_until} = ?, {r.tries} = {r.tries} + 1 WHERE {r.id} = ?"
    f" AND {r.state} = 'pending' AND ({r.lease_until} IS NULL OR {r.lease_until} <= ?)"
    f" RETURNING {columns(r.id, r.channel, r.receipt, r.tries, r.sent_at, r.lease_until, r.code)}"
)
END = (
    f"UPDATE {r} SET {r.state} = ?, {r.due_at} = ?, {r.code} = ?, {r.hint} = ?, {r.facts} = ?,"
    f" {r.done_at} = ?, {r.lease_until} = NULL WHERE {r.id} = ? AND {r.state} = 'pending'"
    f" AND {r.lease_until} = ?"
)
"""Fenced by the lease: whoever came after it lapsed has the say."""
FORGET = (
    f"DELETE FROM {r} WHERE {r.sent_at} < ? AND ({r.state} = 'held' OR ({r.state} <> 'pending'"
    f" AND NOT EXISTS (SELECT 1 FROM {m_} WHERE {m_.id} = {r.message})))"
)
"""What cannot be taken back any more, and what was, of a message that is erased."""
