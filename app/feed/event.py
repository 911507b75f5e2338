"""An event as it is read and sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app import settings
from app.feed.rows import Row
from app.reading.dates import seconds


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """As it is read and sent."""

    id: str
    type: str
    timestamp: str
    data: dict[str, Any]


def shown(row: Row, more: Mapping[str, Any] | None = None) -> Event:
    """With the page of the console that it leads to; `more` is what an endpoint gets besides."""
    data = msgspec.json.decode(row.data, type=dict[str, Any])
    base = settings.current().base_url
    about = row.message or row.channel
    if row.type == "message.deleted" or not data:
        data = {"uid": str(about), **data}
    else:
        way = "inbox" if row.message else "settings/channels"
        data["link"] = f"{base}/{way}/{about}"
    at = seconds(row.at).isoformat().replace("+00:00", "Z")
    return Event(id=str(row.id), type=row.type, timestamp=at, data={**data, **(more or {})})
