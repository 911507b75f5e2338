"""A visitor's page: which form, language and host page. All of it is in the address."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any
from urllib.parse import urlencode, urlsplit

from app import settings
from app.brands import stored as brands
from app.brands.shape import Brand
from app.errors import Unavailable
from app.languages import LANGUAGES
from app.targets import due, replies, shape
from app.targets import words as target_words
from app.widget.hosts import ancestors
from app.widget.setup import read
from web.http import words
from web.http.render import wants_fragment
from web.http.request import FRAME_ANCESTORS, Incoming

ADDRESS_LIMIT = 2000
# zone.js sends it with the form; the addresses after that carry it along.
ZONE = "tz"
ZONES = zoneinfo.available_timezones()
HEADERS = {"Vary": "HX-Request, HX-Request-Type, Accept-Language"}


async def brand_of(request: Incoming, slug: str) -> Brand:
    remember_hosts(request, slug)
    brand = await brands.by_slug(slug)
    setup = await read(brand.id)
    state = request.scope["state"]
    state["default_locale"] = brand.locale
    state[FRAME_ANCESTORS] = request.app.state.framed[slug] = ancestors(setup)
    state["widget"] = setup
    return brand


def remember_hosts(request: Incoming, slug: str) -> None:
    """Sets the last known sites that may frame the answer, for errors without the database: else
    the browser would refuse to show them in the panel."""
    known = request.app.state.framed.get(slug)
    if known is not None:
        request.scope["state"].setdefault(FRAME_ANCESTORS, known)


def frame(request: Incoming, slug: str, brand: Brand | None) -> dict[str, Any]:
    """The context that every visitor's page needs."""
    host = urlsplit(web_address(request.query_params.get("o", "")))
    return {
        "brand": brand,
        "org": brand.org if brand else None,
        "slug": slug,
        "embed": request.query_params.get("embed") == "1",
        "host": f"{host.scheme}://{host.netloc}" if host.netloc else "",
        "theme": theme(request),
        "widget": request.scope["state"].get("widget"),
        "fragment": wants_fragment(request),
    }


async def usual(request: Incoming, brand: Brand | None) -> str:
    """How soon visitors are usually answered, if the organization tells them; as a worker counted
    it, so that no page counts. Empty when nobody has done so lately."""
    if brand is None or shape.stored(brand.org.targets).visitors != "kept":
        return ""
    try:
        in_hours = not (await due.in_force(brand.org.id, brand.mark)).schedule.is_empty
    except Unavailable:
        return ""
    now = dt.datetime.now(dt.UTC)
    found = replies.stored(brand.org.replies).promise_at(now, in_hours=in_hours)
    return target_words.usual(words.locale_of(request), found) if found else ""


def address(request: Incoming, path: str, **more: str) -> str:
    """The path with the parameters that keep language, panel, theme and zone on the next page."""
    known = {
        "lang": words.locale_of(request),
        "embed": request.query_params.get("embed", ""),
        "o": page_url(request),
        "theme": theme(request),
        ZONE: zone(request),
        **more,
    }
    return f"{path}?{urlencode({name: value for name, value in known.items() if value})}"


def languages(request: Incoming, path: str, **more: str) -> list[tuple[str, str, str]]:
    """(tag, name, address) of the page in each language."""
    return [
        (tag, name, address(request, path, lang=tag, **more)) for tag, name in LANGUAGES.items()
    ]


def theme(request: Incoming) -> str:
    """The theme that the host page chose; empty for the browser's own."""
    given = request.query_params.get("theme", "")
    return given if given in {"light", "dark"} else ""


def zone(request: Incoming) -> str:
    """The visitor's zone by IANA name; empty when the browser has sent none that we know."""
    sent = dict(request.scope["state"].get("form", ()))
    given = request.query_params.get(ZONE) or sent.get(ZONE, "")
    return given if given in ZONES else ""


def page_url(request: Incoming) -> str:
    """The address that the host page sends, else the referrer unless it is ours."""
    given = web_address(request.query_params.get("o", ""))
    came_from = referrer(request)
    own = f"{settings.current().base_url}/"
    return given or ("" if came_from.startswith(own) else came_from)


def referrer(request: Incoming) -> str:
    return web_address(request.headers.get("referer", ""))


def web_address(text: str) -> str:
    """The text when it is an http(s) address, else empty."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return ""
    return text if scheme in {"http", "https"} and len(text) <= ADDRESS_LIMIT else ""
