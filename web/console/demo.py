"""A page of an imaginary shop with the widget, also the preview of its settings."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from app import settings, widget
from app.brands import stored as brands
from app.languages import LANGUAGES
from app.widget.colour import HEX
from web.console.auth import SignedOut, desk, to_sign_in
from web.http.render import answer
from web.http.request import Incoming

Connection = ASGIConnection[Any, Any, Any, Any]

# What the preview may try out, as attributes of the script tag.
TRIED = {"side": widget.SIDES, "theme": widget.THEMES, "show": widget.SHOW, "lang": LANGUAGES}


async def of_the_house(connection: Connection, _: BaseRouteHandler) -> None:
    """A guard: agents of the organization, or anybody in a demo. Raises SignedOut or NotFound."""
    if settings.current().demo:
        return
    signed = await desk(connection)
    await brands.one(signed.org, connection.path_params["slug"])


@get("/")
async def shop(request: Incoming, slug: FromPath[str]) -> Response[str]:
    brand = await brands.by_slug(slug)
    query = request.query_params
    tried = {name: query.get(name, "") for name in TRIED if query.get(name) in TRIED[name]}
    if HEX.fullmatch(query.get("accent", "")):
        tried["accent"] = query["accent"]
    return answer(request, "widget/demo.html", {"brand": brand, "slug": slug, "tried": tried})


router = Router(
    "/demo/{slug:str}",
    route_handlers=[shop],
    guards=[of_the_house],
    exception_handlers={SignedOut: to_sign_in},
)
