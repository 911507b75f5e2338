"""SQL text: messages that have something in common, found by indexes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.database import names
from app.tables import Delivery, Mention, Message, Tag, Tagging

m, m_ = names(Message), names(Message, Message._meta.tablename)
t, g = names(Tag, "t"), names(Tagging, "g")
w, mine = names(Mention, "w"), names(Delivery)


class Counted(msgspec.Struct):
    name: str
    n: int


# Messages that have one thing in common, each found by an index that holds all it takes.
_THEIRS = f"SELECT {m.id} AS id FROM {m} WHERE {m.organization} = ? AND"
COMMON = {
    "status": f"{_THEIRS} {m.status} = ?",
    "category": f"{_THEIRS} {m.category} = ?",
    "site": f"{_THEIRS} {m.site} = ?",
    "brand": f"{_THEIRS} {m.brand} = ?",
    "first_brand": f"{_THEIRS} {m.brand} IS NULL",
    "priority": f"{_THEIRS} {m.priority} = ? AND {m.priority} <> 'normal'",
    "assignee": f"{_THEIRS} {m.assignee} = ?",
    "waits_for": f"{_THEIRS} {m.status} = 'pending' AND {m.assignee} = ?",
    "waits_for_nobody": f"{_THEIRS} {m.status} = 'pending' AND {m.assignee} IS NULL",
    "outcome": f"{_THEIRS} {m.outcome} = ? AND {m.outcome} <> ''",
    "added": f"{_THEIRS} {m.added_at} IS NOT NULL",
    "snoozed": f"{_THEIRS} {m.snoozed_until} > ?",
    "overdue": f"{_THEIRS} {m.status} = 'pending' AND {m.due_at} < ?",
    "handler": f"{_THEIRS} {m.handled_by} = ? AND {m.handled_by} <> ''",
    "solved": f"{_THEIRS} {m.solved} = ? AND {m.solved} <> ''",
    "handled": f"{_THEIRS} {m.handled_at} >= ? AND {m.handled_at} < ?",
    "late": f"{_THEIRS} {m.first_handled_at} > {m.due_at}",
    "late_or_waiting": (
        f"{_THEIRS} {m.first_handled_at} > {m.due_at} UNION ALL {_THEIRS}"
        f" {m.status} = 'pending' AND {m.due_at} < ? AND {m.first_handled_at} IS NULL"
    ),
    "tag": (
        f"SELECT {g.message} AS id FROM {g}"
        f" WHERE {g.tag} = (SELECT {t.id} FROM {t} WHERE {t.organization} = ? AND {t.name} = ?)"
    ),
    "mentions": (f"SELECT {w.message} AS id FROM {w} WHERE {w.organization} = ? AND {w.agent} = ?"),
    "notice": (
        f"SELECT {mine.message} AS id FROM {mine}"
        f" WHERE {mine.organization} = ? AND {mine.state} = ?"
    ),
}
FEW = 2000
"""So many are read and put in order sooner than the first of them is found by walking through
all."""


# In the order of their ids, as their indexes have them.
SORTED = (
    *("mentions", "solved", "tag", "priority", "handler", "category", "brand", "first_brand"),
    *("site", "status"),
)


def _in_order(name: str) -> str:
    """So PostgreSQL, which does not know how many there are, goes by their index."""
    return f"{COMMON[name]} ORDER BY 1" if name in SORTED else COMMON[name]


async def rarest(organization: uuid.UUID, common: Mapping[str, Sequence[Any]]) -> str | None:
    """Which of these things few messages have, by its name in COMMON. None when there are many of
    each, or nothing is asked for."""
    if not common:
        return None
    parts, values = [], []
    for name, value in common.items():
        limited = f"{_in_order(name)} LIMIT {FEW + 1}"
        parts.append(f"SELECT '{name}' AS name, count(*) AS n FROM ({limited}) AS counted")
        values += [organization, *value]
    counted = await database.rows(Counted, " UNION ALL ".join(parts), *values)
    least = min(counted, key=lambda each: each.n)
    return least.name if least.n <= FEW else None


def among(name: str) -> str:
    """A condition: the message has this in common. With an array PostgreSQL looks at these alone;
    it would rather walk through all in the order of the list."""
    if isinstance(database.engine(), database.SQLite):
        return f"{m_.id} IN ({COMMON[name]})"
    return f"{m_.id} = ANY(ARRAY({_in_order(name)}))"


SIDE_BY_SIDE = (
    "SELECT set_config('enable_nestloop', 'off', true), set_config('enable_hashjoin', 'off', true)"
)
"""Else PostgreSQL, which takes them for few, looks for each of one index in the other."""
TOGETHER = 3
"""So many are compared: what most messages have says little more."""


async def together(
    organization: uuid.UUID, common: Mapping[str, Sequence[Any]]
) -> list[uuid.UUID] | None:
    """The messages that have several of these things in common, each of which many have. None when
    they are many, too, or the indexes do not know."""
    asked = [name for name in SORTED if name in common][:TOGETHER]
    if len(asked) < 2:
        return None
    values = [value for name in asked for value in (organization, *common[name])]
    # In this order the indexes are read once each, side by side.
    order = f"ORDER BY {m.id} LIMIT {FEW + 1}"
    if isinstance(database.engine(), database.SQLite):
        sql = " INTERSECT ".join(COMMON[name] for name in asked)
        found = await database.values(uuid.UUID, f"{sql} {order}", *values)
    else:
        first, *rest = asked
        sql = f"SELECT {m.id} FROM ({COMMON[first]}) AS {first}_"
        sql += "".join(f" JOIN ({COMMON[name]}) AS {name}_ USING ({m.id})" for name in rest)
        async with database.transaction():
            await database.execute(SIDE_BY_SIDE)
            found = await database.values(uuid.UUID, f"{sql} {order}", *values)
    return found if len(found) <= FEW else None
