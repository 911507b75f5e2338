"""SQL text: deliveries join remarks by an id that is no foreign key, which Piccolo cannot."""

from __future__ import annotations

from app.channels.sender import REPLY
from app.database.names import columns, names
from app.tables.deliveries import Channel, Delivery, Dispatch
from app.tables.messages import Message, Remark

c = names(Channel)
d_, m_, r_, s_ = (
    names(Delivery, "d"),
    names(Message, "m"),
    names(Remark, "r"),
    names(Dispatch, "s"),
)

NAMED_WAY = (
    f"SELECT {columns(c.id, c.organization, c.priority, c.name)} FROM {c}"
    f" WHERE {c.organization} = ? AND {c.kind} = 'email' AND {c.enabled} = ?"
    f" AND {c.archived_at} IS NULL AND {c.id} = ?"
)
MAILED = (
    f"SELECT {columns(r_.author, m_.email, d_.created_at)} FROM {d_}"
    f" JOIN {m_} ON {m_.id} = {d_.message} JOIN {r_} ON {r_.id} = {d_.about}"
    f" WHERE {d_.organization} = ? AND {d_.purpose} = '{REPLY}' AND {d_.created_at} > ?"
)
"""The replies that were to be mailed since."""
TRIED = (
    f"SELECT {columns(m_.email, d_.state, s_.refused, d_.done_at)} FROM {d_}"
    f" JOIN {m_} ON {m_.id} = {d_.message} JOIN {s_} ON {s_.id} = {d_.dispatch}"
    f" WHERE {d_.organization} = ? AND {d_.purpose} = '{REPLY}' AND {d_.created_at} > ?"
    f" AND {d_.state} IN ('sent', 'failed') ORDER BY {d_.done_at} DESC"
)
"""Where the mails of replies since then ended, the newest first. `refused` names recipients that
the mail server does not know; it is empty when the channel itself failed."""
