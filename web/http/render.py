"""Renders templates into answers. Templates have `_`, `n_`, `asset`, times and more."""

from __future__ import annotations

import contextvars
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.config.compression import CompressionConfig
from litestar.enums import MediaType
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect
from litestar.template import TemplateConfig
from markupsafe import Markup

from app import settings
from app.channels.kinds import KINDS
from app.files.names import weight
from app.languages import DEFAULT, LANGUAGES
from app.tables import new_id
from web.http import assets, prefix, told, words

Connection = Request[Any, Any, Any]

# A cache must not hand a fragment to somebody who asks for the page.
VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request"
PRIVATE = "private, no-store"
# The option of a handler whose answer is sent piece by piece: to pack would be to hold it back.
UNPACKED = "unpacked"
# Faster on a bad line. The session's token is masked anew each time, since pages also echo input
# (BREACH).
PACKED = DefineMiddleware(
    CompressionMiddleware,
    config=CompressionConfig(
        backend="gzip", gzip_compress_level=6, minimum_size=1000, exclude_opt_key=UNPACKED
    ),
)

# Macros are imported without a page's context, so the language is passed beside it.
_locale: contextvars.ContextVar[str] = contextvars.ContextVar("locale", default=DEFAULT)
_zone: contextvars.ContextVar[str] = contextvars.ContextVar("zone", default="UTC")


def wants_fragment(request: Connection) -> bool:
    """Whether htmx asks for a part of the page; after "back" it asks for the whole."""
    return (
        told.by_htmx(request)
        and request.headers.get("hx-request-type") == "partial"
        and "hx-history-restore-request" not in request.headers
    )


def answer(
    request: Connection,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    return Response(
        html(template, words.locale_of(request), values),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Vary": VARY, "Cache-Control": PRIVATE, **(headers or {})},
    )


def html(template: str, locale: str, values: Mapping[str, Any]) -> str:
    language = _locale.set(locale)
    zone = _zone.set(_zone_of(values))
    try:
        text = ENVIRONMENT.get_template(template).render(lang=locale, **values)
        return prefix.page(settings.current().base_path, text)
    finally:
        _zone.reset(zone)
        _locale.reset(language)


def _zone_of(values: Mapping[str, Any]) -> str:
    """Of who is signed in, else of the organization."""
    if (desk := values.get("desk")) is not None:
        return str(desk.zone)
    org = values.get("org")
    return org.timezone if org is not None else "UTC"


def say(msgid: str, **facts: Any) -> str:
    return words.say(_locale.get(), msgid, facts)


def say_many(one: str, many: str, n: int, **facts: Any) -> str:
    return words.say_many(_locale.get(), one, many, n, facts)


def _full(moment: dt.datetime) -> str:
    return words.full(_locale.get(), _zone.get(), moment)


def _short(moment: dt.datetime) -> str:
    return words.short(_locale.get(), _zone.get(), moment)


def _ago(moment: dt.datetime) -> str:
    return words.ago(_locale.get(), moment)


def shape(name: str) -> Markup:
    """An icon as inline SVG. Raises KeyError for an unknown name."""
    return assets.shapes()[name]


def logo(kind: str) -> Markup:
    """The SVG of a kind of channel; empty for an unknown one."""
    sender = KINDS.get(kind)
    return Markup(sender.logo()) if sender else Markup()  # noqa: S704 (our own file)


def foreign(code: str) -> str:
    """The code if it is a platform's or server's, which has digits; empty for our own names, which
    the sentence beside explains."""
    return code if any(char.isdigit() for char in code) else ""


def ident(path: str) -> str:
    """A field's path as an id that CSS can select."""
    return path.replace("/", "-")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(ident=ident, foreign=foreign)
    environment.globals.update(
        _=say,
        n_=say_many,
        asset=assets.url,
        shape=shape,
        logo=logo,
        full=_full,
        short=_short,
        ago=_ago,
        weight=weight,
        LANGUAGES=LANGUAGES,
        new_key=new_id,
    )
    return environment


ENVIRONMENT = _environment()
TEMPLATES: TemplateConfig[JinjaTemplateEngine] = TemplateConfig(
    instance=JinjaTemplateEngine.from_environment(ENVIRONMENT)
)


def see(address: str, headers: dict[str, str] | None = None) -> Redirect:
    """The redirect after a form was sent."""
    return Redirect(address, status_code=303, headers=headers or {})
