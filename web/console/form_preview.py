"""The draft as visitors would see it, to try out. Nothing sent here is stored."""

from __future__ import annotations

from litestar import Response, get, post

from app import fields
from app.errors import Problem
from app.fields import check as forms
from app.languages import LANGUAGES
from web.console.at_brand import brand_of, to
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_
from web.visitor import asked, questions, visit
from web.visitor.page import questioned

HERE = "/settings/form/preview"
GREETING = N_("This is a preview: what you send here is checked and not stored.")


@get("/")
async def show(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk, {}, [])


@post("/", status_code=200)
async def check(request: Incoming, desk: AtDesk) -> Response[str]:
    brand = await brand_of(request, desk)
    form, values = await fields.working(brand.id), form_of(request)
    sheet = forms.look(form, questions.raw(form, values), language=words.locale_of(request))
    if sheet.problems or asked.open_doubts(form, values, sheet.doubts):
        return await _draw(request, desk, values, sheet.problems, sheet.doubts)
    return await _draw(request, desk, {}, [], accepted=True)


async def _draw(
    request: Incoming,
    desk: Desk,
    values: dict[str, str],
    problems: list[Problem],
    doubts: list[Problem] | None = None,
    *,
    accepted: bool = False,
) -> Response[str]:
    locale = words.locale_of(request)
    brand = await brand_of(request, desk)
    tags = [(tag, name, to(brand, f"{HERE}?lang={tag}")) for tag, name in LANGUAGES.items()]
    context = {
        # A name that no form has, so that the browser's saved text is kept apart.
        **visit.frame(request, "~preview", brand),
        **questioned(await fields.working(brand.id), values, problems, locale, doubts=doubts),
        "usual": await visit.usual(request, brand),
        "greeting": words.say(locale, GREETING),
        "action": to(brand, f"{HERE}?lang={locale}"),
        "languages": tags,
        "token": "",
        "session_csrf": desk.csrf,
        "notice": "",
        "counted": "",
        "begun": "",
        "held": [],
        "ahead": "",
        "with_files": False,
        "after": 0,
        "accepted": accepted,
    }
    template = "leave/form.html" if wants_fragment(request) else "leave/page.html"
    status = 422 if problems or doubts else 200
    return answer(request, template, context, status=status, headers=visit.HEADERS)


router = console(HERE, [show, check], readers=ADMINS, writers=ADMINS)
