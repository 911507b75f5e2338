"""SQL text: pages by two columns, which Piccolo cannot compare as one, and what goes together."""

from __future__ import annotations

from app.database import columns, names
from app.feed.rows import ABOUT, ROW
from app.tables import Channel, FeedEvent, Message, Organization, Token

f, m, o = names(FeedEvent), names(Message), names(Organization)
t, c = names(Token), names(Channel)

SCOPE = "events:read"
"""What a token needs to read them."""
KIND = "events"
"""The kind of channel that they are sent to."""

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
    f" UNION ALL SELECT 1 FROM {c} WHERE {c.organization} = ? AND {c.kind} = '{KIND}'"
    f" AND {c.archived_at} IS NULL LIMIT 1"
)
"""Whether anybody can read them."""
