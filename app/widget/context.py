"""Hidden values that a page sends along with a message, as far as the settings allow them."""

from __future__ import annotations

from typing import Any

import msgspec

from app.fields.check import FIELD_LIMIT, FIELD_NAME_LIMIT
from app.text import clean, clean_line
from app.widget.setup import Setup

CONTEXT_BYTES = 16 * 1024


def facts_from(setup: Setup, text: str) -> dict[str, str]:
    """The allowed values of the JSON object `text`, cleaned and cut. Visitors cannot see or mend
    them, so faulty ones are left out."""
    if not setup.context or not text or len(text) > CONTEXT_BYTES:
        return {}
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    if not isinstance(raw, dict):
        return {}
    found = {name: _text(raw.get(name)) for name in setup.context}
    return {name: value for name, value in found.items() if value}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:FIELD_LIMIT]
    return clean(value)[:FIELD_LIMIT] if isinstance(value, str) else ""


def name(text: str) -> str:
    """A field's name as it will be shown."""
    return clean_line(text)[:FIELD_NAME_LIMIT]
