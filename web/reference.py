"""接口参考: every operation of the API with its fields and a curl, made of the OpenAPI document.
Open to everybody, as the document is; without a script, a font or a style of anybody else."""

from __future__ import annotations

import re
from typing import Any

from litestar import Response, Router, get
from litestar.response import Redirect
from markupsafe import Markup, escape

from app.settings import VERSION, current
from web.api import openapi, reference
from web.console.login_form import languages
from web.http import told, words
from web.http.etag import etag
from web.http.faults import TITLES
from web.http.render import PACKED, html
from web.http.request import Incoming

HERE = "/docs/api"
# The same for everybody, and another one after an upgrade: asked again each time, sent once.
CACHED = "no-cache"
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@get("/docs", sync_to_thread=False)
def docs() -> Redirect:
    return Redirect(HERE, status_code=302)


@get(HERE, sync_to_thread=True)
def page(request: Incoming) -> Response[str]:
    locale = words.locale_of(request)
    made: dict[str, str] = request.app.state.setdefault("reference", {})
    if locale not in made:
        made[locale] = html("reference/page.html", locale, _values(request))
    tag = etag(made[locale].encode())
    headers = {"ETag": tag, "Cache-Control": CACHED, "Vary": "Accept-Language"}
    if told.knows(request, tag):
        return Response("", status_code=304, headers=headers)
    return Response(made[locale], media_type="text/html", headers=headers)


def _values(request: Incoming) -> dict[str, Any]:
    document = openapi.describe(request.app)
    return {
        "chapters": reference.chapters(document),
        "types": reference.types(document),
        "titles": {str(status): title for status, title in TITLES.items()},
        "base": current().base_url,
        "version": VERSION,
        "document": openapi.PATH,
        "marked": marked,
        "languages": languages(request, HERE),
    }


def marked(text: str) -> Markup:
    """A text of the document: its words in backticks as code, and of links into the documents the
    words alone."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(LINK.sub(r"\1", text)))))  # noqa: S704


router = Router("/", route_handlers=[docs, page], middleware=[PACKED])
