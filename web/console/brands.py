"""System settings, brands (系统设置 → 品牌): each with an address, form, widget and hours of its
own, and one inbox for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import channel_settings, settings
from app.brands import change
from app.brands import stored as brands
from app.brands.copied import add_like
from app.brands.shape import Brand
from app.channels.kinds import told_only
from app.errors import Conflict, Invalid
from app.languages import LANGUAGES
from web.console import undo
from web.console.at_brand import to
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_list import name_of
from web.console.flash import Banner
from web.console.frame import frame
from web.console.inbox_filter import refusal
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/brands"
NEW = "_new"
"""No slug has an underscore."""
DONE = {
    "added": N_("Added. Its form, widget and hours are its own."),
    "changed": N_("Saved"),
    "archived": N_("Archived. Its messages stay."),
    "restored": N_("It takes messages again."),
}
PAGES = (
    ("/settings/form", N_("Form")),
    ("/settings/widget", N_("Website widget")),
    ("/settings/hours", N_("Office hours")),
)


CHANNEL = "channel-"
"""Before the uid in the name of a box. A form that shows them says `channels`, ticked or not."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A brand in the list. `pages` are those of its own settings, with their words."""

    brand: Brand
    address: str
    pages: list[tuple[str, str]]
    first: bool
    last: bool


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        like = await brands.one(desk.org, slug) if (slug := form.get("like", "")) else None
        await add_like(desk.org, form.get("slug", ""), form.get("name", ""), like, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, at=NEW, typed=form, error=error)
    return see(f"{HERE}?done=added")


@post("/{slug:str}", status_code=200)
async def save(request: Incoming, desk: AtDesk, slug: FromPath[str]) -> Response[Any]:
    """Its name, its language, and who is told of its messages."""
    form = form_of(request)
    chosen = [name.removeprefix(CHANNEL) for name in form if name.startswith(CHANNEL)]
    try:
        await change.save(
            desk.org,
            slug,
            name=form.get("name", ""),
            locale=form.get("locale"),
            channels=chosen if "channels" in form else None,
            by=desk.by,
        )
    except Invalid as error:
        return await _draw(request, desk, at=slug, typed=form, error=error)
    return see(f"{HERE}?done=changed#brand-{slug}")


@post("/{slug:str}/archive", status_code=200)
async def archive(request: Incoming, desk: AtDesk, slug: FromPath[str]) -> Response[Any]:
    try:
        await change.archive(desk.org, slug, by=desk.by)
    except Conflict as error:
        banner = refusal(words.locale_of(request), error)
        return await _draw(request, desk, banner=banner, status=409)
    return see(f"{HERE}?done=archived#brand-{slug}")


@post("/{slug:str}/restore", status_code=200)
async def restore(desk: AtDesk, slug: FromPath[str]) -> Response[Any]:
    await change.restore(desk.org, slug, by=desk.by)
    return see(f"{HERE}?done=restored#brand-{slug}")


@post(["/{slug:str}/up", "/{slug:str}/down"], status_code=200)
async def move(request: Incoming, desk: AtDesk, slug: FromPath[str]) -> Response[Any]:
    step = -1 if request.scope["path"].endswith("/up") else 1
    await change.move(desk.org, slug, step, by=desk.by)
    if not wants_fragment(request):
        return see(f"{HERE}#brand-{slug}")
    return answer(request, "brands/lines.html", await _context(request, desk))


async def _draw(
    request: Incoming,
    desk: Desk,
    *,
    at: str = "",
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> Response[str]:
    """`at` is the brand whose form was refused."""
    locale = words.locale_of(request)
    problems = [
        (f"{at}-{each.pointer.strip('/')}", words.say(locale, each.detail, each.facts))
        for each in (error.problems if error else [])
    ]
    context = {
        **await frame(request, desk),
        **await _context(request, desk),
        "typed": {at: dict(typed or {})},
        "problems": problems,
        "faults": dict(problems),
        "banner": banner,
        "flash": await undo.done(request, desk, DONE, "brands", "shop"),
    }
    return answer(request, "brands/page.html", context, status=422 if problems else status)


async def _context(request: Incoming, desk: Desk) -> dict[str, Any]:
    locale, known = words.locale_of(request), await brands.all_of(desk.org)
    working = [each for each in known if not each.archived]
    base = settings.current().base_url
    return {
        "desk": desk,
        "org": desk.org,
        "base": f"{base}/w/",
        "lines": [
            Line(
                brand=each,
                address=f"{base}/w/{each.slug}",
                pages=[(to(each, path), words.say(locale, text)) for path, text in PAGES],
                first=each == working[0],
                last=each == working[-1],
            )
            for each in known
        ],
        "locales": [*LANGUAGES.items()],
        "channels": await _channels(request, desk) if len(known) > 1 else [],
        "likes": [
            ("", words.say(locale, N_("Nothing: as a new one"))),
            *((each.slug, each.name) for each in known),
        ],
        "typed": {},
        "faults": {},
    }


async def _channels(request: Incoming, desk: Desk) -> list[tuple[str, str]]:
    """(uid, name) of each."""
    locale = words.locale_of(request)
    found = told_only((await channel_settings.read(desk.org.id))["notifications"])
    return [(each["uid"], name_of(locale, each)) for each in found]


router = console(HERE, [page, add, save, archive, restore, move], readers=ADMINS, writers=ADMINS)
