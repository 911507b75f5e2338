"""Tags, as people type them."""

from __future__ import annotations

from app.errors import Invalid
from app.text import clean_line

TAG_MAX = 32


def tag(text: str) -> str:
    """A tag's name as it is stored. Raises Invalid at /tag."""
    name = clean_line(text).strip(" #,，、;；")
    if not name:
        raise Invalid.at("/tag", "required", "Enter a tag")
    if len(name) > TAG_MAX:
        detail = "A tag has at most {limit} characters"
        raise Invalid.at("/tag", "too_long", detail, limit=str(TAG_MAX))
    return name
