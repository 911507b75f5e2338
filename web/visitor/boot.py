"""The one document that a host page requests before anybody clicks."""

from __future__ import annotations

import datetime as dt

from litestar import Response, Router, get
from litestar.params import FromPath

from app import widget
from app.brands import stored as brands
from app.errors import NotFound
from app.overview import funnel
from web.http.address import client_ip
from web.http.etag import etag, unchanged
from web.http.request import Incoming
from web.visitor.known import about
from web.visitor.script import FOR_ALL

# Seconds until a page notices a change of presence at the latest.
KEPT_SECONDS = 30
MEDIA_TYPE = "application/json"
NOT_HERE = b'{"allowed":false}'
CLOSED = b'{"closed":true}'
NOBODY = b'{"error":"not_found"}'
KEPT = f"public, max-age={KEPT_SECONDS}"


@get("/boot.json")
async def boot(request: Incoming, slug: FromPath[str]) -> Response[bytes]:
    """A site that may not embed the form learns only that, so that it can show it at once; one of a
    brand that is archived, that nothing is to be shown any more."""
    headers = {**FOR_ALL, "Vary": "Origin", "Cache-Control": KEPT}
    try:
        brand = await brands.by_slug(slug)
    except NotFound:
        return Response(NOBODY, status_code=404, media_type=MEDIA_TYPE, headers=headers)
    if brand.archived:
        return _answer(request, CLOSED, headers)
    setup = await widget.read(brand.id)
    header = request.headers.get("origin", "")
    if origin := widget.origin_of(header):
        # Refused sites are noted too: so an admin finds the site that is missing on the list.
        listed = widget.allows_by_name(setup, origin)
        widget.note(brand.id, origin, client_ip(request), allowed=listed)
    if header and not widget.allows(setup, header):
        # An admin who has just listed the site looks at it right away.
        return _answer(request, NOT_HERE, {**headers, "Cache-Control": "no-cache"})
    if header:
        funnel.count(brand.org, "shown")
    found = await widget.boot(brand)
    body = found.document()
    about(request.scope, brand, body, shown=bool(header))
    headers["Cache-Control"] = f"public, max-age={_age(found.next)}"
    return _answer(request, body, headers)


def _answer(request: Incoming, body: bytes, headers: dict[str, str]) -> Response[bytes]:
    headers = {**headers, "ETag": etag(body)}
    known = unchanged(request, headers)
    return known or Response(body, media_type=MEDIA_TYPE, headers=headers)


def _age(change: str) -> int:
    """Seconds to cache: not longer than the state lasts, so that pages change in time."""
    if not change:
        return KEPT_SECONDS
    left = dt.datetime.fromisoformat(change) - dt.datetime.now(dt.UTC)
    return max(1, min(KEPT_SECONDS, int(left.total_seconds())))


router = Router("/w/{slug:str}", route_handlers=[boot])
