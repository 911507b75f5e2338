"""SQL text: pages by two columns, which Piccolo cannot compare as one, and what goes together."""

from __future__ import annotations

from app.channels.sender import EVENT
from app.database import columns, names
from app.feed.rows import ABOUT, ENDPOINT, ROW
from app.tables import (
    Attempt,
    Channel,
    Delivery,
    Dispatch,
    FeedEvent,
    Message,
    Organization,
    Token,
)

d, s, a = names(Delivery), names(Dispatch), names(Attempt)
f, m, o = names(FeedEvent), names(Message), names(Organization)
t, c = names(Token), names(Channel)

SCOPE = "events:read"
"""What a token needs to read them."""

ABOUT_MESSAGES = f"SELECT {columns(*ABOUT)} FROM {m} WHERE [these]"
PAGE = (
    f"SELECT {columns(*ROW)} FROM {f} WHERE {f.organization} = ? AND {f.number} >= ?"
    f" AND ({f.number} > ? OR {f.id} > ?) [types] ORDER BY {f.number}, {f.id} LIMIT [most]"
)
BEGIN = (
    f"UPDATE {o} SET {o.feed_from} = {o.wakes} WHERE {o.id} = ? AND {o.feed_from} IS NULL"
    f" RETURNING {o.feed_from}"
)
FORGET_DATA = f"UPDATE {f} SET {f.data} = '{{}}' WHERE [these]"
"""Of messages that are erased."""
OLD = (
    f"SELECT {f.number} FROM {f} WHERE {f.organization} = ? AND {f.at} < ?"
    f" ORDER BY {f.number}, {f.id} LIMIT [most]"
)
READ = (
    f"SELECT 1 FROM {t} WHERE {t.organization} = ? AND {t.revoked_at} IS NULL"
    f" AND {t.expires_at} > ? AND {t.scopes} LIKE '%{SCOPE}%'"
    f" UNION ALL SELECT 1 FROM {c} WHERE {c.organization} = ? AND {c.kind} = '{ENDPOINT}'"
    f" AND {c.archived_at} IS NULL LIMIT 1"
)
"""Whether anybody can read them."""
_OLD = f"SELECT {f.id} FROM {f} WHERE {f.organization} = ? AND {f.number} <= ?"
_OWED = f"{d.purpose} = '{EVENT}' AND {d.about} IN ({_OLD})"
_CARRIED = f"SELECT {d.dispatch} FROM {d} WHERE {_OWED}"
FORGET = (
    f"DELETE FROM {a} WHERE {a.dispatch} IN ({_CARRIED})",
    f"DELETE FROM {s} WHERE {s.id} IN ({_CARRIED})",
    f"DELETE FROM {d} WHERE {_OWED}",
    f"DELETE FROM {f} WHERE {f.organization} = ? AND {f.number} <= ?",
)
"""Events up to a number, with what was owed of them."""
