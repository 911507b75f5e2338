"""Events for programs, one page after the other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, get

from app import settings
from app.errors import Invalid
from app.feed import read
from app.feed.catalogue import NAMES
from web.api import bearer
from web.api import filters as api_filters
from web.http import bodies
from web.http.operation import PREFIX, Operation, Parameter, described
from web.http.request import Incoming
from web.http.words import N_

LIST = Operation(
    id="listEvents",
    summary="What happened, in order",
    description=(
        "Without `after`, from the first event that is kept: 30 days, and not from before "
        "anybody could read them. The `cursor` of each answer is where the next one begins, also "
        "when nothing has happened yet. Events have no personal data."
    ),
    scope="events:read",
    answer=read.Page,
    parameters=(
        Parameter("after", "The `cursor` of the answer before."),
        Parameter("types", f"Only these, with commas between: {', '.join(NAMES)}."),
        api_filters.PAGING[0],
    ),
    faults=(410, 422),
)


def _types(text: str) -> list[str]:
    names = [each.strip() for each in text.split(",") if each.strip()]
    if any(each not in NAMES for each in names):
        detail = N_("Use one of {known}")
        raise Invalid.at("/types", "not_a_choice", detail, known=", ".join(NAMES))
    return list(dict.fromkeys(names))


READERS: api_filters.Readers = {
    "after": ("after", read.after),
    "types": ("types", _types),
    "limit": ("limit", api_filters.limit_of),
}


@get("/events", opt=described(LIST))
async def events(request: Incoming) -> Response[read.Page]:
    query = bodies.query_of(request)
    asked: dict[str, Any] = api_filters.read(query, READERS)
    page = await read.page(bearer.of(request).organization, **asked)
    kept = {name: text for name, text in query.items() if name != "after" and text}
    following = urlencode({**kept, "after": page.cursor})
    address = f"{settings.current().base_url}{PREFIX}/events?{following}"
    return Response(page, headers={"Link": f'<{address}>; rel="next"'})


router = Router(PREFIX, route_handlers=[events])
