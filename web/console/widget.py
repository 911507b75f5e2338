"""System settings, website widget (系统设置 → 网站挂件): how it looks, who may embed it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post

from app import settings, widget
from app.brands.shape import Brand
from app.errors import Invalid
from app.languages import LANGUAGES
from app.widget import Seen, Setup
from web.console import snippets, undo
from web.console.at_brand import brand_of, chooser, see_at
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.channel_faults import sentences
from web.console.choice_words import ONLINE, SHOW, SIDES, THEMES
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/widget"
FIELDS = (
    *("name", "hosts", *widget.LABELS, "side", "accent", "theme", "show"),
    *("online", "chat_link", "phone", "email", "wechat", "context"),
)
DONE = {
    "saved": N_("Saved. Open pages follow within half a minute."),
    "allowed": N_("Added to the list. The site may show the form now."),
    "restricted": N_("Only the sites on the list may show the form now."),
    "removed": N_("Removed. Visitors are no longer vouched for."),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _page(request, desk)


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    given = {name: form[name] for name in (*FIELDS, "embedding") if name in form}
    if given.get("hosts", "").strip():
        # A typed list counts as "listed" even without that choice.
        given.setdefault("embedding", "listed")
    brand = await brand_of(request, desk)
    try:
        await widget.save(brand.id, given, by=desk.by)
    except Invalid as error:
        return await _page(request, desk, form=form, error=error)
    return see_at(brand, f"{HERE}?done=saved")


@post("/restrict", status_code=200)
async def restrict(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Allows only the ticked sites of those that already load the widget."""
    form = form_of(request)
    ticked = [value for name, value in form.items() if name.startswith("origin-")]
    brand = await brand_of(request, desk)
    try:
        await widget.restrict(brand.id, ticked, by=desk.by)
    except Invalid as error:
        return await _page(request, desk, error=error)
    return see_at(brand, f"{HERE}?done=restricted")


@post("/allow", status_code=200)
async def allow(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Allows one of the sites that load the widget."""
    brand = await brand_of(request, desk)
    try:
        await widget.allow(brand.id, form_of(request).get("origin", ""), by=desk.by)
    except Invalid as error:
        return await _page(request, desk, error=error)
    return see_at(brand, f"{HERE}?done=allowed#seen-title")


@post("/identity", status_code=200)
async def identity(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Makes or removes the secret; only this answer shows it."""
    on = form_of(request).get("to") != "off"
    brand = await brand_of(request, desk)
    secret = await widget.replace_identity(brand.id, on=on, by=desk.by)
    if not on:
        return see_at(brand, f"{HERE}?done=removed#identity")
    return await _page(request, desk, secret=secret)


async def _page(
    request: Incoming,
    desk: Desk,
    *,
    form: dict[str, str] | None = None,
    error: Invalid | None = None,
    secret: str = "",
) -> Response[str]:
    locale = words.locale_of(request)
    brand = await brand_of(request, desk)
    setup = await widget.read(brand.id)
    values = _values(brand, setup) | {k: v for k, v in (form or {}).items() if k in FIELDS}
    problems = sentences(locale, error, {})
    current = settings.current()
    context = {
        **await frame(request, desk),
        **await chooser(desk, brand, HERE),
        "values": values,
        "embedding": (form or {}).get("embedding", "") or setup.embedding,
        "setup": setup,
        "policy": f"frame-ancestors {' '.join(widget.ancestors(setup))}",
        "legibility": widget.legibility(setup.accent),
        "seen": (seen := _seen(setup, await widget.seen(brand.id))),
        "shut_out": sum(not allowed for _, allowed in seen),
        "choices": _choices(locale),
        "labels": _labels(),
        "preview": f"/demo/{brand.slug}?{urlencode(_look(setup))}",
        "snippets": snippets.all_of(
            current.base_url, brand.slug, locale, backup=current.backup_url
        ),
        "form_address": f"{current.base_url}/w/{brand.slug}",
        "secret": secret,
        "identity_at": await widget.identity_at(brand.id),
        "problems": problems,
        "faults": dict.fromkeys((*FIELDS, "embedding"), "") | dict(reversed(problems)),
        "flash": await undo.done(request, desk, DONE, "widget", "brands"),
    }
    return answer(request, "widget/page.html", context, status=422 if error else 200)


def _labels() -> list[dict[str, str]]:
    """For each language: the field of the button's text, and the default text."""
    return [
        {
            "name": name,
            "tag": tag,
            "language": LANGUAGES[tag],
            "usual": words.say(tag, widget.LABEL),
        }
        for name, tag in widget.LABELS.items()
    ]


def _values(brand: Brand, setup: Setup) -> dict[str, str]:
    same = {name: str(getattr(setup, name)) for name in FIELDS if hasattr(setup, name)}
    return {
        **same,
        "name": brand.name,
        "hosts": "\n".join(setup.hosts),
        "context": "\n".join(setup.context),
        **{name: setup.labels.get(tag, "") for name, tag in widget.LABELS.items()},
    }


def _seen(setup: Setup, found: list[Seen]) -> list[tuple[Seen, bool]]:
    return [(each, widget.allows(setup, each.origin)) for each in found]


def _look(setup: Setup) -> dict[str, str]:
    """The look for the preview, which always shows the button."""
    return {"show": "always", "side": setup.side, "accent": setup.accent, "theme": setup.theme}


def _choices(locale: str) -> dict[str, list[tuple[str, str]]]:
    named = {"side": SIDES, "theme": THEMES, "show": SHOW, "online": ONLINE}
    return {
        name: [(value, words.say(locale, text)) for value, text in pairs]
        for name, pairs in named.items()
    }


router = console(HERE, [page, save, restrict, allow, identity], readers=ADMINS, writers=ADMINS)
