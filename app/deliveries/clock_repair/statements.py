"""SQL text: what a clock that was set back has put off. Conditions on other rows, for which Piccolo
has no EXISTS."""

from __future__ import annotations

from app.database import names
from app.deliveries.statements import AT_ONCE
from app.tables import Attempt, Channel, Delivery, Dispatch, Organization

o, c, s = names(Organization), names(Channel), names(Dispatch)
a_, d_, s_ = names(Attempt, "a"), names(Delivery, "d"), names(Dispatch, "s")

AHEAD = (
    f"SELECT {o.id} FROM {o} WHERE {o.due_at} IS NOT NULL AND (EXISTS (SELECT 1 FROM {a_}"
    f" WHERE {a_.organization} = {o}.{o.id} AND {a_.blocks_until} > ?)"
    f" OR EXISTS (SELECT 1 FROM {d_} WHERE {d_.organization} = {o}.{o.id}"
    f" AND {d_.state} = 'pending' AND {d_.due_at} > ? AND {d_.reason} <> 'quiet'"
    f" AND ({d_.purpose} IN {AT_ONCE} OR {d_.created_at} > ?))"
    f" OR EXISTS (SELECT 1 FROM {s_} JOIN {a_} ON {a_.dispatch} = {s_.id}"
    f" WHERE {s_.organization} = {o}.{o.id} AND {s_.state} IN ('sending', 'retry')"
    f" AND {a_.started_at} > ?))"
)
RETRIES_SOON = (
    f"UPDATE {s} SET {s.retry_at} = ? WHERE {s.organization} = ? AND {s.state} = 'retry'"
    f" AND {s.retry_at} > ? AND EXISTS (SELECT 1 FROM {a_}"
    f" WHERE {a_.dispatch} = {s}.{s.id} AND {a_.started_at} > ?)"
)
QUIET_SOON = (
    f"UPDATE {c} SET {c.blocked_until} = ? WHERE {c.organization} = ? AND {c.blocked_until} > ?"
    f" AND EXISTS (SELECT 1 FROM {a_} WHERE {a_.organization} = {c}.{c.organization}"
    f" AND {a_.bucket} = {c}.{c.bucket} AND {a_.started_at} > ?)"
)
