"""An upsert that Piccolo cannot express: its increment names no table, which PostgreSQL finds
ambiguous."""

from __future__ import annotations

from app.database import columns, names
from app.tables import WidgetHost

h = names(WidgetHost)
SEEN = columns(h.id, h.organization, h.brand, h.origin, h.minutes, h.first_at, h.at)
NOTE = (
    f"INSERT INTO {h} ({SEEN})"
    f" VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT ({h.brand}, {h.origin})"
    f" DO UPDATE SET {h.minutes} = {h}.{h.minutes} + 1, {h.at} = excluded.{h.at}"
)
"""One more minute in which a site loaded the widget."""
