"""Finding messages by what is known of them, with an index that is made behind them."""

from app.messages.search.find import QUERY_MAX, condition, parts, with_lines
from app.messages.search.statements import EVERY
from app.messages.search.text import changed, contact_lines, renew, search_text

__all__ = [
    "EVERY",
    "QUERY_MAX",
    "changed",
    "condition",
    "contact_lines",
    "parts",
    "renew",
    "search_text",
    "with_lines",
]
