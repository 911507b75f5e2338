"""SQL text: conditions on other rows, for which Piccolo has no EXISTS."""

from __future__ import annotations

from app.database.names import names
from app.tables.deliveries import Channel, Dispatch

s, c, c_, s_ = names(Dispatch), names(Channel), names(Channel, "c"), names(Dispatch, "s")

SOONER = (
    f"UPDATE {s} SET {s.retry_at} = ? WHERE {s.organization} = ? AND {s.state} = 'retry'"
    f" AND {s.retry_at} > ? AND [these] AND EXISTS (SELECT 1 FROM {c_}"
    f" WHERE {c_.id} = {s}.{s.channel} AND ({s}.{s.unknowns} = 0 OR [known])"
    f" AND ({c_.ok_at} IS NULL OR {c_.ok_at} < {s}.{s.created_at}))"
)
"""What was begun since the channel's last success, but not what may have arrived, unless its kind
is [known] to notice repeats."""
UNREACHED = (
    f"SELECT {s_.id} FROM {s_} JOIN {c_} ON {c_.id} = {s_.channel} WHERE {s_.organization} = ?"
    f" AND {c_.id} = ? AND {c_.failing_since} > ? AND [away] AND {s_.state} = 'retry'"
    f" AND {s_.tries} <= ? AND ({s_.unknowns} = 0 OR [known])"
    f" ORDER BY {s_.created_at}, {s_.id} LIMIT 1"
)
END_PAUSE = f"UPDATE {c} SET {c.paused_until} = NULL WHERE {c.id} = ?"
