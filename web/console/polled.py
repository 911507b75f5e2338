"""A part of a page that is asked for again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response

from web.http import render, words
from web.http.etag import polled, unchanged
from web.http.request import Incoming


def unless_known(request: Incoming, template: str, context: Mapping[str, Any]) -> Response[Any]:
    """The template; 304 while it says what the page has already. `context` has the desk."""
    part = render.html(template, words.locale_of(request), context)
    # The token is masked anew each time.
    same = part.replace(context["desk"].csrf, "")
    headers = {**polled(same.encode()), "Vary": render.VARY}
    return unchanged(request, headers) or Response(
        part, media_type="text/html", headers={**headers, "Cache-Control": render.PRIVATE}
    )
