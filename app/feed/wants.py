"""Which events an endpoint wants, by its settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILTERED = {"statuses": "status", "categories": "category", "priorities": "priority"}
"""From a filter to what it asks of an event."""


def wants(
    settings: Mapping[str, Any], kind: str, data: Mapping[str, Any], brand: str | None
) -> bool:
    """What has no status, as when a message was erased, passes every filter but the types. `brand`
    is its address."""
    if settings["types"] and kind not in settings["types"]:
        return False
    if settings["brands"] and brand is not None and brand not in settings["brands"]:
        return False
    return all(
        data[key] in settings[name]
        for name, key in FILTERED.items()
        if settings[name] and key in data
    )
