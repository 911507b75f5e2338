"""Finding messages by what is known of them, with an index that is made behind them."""

from app.messages.search.find import QUERY_MAX, Sought, condition, parts
from app.messages.search.statements import EVERY
from app.messages.search.text import changed, reach_lines, renew, search_text

__all__ = [
    "EVERY",
    "QUERY_MAX",
    "Sought",
    "changed",
    "condition",
    "parts",
    "reach_lines",
    "renew",
    "search_text",
]
