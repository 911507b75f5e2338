"""What Piccolo cannot say: its "one more than before" names no table, so that PostgreSQL does not
know whether the row that is there is meant or the new one."""

from __future__ import annotations

from app.database import columns, names
from app.tables import WidgetHost

h = names(WidgetHost)
NOTE = (
    f"INSERT INTO {h} ({columns(h.id, h.organization, h.origin, h.minutes, h.first_at, h.at)})"
    f" VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT ({h.organization}, {h.origin})"
    f" DO UPDATE SET {h.minutes} = {h}.{h.minutes} + 1, {h.at} = excluded.{h.at}"
)
"""One more minute in which a site loaded the widget."""
