"""SQL text: asked for every notice, where building the query would take longer than running it."""

from __future__ import annotations

from app.database import columns, names
from app.tables import Brand, Organization

b, o = names(Brand, "b"), names(Organization, "o")

TOLD = (
    f"SELECT {columns(b.id, b.name)}, {o.name} AS shop FROM {o}"
    f" LEFT JOIN {b} ON {b.organization} = {o.id} WHERE {o.id} = ?"
)
"""The brands of an organization with its own name; one row without a brand where it has none."""
