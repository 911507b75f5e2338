"""SQL text: the chain in its order, and the pages of the audit, each by one index."""

from __future__ import annotations

from app.database import columns, names
from app.people.audit import ENTRY
from app.tables import Agent, Audit, BlockEntry, Channel, Message, MessageRule

a, c, g = names(Audit), names(Channel), names(Agent)
m, r, b = names(Message), names(MessageRule), names(BlockEntry)

NEXT_WAITING = (
    f"SELECT {a.organization} FROM {a} WHERE {a.number} IS NULL AND {a.organization} > ?"
    f" ORDER BY {a.organization} LIMIT 1"
)
"""Organization after organization: DISTINCT would read all that waits."""
WAITING = (
    f"SELECT {columns(*ENTRY)} FROM {a} WHERE {a.organization} = ? AND {a.number} IS NULL"
    f" ORDER BY {a.at}, {a.id} LIMIT ?"
)
PLACE = (
    f"UPDATE {a} SET {a.kind} = ?, {a.who} = ?, {a.area} = ?, {a.mark} = ?, {a.number} = ?,"
    f" {a.hash} = ? WHERE {a.id} = ?"
)
CHAIN = (
    f"SELECT {columns(*ENTRY)} FROM {a} WHERE {a.organization} = ? AND {a.number} > ?"
    f" ORDER BY {a.number} LIMIT ?"
)
LAST = (
    f"SELECT {columns(*ENTRY)} FROM {a} WHERE {a.organization} = ? AND {a.number} IS NOT NULL"
    f" ORDER BY {a.number} DESC LIMIT 1"
)
PAGE = f"SELECT {columns(*ENTRY)} FROM {a} WHERE [these] ORDER BY {a.id} DESC LIMIT ?"

# No visitor's words: a message is called by its number, an entry of the block list has no name.
NAMED = {
    "channels": f"SELECT {c.id}, {c.name} AS name FROM {c} WHERE {c.organization} = ?"
    f" AND {c.archived_at} IS NULL AND ",
    "people": f"SELECT {g.id}, {g.name} AS name FROM {g} WHERE {g.organization} = ? AND ",
    "messages": f"SELECT {m.id}, {m.reference} AS name FROM {m} WHERE {m.organization} = ? AND ",
    "rules": f"SELECT {r.id}, {r.name} AS name FROM {r} WHERE {r.organization} = ?"
    f" AND {r.removed_at} IS NULL AND ",
    "blocks": f"SELECT {b.id}, '' AS name FROM {b} WHERE {b.organization} = ? AND ",
}
"""Things of an area that an entry's target may be; a condition on their ids follows."""
