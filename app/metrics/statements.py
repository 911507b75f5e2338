"""SQL for the numbers of the whole installation. Each reads an index of what is not over, or a
small table."""

from __future__ import annotations

from app.database import names
from app.tables import Channel, Delivery, Dispatch, Mailbox

c, d, s, b = names(Channel), names(Delivery), names(Dispatch), names(Mailbox)

PENDING = (
    f"SELECT count(*) AS pending, min({d.due_at}) AS oldest,"
    f" count(CASE WHEN {d.purpose} LIKE 'remind%' THEN 1 END) AS reminders"
    f" FROM {d} WHERE {d.state} = 'pending' AND {d.due_at} <= ?"
)
OPEN = (
    f"SELECT {s.state} AS name, count(*) AS n FROM {s}"
    f" WHERE {s.state} IN ('sending', 'retry') GROUP BY {s.state}"
)
CHANNELS = (
    f"SELECT {c.kind} AS kind, count(*) AS n,"
    f" count(CASE WHEN {c.failures} >= ? OR {c.stopped_at} IS NOT NULL THEN 1 END) AS broken,"
    f" count(CASE WHEN {c.failures} > 0 THEN 1 END) AS failing"
    f" FROM {c} WHERE {c.enabled} = ? AND {c.archived_at} IS NULL GROUP BY {c.kind}"
)
MAILBOXES = (
    f"SELECT count(*) AS n, count(CASE WHEN {b.fault} <> '' THEN 1 END) AS failing"
    f" FROM {b} WHERE {b.enabled} = ?"
)
