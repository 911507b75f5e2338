"""Pages of lists that are short enough to be read whole: `limit` and `cursor` cut them.

A handler answers all of it; what cuts it is `web.api.conventions`, for every list alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.errors import Invalid
from web.api import filters
from web.http import bodies
from web.http.operation import Operation
from web.http.request import Incoming
from web.http.words import N_

NextCursor = Annotated[
    str | None,
    Meta(description="Send it as `cursor` for the next page; null at the end, and without limit."),
]
LISTS = ("items", "blocks")
"""The keys under which answers have their list."""
NAMES = ("uid", "kind")
"""By which an entry of a list is known."""


class Asked(msgspec.Struct, frozen=True):
    """The part of a list that is asked for; without a limit all of it."""

    cursor: str = ""
    limit: int | None = None


def is_list(operation: Operation) -> bool:
    return "next_cursor" in getattr(operation.answer, "__struct_fields__", ())


def is_cut(method: str, operation: Operation) -> bool:
    """Whether it lists what no handler cuts."""
    if method != "GET" or not is_list(operation):
        return False
    return "cursor" not in {each.name for each in operation.parameters}


def asked(request: Incoming) -> Asked:
    """Raises Invalid, also for any other parameter."""
    query = bodies.query_of(request)
    found = filters.read(query, filters.PAGED)
    limit = found["limit"] if query.get("limit") else None
    return Asked(found.get("cursor", ""), limit)


def cut(body: bytes, part: Asked) -> bytes:
    """Raises Invalid for a cursor that names nothing in the list."""
    if part == Asked():
        return body
    answer = msgspec.json.decode(body)
    key = next(name for name in LISTS if name in answer)
    answer[key], answer["next_cursor"] = _part(answer[key], part)
    return msgspec.json.encode(answer)


def _part(items: Sequence[Mapping[str, Any]], part: Asked) -> tuple[Any, str | None]:
    start = 0
    if part.cursor:
        names = [_name(each) for each in items]
        if part.cursor not in names:
            detail = N_("Use the next_cursor of an earlier answer")
            raise Invalid.at("/cursor", "bad_cursor", detail)
        start = names.index(part.cursor) + 1
    end = len(items) if part.limit is None else start + part.limit
    return items[start:end], _name(items[end - 1]) if end < len(items) else None


def _name(item: Mapping[str, Any]) -> str:
    return next(str(item[name]) for name in NAMES if name in item)
