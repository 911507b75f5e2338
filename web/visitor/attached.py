"""The files of a visitor's form: those that are sent with it, and those that were sent ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, Router, post
from litestar.params import FromPath

from app import fields, limits
from app.brands.shape import Brand
from app.errors import NotFound, Problem, TooMany
from app.fields import Field, Form
from app.files import keep, read
from app.files.keep import Came, Terms
from app.languages import said
from app.signed import upload
from app.signed.upload import Upload
from web.http import posted, words
from web.http.address import client_ip
from web.http.bodies import WITH_FILES
from web.http.render import PACKED
from web.http.request import Incoming
from web.visitor import trouble, visit

NAME = "files"
"""The field of the form that says which files were sent ahead."""


class Held(msgspec.Struct, frozen=True):
    """A file that was sent, for the page that is shown again."""

    token: str
    name: str
    size: int


def pointer(field: Field) -> str:
    return f"/fields/{field.key}"


def terms_of(field: Field, already: int = 0) -> Terms:
    takes, number, megabytes = field.file_terms
    return Terms(takes, megabytes * keep.MEGABYTE, number, already)


def sent(slug: str, form: Form, values: dict[str, str]) -> list[Upload]:
    """What was sent ahead, at most as many as the form takes."""
    if form.files is None:
        return []
    found = [upload.opened(slug, each) for each in values.get(NAME, "").split()]
    return list(dict.fromkeys(each for each in found if each))[: terms_of(form.files).number]


async def take(
    slug: str,
    brand: Brand,
    form: Form,
    values: dict[str, str],
    came: Sequence[Came],
    ip: str,
) -> list[Problem]:
    """Keeps what came with the form, and says so in its `files`; returns what was not taken.
    Raises TooMany and Unavailable."""
    field = form.files
    if field is None or not came:
        return []
    await limits.allow_upload(ip, brand.org)
    known = sent(slug, form, values)
    taken = await keep.keep(brand.org.id, terms_of(field, len(known)), came, ip=ip)
    known += [each.upload for each in taken.kept]
    values[NAME] = " ".join(upload.issue(slug, each) for each in known)
    return [msgspec.structs.replace(each, pointer=pointer(field)) for each in taken.refused]


def missing(slug: str, form: Form, values: dict[str, str], locale: str) -> list[Problem]:
    """That one was asked for."""
    field = form.files
    if field is None or not field.required or sent(slug, form, values):
        return []
    facts = {"label": said(field.label, locale)}
    return [Problem(pointer(field), "required", "Choose: {label}", facts)]


async def held(brand: Brand | None, slug: str, form: Form, values: dict[str, str]) -> list[Held]:
    known = sent(slug, form, values) if brand else []
    if not known or brand is None:
        return []
    found = await read.waiting_for_message(brand.org.id, [each.uid for each in known])
    names = {each.id: each for each in found}
    return [
        Held(upload.issue(slug, each), names[each.uid].name, names[each.uid].size)
        for each in known
        if each.uid in names
    ]


@post(
    "/",
    status_code=200,
    opt={WITH_FILES: True},
    request_max_body_size=posted.BODY_LIMIT,
)
async def ahead(request: Incoming, slug: FromPath[str]) -> Response[Any]:
    """A script sends each file as soon as it is chosen, and its message later."""
    came = await posted.own_form(request)
    brand = await visit.brand_of(request, slug)
    form = await fields.published(brand.id)
    if brand.archived or form.files is None:
        raise NotFound
    values: dict[str, str] = {}
    locale = words.locale_of(request)
    try:
        problems = await take(slug, brand, form, values, came[:1], client_ip(request))
    except TooMany as error:
        body = {"error": words.say(locale, trouble.TOO_MANY), "after": error.after}
        return Response(body, status_code=429, headers={"Retry-After": str(error.after)})
    found = await held(brand, slug, form, values)
    if not found:
        told = [words.say(locale, each.detail, each.facts) for each in problems]
        return Response({"error": " ".join(told)}, status_code=422)
    return Response(msgspec.structs.asdict(found[0]), status_code=200)


router = Router("/w/{slug:str}/files", route_handlers=[ahead], middleware=[PACKED])
