"""SQL text: what was left behind, found without reading who has nothing waiting."""

from __future__ import annotations

from app.database import columns, names
from app.deliveries.rows import SEALED
from app.tables import Channel, Delivery, Organization

o, c = names(Organization), names(Channel)
c_, d_ = names(Channel, "c"), names(Delivery, "d")

DUE = f"SELECT {o.id} FROM {o} WHERE {o.due_at} <= ? ORDER BY {o.due_at}"
"""Asked every second by every worker."""
UNREADABLE = (
    f"SELECT {columns(*SEALED)} FROM {c} WHERE {c.failures} > 0 AND {c.error_code} = ?"
    f" AND {c.archived_at} IS NULL"
)
_OWING = f"SELECT {d_.organization} FROM {d_} WHERE {d_.state} = 'pending'"
_NEXT = f"ORDER BY {d_.organization} LIMIT 1"
OWING = (
    f"WITH RECURSIVE owing (one) AS (SELECT * FROM ({_OWING} AND {d_.organization} > ?"
    f" {_NEXT}) AS first UNION ALL"
    f" SELECT ({_OWING} AND {d_.organization} > owing.one {_NEXT}) FROM owing"
    " WHERE owing.one IS NOT NULL) SELECT one FROM owing"
)
"""Organizations, after a given one, with deliveries that wait. Each is one step in the index, so
neither organizations without any nor the rest of a long backlog are read."""
FORGOTTEN = (
    f"UPDATE {o} SET {o.due_at} = ? WHERE {o.due_at} IS NULL AND {o.id} IN ({OWING})"
    f" AND EXISTS (SELECT 1 FROM {d_}"
    f" WHERE {d_.organization} = {o}.{o.id} AND {d_.state} = 'pending' AND {d_.due_at} < ?"
    f" AND EXISTS (SELECT 1 FROM {c_} WHERE {c_.id} = {d_.channel} AND {c_.stopped_at} IS NULL"
    f" AND {c_.enabled} = ? AND {c_.archived_at} IS NULL)) RETURNING {o.id}"
)
"""Organizations with overdue deliveries and no time to be looked at."""
