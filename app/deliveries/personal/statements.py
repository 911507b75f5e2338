"""SQL text: conditions on other rows, for which Piccolo has no EXISTS."""

from __future__ import annotations

from app.database.names import columns, names
from app.tables.deliveries import Channel, Delivery
from app.tables.messages import Event, Message
from app.tables.people import Agent
from app.tables.team import Mention

c, d, m, a = names(Channel), names(Delivery), names(Message), names(Agent)
a_, m_, w_ = names(Agent, "ag"), names(Message, "me"), names(Mention, "mn")
e_ = names(Event, "ev")


def unwanted(of: str) -> str:
    """Why the delivery of the table or alias `of`, which goes to an agent, is not sent any more;
    empty when it is. What was asked for by hand asks only the agent."""
    theirs = f"FROM {a_} WHERE {a_.id} = {of}.{d.agent} AND {a_.disabled_at} IS NULL"
    given = f"{m_.id} = {of}.{d.message} AND {m_.assignee} = {of}.{d.agent}"
    called = f"FROM {w_} WHERE {w_.message} = {of}.{d.message} AND {w_.agent} = {of}.{d.agent}"
    number = f"(SELECT {e_.number} FROM {e_} WHERE {e_.id} = {of}.{d.about})"
    mentions = f"{of}.{d.purpose} = 'mention'"
    return (
        f"CASE WHEN NOT EXISTS (SELECT 1 {theirs} AND {a_.role} <> 'viewer') THEN 'agent_off'"
        f" WHEN NOT EXISTS (SELECT 1 {theirs} AND CASE WHEN {mentions} THEN {a_.mail_mentions}"
        f" ELSE {a_.mail_assigned} END) THEN 'mail_off'"
        f" WHEN {of}.{d.reason} = 'replay' THEN ''"
        f" WHEN {mentions} AND EXISTS (SELECT 1 {called} AND {w_.seen_at} IS NOT NULL"
        f" AND {w_.number} >= {number}) THEN 'seen'"
        f" WHEN {mentions} AND NOT EXISTS (SELECT 1 {called} AND {w_.number} = {number})"
        f" OR NOT {mentions} AND NOT EXISTS (SELECT 1 FROM {m_} WHERE {given})"
        " THEN 'taken_back' ELSE '' END"
    )


CANCEL_UNWANTED = (
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = {unwanted('delivery')}, {d.done_at} = ?"
    f" WHERE {d.agent} IN (SELECT {a.id} FROM {a} WHERE {a.organization} = ?)"
    f" AND {d.agent} IS NOT NULL AND {d.state} = 'pending' AND {unwanted('delivery')} <> ''"
)
WAY = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.name)} FROM {c}"
    f" WHERE {c.organization} = ? AND {c.kind} = 'email' AND {c.enabled} = ?"
    f" AND {c.archived_at} IS NULL ORDER BY"
    f" CASE WHEN {c.failures} = 0 AND {c.stopped_at} IS NULL THEN 0 ELSE 1 END,"
    f" CASE WHEN {c.id} = ? THEN 0 ELSE 1 END, {c.position}, {c.id} LIMIT 1"
)
"""One that works goes first, then the one that confirms to visitors."""
WORKING = (
    f"SELECT {columns(a.id, a.hours)} FROM {a} WHERE {a.organization} = ?"
    f" AND {a.disabled_at} IS NULL"
    f" AND {a.role} <> 'viewer' AND [these]"
)
WILLING = {
    "assigned": f"{WORKING} AND {a.mail_assigned}",
    "mention": f"{WORKING} AND {a.mail_mentions}",
}
"""By purpose."""
OPEN = {
    "assigned": f"SELECT {columns(m.id, m.priority)} FROM {m} WHERE {m.organization} = ?"
    f" AND {m.status} IN ('pending', 'repeat') AND [these]",
    "mention": f"SELECT {columns(m.id, m.priority)} FROM {m} WHERE {m.organization} = ?"
    f" AND {m.status} NOT IN ('spam', 'trash') AND [these]",
}
"""The messages that somebody may be told of: a note may ask about one that is handled."""
REMINDED = (
    f"SELECT {columns(m.id, m.priority, m.brand, m.category, m.channels, m.snoozed_until)} FROM {m}"
    f" WHERE {m.organization} = ? AND {m.status} = 'pending' AND [these]"
)
"""The messages that an assignee is reminded of."""
FORGET_REMINDERS = (
    f"UPDATE {d} SET {d.state} = 'cancelled', {d.reason} = 'taken_back', {d.done_at} = ?"
    f" WHERE [these] AND {d.agent} IS NOT NULL AND {d.state} = 'pending'"
    f" AND {d.purpose} LIKE 'remind%'"
)
GIVEN_BEFORE = (
    f"SELECT {columns(d.message, d.agent, d.state, d.reason)} FROM {d}"
    f" WHERE [these] AND {d.purpose} = 'assigned' AND {d.agent} IS NOT NULL"
)
