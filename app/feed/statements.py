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
t, c = names(Token, "t"), names(Channel, "c")

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
_TOKENS = (
    f"SELECT 1 FROM {t} WHERE {t.organization} = [org] AND {t.revoked_at} IS NULL"
    f" AND {t.expires_at} > ? AND {t.scopes} LIKE '%{SCOPE}%'"
)
_ENDPOINTS = (
    f"SELECT 1 FROM {c} WHERE {c.organization} = [org] AND {c.kind} = '{ENDPOINT}'"
    f" AND {c.archived_at} IS NULL"
)
READ = f"{_TOKENS} UNION ALL {_ENDPOINTS} LIMIT 1".replace("[org]", "?")
"""Whether anybody can read them."""
TO_TEND = (
    f"SELECT {o.id} FROM {o} WHERE {o.feed_from} IS NOT NULL"
    f" AND ((SELECT {f.at} FROM {f} WHERE {f.organization} = {o}.{o.id}"
    f" ORDER BY {f.number}, {f.id} LIMIT 1) < ?"
    f" OR NOT EXISTS ({_TOKENS}) AND NOT EXISTS ({_ENDPOINTS}))"
).replace("[org]", f"{o}.{o.id}")
"""Organizations whose oldest event is older than that, or whose events nobody can read: asked of
all at once, before any of them is held."""
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
